from __future__ import annotations

from datetime import date

from tests.builders import make_document

from search27.explore.places import places


def named(*contents: str) -> dict[str, tuple[str, ...]]:
    documents = [
        make_document(text, id=f"d{n}", date=date(2020 + n, 1, 1)) for n, text in enumerate(contents)
    ]
    return {place.name: place.documents for place in places(documents)}


def test_known_places_in_two_texts_newest_first() -> None:
    found = named("À Lille et en Bretagne.", "Lille, Rennes.", "La Bretagne")
    assert found == {"Bretagne": ("d2", "d0"), "Lille": ("d1", "d0")}


def test_hyphens_may_be_missing_and_longer_names_win() -> None:
    found = named(
        "La Bourgogne-Franche-Comté", "Bourgogne Franche-Comté", "Clermont Ferrand", "Clermont-Ferrand"
    )
    assert found == {"Bourgogne-Franche-Comté": ("d1", "d0"), "Clermont-Ferrand": ("d3", "d2")}


def test_a_name_that_texts_call_a_town_becomes_one() -> None:
    found = named("La ville de Belleroche agit.", "La commune de Belleroche dort.", "Belleroche")
    assert found == {"Belleroche": ("d2", "d1", "d0")}
    assert named("La ville de Belleroche agit.", "Belleroche", "Belleroche") == {}


def test_parts_of_words_are_no_places() -> None:
    assert named("Lillesque", "Lillesque", "lille", "lille") == {}
