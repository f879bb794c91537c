"""Tokens for search, and the language of a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.french import analyse, analyse_spans, analysis, language_of
from search27.types import Span

SAME_TOKENS = [
    ("élus", "élu"),
    ("élues", "elu"),
    ("régions", "region"),
    ("chargée", "charge"),
    ("chargées", "chargés"),
    ("lieux", "lieu"),
    ("enjeux", "enjeu"),
    ("réseaux", "réseau"),
    ("territoriaux", "territorial"),
    ("directrices", "directeur"),
    ("chercheuse", "chercheurs"),
    ("nombreuses", "nombreux"),
    ("évaluer", "évaluation"),
    ("l'innovation", "innovations"),
    ("d’une œuvre", "oeuvre"),
    ("qu'aujourd'hui", "aujourd’hui"),
    ("jusqu'à l'été", "été"),
    ("ADEME", "ademe"),
    ("l'ADEME", "Ademe"),
    ("C.N.F.P.T.", "CNFPT"),
    ("7 400", "7400"),
    ("7\u202f400", "7400"),
    ("27ème", "27e"),
    ("1er", "1ère"),
    ("e\u0301lu", "élu"),
]


@pytest.mark.parametrize(("written", "searched"), SAME_TOKENS)
def test_two_spellings_give_the_same_tokens(written: str, searched: str) -> None:
    assert analyse(written) == analyse(searched) != []


@pytest.mark.parametrize(
    ("inclusive", "masculine"),
    [
        ("participant·es", "participant"),
        ("participant.e.s", "participants"),
        ("agent(e)s", "agent"),
        ("agent.e.s", "agents"),
        ("agentEs", "agent"),
        ("habitantE", "habitant"),
        ("chercheur‑se", "chercheur"),
        ("chercheur.euse", "chercheur"),
        ("développeur·euse·s", "développeurs"),
        ("élu.e.s", "élu"),
        ("élu-e-s", "élus"),
        ("élu-es", "élus"),
        ("chargé.es", "chargé"),
        ("directeur·rice", "directeur"),
        ("directeur(trice)", "directeur"),
        ("concepteurs/trices", "concepteurs"),
        ("citoyen.nes", "citoyens"),
        ("usager.ère.s", "usager"),
        ("professionnel.le.s", "professionnels"),
        ("AGENT.E.S", "agents"),
        ("co-auteur.e.s", "co-auteurs"),
        ("rôle(s)", "rôle"),
    ],
)
def test_inclusive_forms_match_the_masculine(inclusive: str, masculine: str) -> None:
    assert analyse(inclusive) == analyse(masculine) != []


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("Qui sommes-nous ? Pourquoi, et comment ?", []),
        ("What is the design of the lab?", ["design", "lab"]),
        ("a-t-il dit", []),
        ("tiers-lieu", ["tier", "lieu", "tierslieu"]),
        ("concrets.on", ["concret"]),
        ("la27eregion.fr", ["la27eregion", "fr"]),
        ("100K€ en 2012", ["100k", "100", "2012"]),
        ("7 400,50 €", ["7400.50", "7400"]),
        ("version 2.0", ["version", "2.0", "2"]),
        ("le 04.12.2019", ["04", "12", "2019"]),
        ("en 2012 300 agents", ["2012", "300", "agent"]),
        ("R&D", ["rd"]),
        ("prud'hommes", ["prudhomm"]),
        ("ville_libre", ["vill", "libr"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert analyse(text) == tokens


def test_spans_point_at_the_words() -> None:
    text = "L’agent.e du tiers-lieu"
    assert analyse_spans(text) == [
        ("agent", Span(2, 9)),
        ("tier", Span(13, 18)),
        ("lieu", Span(19, 23)),
        ("tierslieu", Span(13, 23)),
    ]


WRITTEN = (
    "région l'été élu·e·s chargé.es œuvre tiers-lieu À 7 400 CNFPT d’état vœux directeur·rice là-bas ça "
    "créée (re)créer naïf août préféré(e)s habitantEs R&D"
)
WORDS = st.lists(st.sampled_from(WRITTEN.split())).map(" ".join)


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@given(WORDS)
def test_accents_and_case_change_nothing(text: str) -> None:
    assert analyse(without_accents(text)) == analyse(text)
    assert analyse(unicodedata.normalize("NFD", text)) == analyse(text)
    assert analyse(text.replace("’", "'")) == analyse(text)


@given(st.one_of(st.text(), WORDS))
def test_spans_lie_in_the_text_and_carry_the_tokens(text: str) -> None:
    found = analyse_spans(text)
    assert [token for token, _ in found] == analyse(text)
    for token, span in found:
        assert token
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Comment naît un tiers-lieu ?", "fr"),
        ("how does the lab work with cities", "en"),
        ("What did La 27e Région do in Réunion?", "en"),
        ("Que dit le rapport sur le design thinking ?", "fr"),
        ("le programme Fixing the future", "fr"),
        ("design", "fr"),
        ("comment", "fr"),
        ("", "fr"),
        ("Public labs in Europe", "en"),
        ("financement communs", "fr"),
    ],
)
def test_language_of_short_questions(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.from_regex(r"[A-Za-zßàâçéèêëîïôöùûüÿœæ]{1,12}", fullmatch=True))
def test_the_short_way_for_plain_words_gives_what_the_long_one_gives(word: str) -> None:
    if word.isalpha() and word[1:].islower():
        assert analysis.unit_tokens(word) == analysis._word_tokens(word)
