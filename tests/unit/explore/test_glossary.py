from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import make_document

from search27.explore import glossary
from search27.explore.programmes import Named
from search27.types import Document


def texts(*contents: str) -> list[Document]:
    return [make_document(text, id=f"d{n}", date=date(2020 + n, 1, 1)) for n, text in enumerate(contents)]


def expansions(*contents: str) -> dict[str, str]:
    return {item.term: item.expansion for item in glossary.acronyms(texts(*contents))}


@pytest.mark.parametrize(
    ("sentence", "short", "long"),
    [
        ("La Maison des Idées Utiles (MIU) ouvre.", "MIU", "Maison des Idées Utiles"),
        ("La MIU (Maison des Idées Utiles) ouvre.", "MIU", "Maison des Idées Utiles"),
        ("Avec une assistance à maîtrise d’ouvrage (AMO).", "AMO", "assistance à maîtrise d’ouvrage"),
        ("Voici l’Atelier des Écoles (ADE).", "ADE", "Atelier des Écoles"),
    ],
)
def test_an_acronym_is_spelt_out_as_the_text_does(sentence: str, short: str, long: str) -> None:
    assert expansions(sentence, f"Encore {short} ici.") == {short: long}


@pytest.mark.parametrize(
    "sentence",
    [
        "Le budget de la ville (MIU) est voté.",
        "Une phrase (la suite) sans sigle.",
        "Les lieux (Paris) sont loin.",
        "Un mot des Idées (MDI), puis rien de la Direction) des arts (DA).",
    ],
)
def test_what_spells_nothing_out_is_left_out(sentence: str) -> None:
    assert "MIU" not in expansions(sentence, "MIU MIU")
    assert "DA" not in expansions(sentence, "DA DA")


def test_an_acronym_of_one_text_alone_is_left_out() -> None:
    assert expansions("La Maison des Idées Utiles (MIU) ouvre.", "Rien.") == {}


def test_the_usual_expansion_wins_and_the_latest_text_writes_it() -> None:
    documents = texts(
        "La Maison des Idées Utiles (MIU) ouvre.",
        "Le Moulin Isolé Urbain (MIU) ferme.",
        "Phrase. La maison des idées utiles (MIU) vit. Phrase.",
    )
    (found,) = glossary.acronyms(documents)
    assert found.expansion == "maison des idées utiles"
    assert found.quote.document_id == "d2"
    assert found.quote.text == "La maison des idées utiles (MIU) vit."
    assert found.documents == ("d0", "d1", "d2")


def test_a_programme_is_defined_by_its_plainest_sentence() -> None:
    documents = texts(
        "La Ruche, un programme de rencontres, commence bientôt dans trois villes.",
        "La Ruche est un programme de rencontres entre agents et habitants.",
        "Nous parlons de La Ruche.",
    )
    (found,) = glossary.programmes([Named("La Ruche"), Named("Le Puits")], documents)
    assert found.term == "La Ruche"
    assert found.quote.text == documents[1].text
    assert found.documents == ("d0", "d1", "d2")


@given(st.lists(st.text("AB ab()é’-.\n", max_size=60), max_size=4))
def test_every_quote_stands_in_its_text(contents: list[str]) -> None:
    documents = texts(*[text.strip() or "x" for text in contents], "Bel Arbre (BA). BA", "BA")
    by_id = {document.info.id: document.text for document in documents}
    for found in glossary.acronyms(documents):
        span = found.quote.span
        assert by_id[found.quote.document_id][span.start : span.end] == found.quote.text
        assert found.expansion in found.quote.text
