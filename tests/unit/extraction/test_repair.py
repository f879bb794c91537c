"""Characters, line ends and paragraphs of French texts."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.extraction.lines import continues, join, join_all, words_of
from search27.extraction.repair import close_guillemets, repair_characters, repair_line

FRENCH = st.text(
    alphabet="abcdeéèêàùçœ ÉÀ'’·-–«».,;:!?()0123456789\n\u00a0\u202f\u2009\u2011\u00ad\u200b\ufb01",
    max_size=200,
)


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("e\u0301te\u0301", "été"),
        ("12\u202f500\u00a0€", "12 500 €"),
        ("chercheur\u2011se", "chercheur-se"),
        ("\ufb01nancement, a\ufb03che", "financement, affiche"),
        ("trans\u00adformation\u200b", "transformation"),
        ("œuvre", "œuvre"),
        ("\uf0b7 point", "• point"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("participant·es, agent.e.s", "participant·es, agent.e.s"),
    ],
)
def test_characters(raw: str, repaired: str) -> None:
    assert repair_characters(raw) == repaired


@pytest.mark.parametrize(
    ("raw", "repaired"),
    [
        ("RÃ©gion", "Région"),
        ("lâ€™action", "l’action"),
        ("2,6 Mâ‚¬", "2,6 M€"),
        ("2,6 M€¬", "2,6 M€"),
        ("cÅ“ur", "cœur"),
        ("challenges:\u00a0Â\u00a0improving", "challenges: improving"),
        ("Ã\u00a0 Paris", "à Paris"),
    ],
)
def test_bytes_read_in_the_wrong_encoding(raw: str, repaired: str) -> None:
    assert " ".join(repair_characters(raw).split()) == repaired


@pytest.mark.parametrize("text", ["UN CAFÉ…", "Âge", "« ÇA »", "PÂTE", "Å", "naïf – déjà", "à 10 €, ¬ p"])
def test_right_french_is_left_as_it_is(text: str) -> None:
    assert repair_characters(text) == text


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("un « commun «, dit-on", "un « commun », dit-on"),
        ("il dit « oui «", "il dit « oui »"),
        ("« l’un » et « l’autre »", "« l’un » et « l’autre »"),
        ("« il dit « oui » et part »", "« il dit « oui » et part »"),
        ("« début « suite du texte", "« début « suite du texte"),
    ],
)
def test_guillemets_are_closed_only_where_the_rest_shows_it(raw: str, mended: str) -> None:
    assert close_guillemets(raw) == mended


@given(st.text(max_size=300))
def test_repair_twice_is_repair_once(text: str) -> None:
    once = repair_characters(text)
    assert repair_characters(once) == once
    assert unicodedata.is_normalized("NFC", once)
    line = repair_line(text)
    assert repair_line(line) == line
    assert line == line.strip()


@given(FRENCH)
def test_no_letter_is_lost(text: str) -> None:
    def letters(value: str) -> Counter[str]:
        return Counter(c for c in unicodedata.normalize("NFKC", value) if c.isalnum())

    assert letters(repair_line(text)) == letters(text)


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("il faut pro-", "mouvoir", "il faut promouvoir"),
        ("une action d’in-", "tervention", "une action d’intervention"),
        ("spéciali-", "sé·es", "spécialisé·es"),
        ("c’est-à-", "dire", "c’est-à-dire"),
        ("peut-", "être", "peut-être"),
        ("celui-", "ci", "celui-ci"),
        ("reste-", "t-elle", "reste-t-elle"),
        ("eux-", "mêmes", "eux-mêmes"),
        ("Seine-", "Saint-Denis", "Seine-Saint-Denis"),
        ("du 10-", "11 mars", "du 10-11 mars"),
        ("un mot -", "puis un autre", "un mot - puis un autre"),
        ("des habitant·", "es du quartier", "des habitant·es du quartier"),
        ("la fin.", "Le début", "la fin. Le début"),
    ],
)
def test_line_ends(left: str, right: str, joined: str) -> None:
    assert join(left, right, Counter()) == joined


@pytest.mark.parametrize(
    ("text", "left", "right", "joined"),
    [
        ("Les chercheurs et les collectivités.", "chercheurs-", "collectivités", "chercheurs-collectivités"),
        ("De novembre à décembre.", "novembre-", "décembre", "novembre-décembre"),
        ("Un tiers-lieu.", "un tiers-", "lieu", "un tiers-lieu"),
        ("Un contretemps, contre le temps.", "un contre-", "temps", "un contretemps"),
        ("Pour la suite.", "la pour-", "suite", "la poursuite"),
        ("Les collectivités.", "inter-", "collectivités", "inter-collectivités"),
        ("Le travail de leurs équipes.", "des travail-", "leurs", "des travailleurs"),
    ],
)
def test_the_documents_own_words_decide(text: str, left: str, right: str, joined: str) -> None:
    assert join(left, right, words_of(text)) == joined


def test_words_cut_by_a_line_end_are_no_witnesses() -> None:
    assert words_of("pro-\nmouvoir le bien, promouvoir") == Counter({"le": 1, "bien": 1, "promouvoir": 1})


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (
            ["voir https://www.", "exemple.fr/une-page-", "longue/"],
            "voir https://www.exemple.fr/une-page-longue/",
        ),
        (["https://", "www.exemple.fr/a"], "https://www.exemple.fr/a"),
        (["https://exemple.fr/", "un-dossier/"], "https://exemple.fr/un-dossier/"),
        (["https://exemple.", "fr/page"], "https://exemple.fr/page"),
        (["https://exemple.fr/page/", "et la suite"], "https://exemple.fr/page/ et la suite"),
        (["le site www.exemple.fr", "pensé comme"], "le site www.exemple.fr pensé comme"),
    ],
)
def test_addresses_cut_over_lines(lines: list[str], joined: str) -> None:
    assert join_all(lines, Counter()) == joined


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("le programme a", "exploré une piste", True),
        ("le programme", "\fa exploré une piste", True),
        ("le programme s’achève.", "une suite", False),
        ("le programme", "Une suite", False),
        ("voir « la suite »", "du programme", True),
        ("trois points :", "le premier", False),
    ],
)
def test_sentences_cut_by_a_blank_line_or_a_page(left: str, right: str, expected: bool) -> None:
    assert continues(left, right) is expected


def test_page_breaks_stay_where_the_page_begins() -> None:
    assert join("il faut pro-", "\fmouvoir", Counter()) == "il faut pro\fmouvoir"
    assert join("il faut", "\fagir", Counter()) == "il faut \fagir"
