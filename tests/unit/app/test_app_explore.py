"""Explore's sections and the publication's surroundings, on the starter corpus and on an index without an atlas."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.app.conftest import Visit, shown

from search27 import Library
from search27.app.texts import Texts

PATH = "explorer"


def test_tours_come_first_and_lead_through_publications(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, PATH)
    assert not app.exception
    assert app.title[0].value == fr.explore_title
    tour = Library.open(starter_index).atlas.tours[0]
    assert fr.tour_step.format(number=1, total=5) in [item.value for item in app.caption]
    assert shown(app).count("<blockquote") == len(tour.steps)


def test_the_address_opens_a_section_and_a_thing_of_it(visit: Visit, starter_index: Path) -> None:
    place = Library.open(starter_index).atlas.places[0]
    app = visit(starter_index, PATH, voir="lieux", lieu=place.name)
    assert not app.exception
    assert place.name in [item.value for item in app.header]
    assert len(app.get("page_link")) >= 2


def test_a_choice_changes_the_address(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, PATH, voir="carte")
    assert fr.map_list in [item.value for item in app.header]
    before = len(app.get("page_link"))
    app.session_state["choice-theme"] = "1"
    app.run()
    assert app.query_params["theme"] in ("1", ["1"])
    assert len(app.get("page_link")) > before


def test_an_address_that_names_nothing_known_shows_the_section(visit: Visit, starter_index: Path) -> None:
    app = visit(starter_index, PATH, voir="lieux", lieu="<b>Nulle part</b>")
    assert not app.exception
    assert not app.error
    assert not app.header


@pytest.mark.parametrize("section", ["carte", "programmes", "glossaire", "lieux", "parcours"])
def test_every_section_speaks_english_too(visit: Visit, starter_index: Path, section: str, en: Texts) -> None:
    app = visit(starter_index, PATH, voir=section)
    app.session_state["lang"] = "en"
    app.run()
    assert not app.exception
    assert app.title[0].value == en.explore_title


def test_the_glossary_narrows_and_says_when_nothing_is_left(
    visit: Visit, starter_index: Path, fr: Texts
) -> None:
    app = visit(starter_index, PATH, voir="glossaire", sigle="xyzzy")
    assert fr.glossary_none in [item.value for item in app.info]
    entry = Library.open(starter_index).atlas.glossary[0]
    app = visit(starter_index, PATH, voir="glossaire", sigle=entry.term.lower())
    assert entry.term in shown(app)


def test_a_publication_shows_what_is_alike(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "publications", doc="2025-12-19-budget-2025.md")
    assert not app.exception
    assert fr.publication_related in [item.label for item in app.expander]
