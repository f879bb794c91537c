"""The search page's states: offers, groups, likeness, programmes, words that no passage holds."""

from __future__ import annotations

from pathlib import Path

from tests.unit.app.conftest import Visit, shown

from search27 import Library
from search27.app.texts import Texts

PATH = "rechercher"


def test_before_any_word_the_corpus_offers_some(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, PATH)
    offers = [item for item in app.button if item.key and item.key.startswith("search-offer-")]
    assert offers
    app = offers[0].click().run()
    assert not app.exception
    assert "s27-source" in shown(app)
    assert offers[0].label == app.text_input[0].value


def test_hits_go_together_by_publication(visit: Visit, starter_index: Path) -> None:
    app = visit(starter_index, PATH, mots="budget")
    passages = shown(app).count("s27-title")
    app = app.toggle[0].set_value(True).run()
    titles = [line for line in shown(app).split("</p>") if "s27-title" in line]
    assert not app.exception
    assert len(set(titles)) == len(titles)
    assert len(titles) <= passages


def test_more_like_one_passage(visit: Visit, starter_index: Path, fr: Texts) -> None:
    hit = Library.open(starter_index).search("budget", k=1)[0]
    app = visit(starter_index, PATH, comme=hit.passage.id)
    assert not app.exception
    assert fr.search_like_found in [item.value for item in app.header]
    assert shown(app).count("s27-title") > 1


def test_more_like_a_passage_that_has_gone(visit: Visit, starter_index: Path, fr: Texts) -> None:
    for passage_id in ("absent.md#0", "2025-12-19-budget-2025.md#999", "x"):
        app = visit(starter_index, PATH, comme=passage_id)
        assert [item.value for item in app.warning] == [fr.search_like_gone]


def test_words_that_no_passage_holds_are_told(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, PATH, mots="zygomatique")
    assert fr.search_no_word in [item.value for item in app.info]
    app = visit(starter_index, PATH, mots="budget")
    assert fr.search_no_word not in [item.value for item in app.info]


def test_a_programme_narrows_to_the_publications_that_name_it(visit: Visit, starter_index: Path) -> None:
    library = Library.open(starter_index)
    programme = next(item for item in library.atlas.programmes if item.documents)
    titles = {info.title for info in library.documents() if info.id in programme.documents}
    app = visit(starter_index, PATH, mots=programme.name)
    app.session_state["search-programmes"] = [programme.name]
    app.run()
    assert not app.exception
    found = [line for line in shown(app).split("</p>") if 's27-title">' in line]
    assert found
    assert all(any(title.replace("'", "&#x27;") in line for title in titles) for line in found)


def test_a_year_that_was_clicked_narrows_the_search_and_can_be_taken_back(
    visit: Visit, starter_index: Path, fr: Texts
) -> None:
    app = visit(starter_index, PATH, mots="budget")
    app.session_state["search-asked-year"] = 2024
    app.run()
    assert not app.exception
    assert fr.search_none_filtered in [item.value for item in app.markdown]
    app = next(item for item in app.button if item.key == "search-unfilter").click().run()
    assert "s27-source" in shown(app)
