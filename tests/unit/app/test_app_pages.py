"""Every page's states, run by Streamlit's own test runner on real indexes."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.unit.app.conftest import Visit, shown

from search27 import build
from search27.app.components.examples import example_titles
from search27.app.texts import Texts
from search27.types import DocumentInfo

QUESTION = "Qu'est-ce que La Synchro ?"
DIGEST = "rapport-activite-2025-synthese.pdf"


def captions(app: AppTest) -> list[str]:
    return [item.value for item in app.caption]


def buttons(app: AppTest) -> list[str]:
    return [item.label for item in app.button]


def test_home_proposes_questions_made_of_titles(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index)
    assert not app.exception
    assert app.title[0].value == fr.ask_title
    examples = [item for item in app.button if item.key and item.key.startswith("example-")]
    assert len(examples) == 4
    app = examples[0].click().run()
    assert "s27-question" in shown(app)


def test_a_question_is_answered_with_numbers_and_sources(
    visit: Visit, starter_index: Path, fr: Texts
) -> None:
    app = visit(starter_index).chat_input[0].set_value(QUESTION).run()
    assert not app.exception
    page = shown(app)
    assert 'href="#source-0-1"' in page
    assert 'id="source-0-1"' in page
    assert "<mark>" in page
    assert "p. " in page
    assert app.query_params["q"] == QUESTION
    assert any(text.startswith("Confiance") for text in captions(app))
    assert QUESTION.replace("'", "\\'").replace("?", "\\?").replace("-", "\\-") in buttons(app)


def test_the_address_asks(visit: Visit, starter_index: Path) -> None:
    app = visit(starter_index, q=QUESTION)
    assert "s27-answer" in shown(app)
    again = app.run()
    assert len(again.session_state["turns"]) == 1


def test_a_new_question_starts_over(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, q=QUESTION)
    next(item for item in app.button if item.label == fr.ask_new).click().run()
    assert app.title[0].value == fr.ask_title
    assert "q" not in app.query_params


def test_what_the_corpus_does_not_say_is_said_plainly(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, q="Quelle est la capitale de la Mongolie ?")
    assert [item.value for item in app.info] == [fr.abstained_title]
    assert fr.abstained_nearest in [item.value for item in app.header]
    assert "s27-answer" not in shown(app)


def test_a_blank_question_is_told(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index).chat_input[0].set_value("   ").run()
    assert [item.value for item in app.info] == [fr.ask_empty]


def test_search_marks_words_and_counts(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "rechercher")
    assert "s27-source" not in shown(app)
    app.text_input[0].set_value("budget").run()
    assert not app.exception
    assert "<mark>" in shown(app)
    assert any("passages" in text for text in captions(app))


def test_search_by_kind(visit: Visit, starter_index: Path) -> None:
    app = visit(starter_index, "rechercher")
    app.session_state["search-kinds"] = ["report"]
    app.text_input[0].set_value("budget").run()
    facts = [line for line in shown(app).split("</section>") if "s27-facts" in line]
    assert facts
    assert all("Rapport · " in line for line in facts)


def test_an_empty_result_offers_a_way_out(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "rechercher")
    app.session_state["search-since"] = 1999
    app.session_state["search-until"] = 1999
    app.text_input[0].set_value("budget").run()
    assert fr.search_none in [item.value for item in app.header]
    assert fr.search_none_filtered in [item.value for item in app.markdown]
    next(item for item in app.button if item.key == "search-unfilter").click().run()
    assert "s27-source" in shown(app)


def test_all_publications_and_a_filter_by_title(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "publications")
    assert len(app.get("page_link")) >= 15
    app.text_input[0].set_value("SYNCHRO").run()
    assert 1 <= len(app.get("page_link")) < 15
    app.text_input[0].set_value("xyzzy").run()
    assert fr.publications_none in [item.value for item in app.markdown]


def test_a_publication_with_its_pages_and_the_cited_passage(visit: Visit, starter_index: Path) -> None:
    app = visit(starter_index, "publications", doc=DIGEST, passage="3")
    page = shown(app)
    assert "s27-page" in page
    assert 'id="s27-cited"' in page
    assert "<mark>" in page


def test_a_quote_that_is_no_longer_there_is_told(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "publications", doc=DIGEST, passage="3", quote="Des mots absents.")
    assert [item.value for item in app.warning] == [fr.publication_moved]
    assert "<mark>" not in shown(app)


@pytest.mark.parametrize("passage", ["999", "-1", "x", "²"])
def test_a_passage_that_does_not_exist_shows_the_publication(
    visit: Visit, starter_index: Path, passage: str
) -> None:
    app = visit(starter_index, "publications", doc=DIGEST, passage=passage)
    assert not app.exception
    assert not app.error
    assert "s27-reader" in shown(app)


def test_an_unknown_publication(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "publications", doc="<b>absent</b>")
    assert [item.value for item in app.warning] == [fr.publication_unknown]
    assert any("<b>absent</b>" in item.value for item in app.text)


def test_keep_current_shows_what_the_index_holds(visit: Visit, starter_index: Path, fr: Texts) -> None:
    app = visit(starter_index, "tenir-a-jour")
    assert not app.exception
    assert fr.keep_rebuild in buttons(app)
    assert any("publications**" in item.value for item in app.markdown)


def test_files_that_failed_are_told_with_reason_and_hint(visit: Visit, tmp_path: Path, fr: Texts) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bon.md").write_text("# Un titre\n\nUne phrase entière.\n", encoding="utf-8")
    (corpus / "vide.md").write_text("", encoding="utf-8")
    report = build(corpus, tmp_path / "index")
    app = visit(tmp_path / "index", "tenir-a-jour", corpus)
    texts = [item.value for item in app.text]
    assert "vide.md" in texts
    assert f"{fr.failures['EmptyDocument']}\n({report.failed[0].reason})" in texts


@pytest.mark.parametrize("path", ["", "rechercher", "publications", "tenir-a-jour"])
def test_without_an_index_every_page_offers_to_build(
    path: str, visit: Visit, tmp_path: Path, fr: Texts
) -> None:
    app = visit(tmp_path / "none", path)
    assert not app.exception
    assert not app.error
    assert fr.keep_build_first in buttons(app)


def test_a_broken_index_is_told_with_a_number_that_is_in_the_log(
    visit: Visit, tmp_path: Path, fr: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "CURRENT").write_text("gen-000001\n", encoding="utf-8")
    with caplog.at_level(logging.ERROR, "search27.app"):
        app = visit(tmp_path, "tenir-a-jour")
    assert [item.value for item in app.error] == [fr.error_index]
    assert fr.keep_rebuild in buttons(app)
    number = next(text for text in captions(app) if "incident" in text).split()[-1]
    assert any(number in record.getMessage() for record in caplog.records)


def test_the_app_speaks_english(visit: Visit, starter_index: Path, en: Texts) -> None:
    app = visit(starter_index).segmented_control[0].set_value("en").run()
    assert app.title[0].value == en.ask_title
    assert 'document.documentElement.lang="en"' in shown(app)


def test_a_new_generation_is_seen_without_a_restart(visit: Visit, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "un.md").write_text("# Premier titre\n\nUne phrase entière.\n", encoding="utf-8")
    build(corpus, index)
    app = visit(index, "publications", corpus)
    assert len(app.get("page_link")) == 1
    (corpus / "deux.md").write_text("# Second titre\n\nUne autre phrase.\n", encoding="utf-8")
    build(corpus, index)
    assert len(app.run().get("page_link")) == 2


def test_example_titles_are_short_and_spread_over_time() -> None:
    documents = [DocumentInfo(f"d{n}", f"Titre {n}", date(2010 + n, 1, 1)) for n in range(12)]
    documents += [DocumentInfo("long", "x" * 71, date(2030, 1, 1)), DocumentInfo("undated", "Sans date")]
    assert example_titles(documents) == ["Titre 11", "Titre 8", "Titre 5", "Titre 2"]
    assert example_titles([]) == []
