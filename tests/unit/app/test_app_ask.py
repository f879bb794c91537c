"""The states of the Ask page, run by Streamlit's own test runner on a small real index."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.builders import write_markdown, write_pdf
from tests.endpoint import scripted, spoken
from tests.unit.app.conftest import Visit, shown

from search27 import build
from search27.app.asking import Asking
from search27.app.texts import Texts
from search27.evaluation import read_questions
from search27.library import Library
from search27.types import Filters

QUESTION = "Qu'est-ce que la Fabrique des quais ?"
FACT = "La Fabrique des quais est un atelier public installé dans l'ancienne gare de Rezé."
ABOUT_REPORT = "Quelle subvention la Fabrique des quais a-t-elle reçue de la ville en 2023 ?"
FOLLOW_UP = "Et en 2023 ?"
PAGES = [
    ["Rapport de la Fabrique des quais", "", "Une page de garde sans rien d'autre."],
    [
        "En 2023 la Fabrique des quais a reçu une subvention de douze mille euros de la ville.",
        "Cette subvention a servi à ouvrir un second atelier pour les menuisiers du quartier.",
    ],
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ask")
    corpus = folder / "corpus"
    write_markdown(
        corpus,
        "fabrique.md",
        title="La Fabrique des quais",
        body=f"{FACT} Elle accueille quarante habitants et douze agents de la ville chaque matin.",
        date="2022-05-01",
        url="https://example.org/fabrique",
    )
    write_markdown(
        corpus,
        "menuiserie.md",
        title="Le second atelier",
        body="## Les outils partagés\n\nLes menuisiers du quartier partagent leurs outils dans un atelier public.",
        date="2023-05-01",
    )
    write_pdf(corpus / "rapport.pdf", PAGES, title="Rapport 2023")
    build(corpus, folder / "index")
    return folder


@pytest.fixture
def ask(place: Path, visit: Visit) -> AppTest:
    return visit(place / "index", "", place / "corpus", q=QUESTION)


def press(app: AppTest, label: str) -> AppTest:
    return next(item for item in app.button if item.label == label).click().run()


def open_page(app: AppTest) -> AppTest:
    return next(item for item in app.button if (item.key or "").startswith("page-")).click().run()


def captions(app: AppTest) -> list[str]:
    return [item.value for item in app.caption]


def test_an_answer_offers_copy_files_and_related_questions(ask: AppTest, fr: Texts) -> None:
    assert not ask.exception
    assert FACT in shown(ask).replace("&#x27;", "'")
    assert [item.label for item in ask.get("download_button")] == [
        fr.export_word,
        fr.export_markdown,
        "BibTeX",
        "CSL-JSON",
    ]
    assert FACT.partition("'")[0] in ask.code[0].value
    assert fr.answer_related in [item.value for item in ask.header]
    related = [item for item in ask.button if item.key and item.key.startswith("suggestion-")]
    assert related
    after = related[0].click().run()
    assert len(after.session_state["turns"]) == 2
    assert after.session_state["turns"][1].follows == 0


def test_a_pdf_citation_opens_its_page(place: Path, visit: Visit, fr: Texts) -> None:
    app = visit(place / "index", "", place / "corpus", q=ABOUT_REPORT)
    app = open_page(app)
    assert not app.exception
    assert not app.error
    assert fr.page_marked in captions(app)
    [shown] = [number for number in (1, 2) if fr.page_of.format(number=number, pages=2) in captions(app)]
    cited = app.session_state["turns"][0].answer
    assert shown in {page.number for item in (*cited.citations, *cited.newer) for page in item.pages}
    assert {fr.page_before, fr.page_after} <= {item.label for item in app.button if not item.disabled}


def test_a_pdf_that_has_gone_is_told_and_the_answer_stays(
    place: Path, visit: Visit, fr: Texts, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    app = visit(place / "index", "", empty, q=ABOUT_REPORT)
    app = open_page(app)
    assert [item.value for item in app.error] == [fr.error_corpus]
    assert "s27-answer" in shown(app)


def test_a_follow_up_is_shown_in_full_before_it_counts(ask: AppTest, fr: Texts) -> None:
    app = ask.chat_input[0].set_value(FOLLOW_UP).run()
    assert len(app.session_state["turns"]) == 1
    complete = app.text_area[0].value
    assert "Fabrique des quais" in complete
    assert "2023" in complete
    app.text_area[0].set_value("Quelle subvention en 2023 ?")
    app = press(app, fr.followup_ask)
    turn = app.session_state["turns"][1]
    assert (turn.question, turn.typed, turn.follows) == ("Quelle subvention en 2023 ?", FOLLOW_UP, 0)
    assert app.query_params["q"] == "Quelle subvention en 2023 ?"
    assert any(FOLLOW_UP.rstrip("?").strip() in text for text in captions(app))


@pytest.mark.parametrize(("button", "asked"), [("followup_as_typed", 2), ("followup_cancel", 1)])
def test_a_follow_up_can_be_asked_as_typed_or_given_up(
    ask: AppTest, fr: Texts, button: str, asked: int
) -> None:
    app = ask.chat_input[0].set_value(FOLLOW_UP).run()
    app = press(app, getattr(fr, button))
    assert not app.exception
    assert len(app.session_state["turns"]) == asked
    assert not app.text_area
    if asked == 2:
        assert app.session_state["turns"][1].question == FOLLOW_UP


def test_an_approval_becomes_a_question_and_can_be_withdrawn(ask: AppTest, place: Path, fr: Texts) -> None:
    app = press(ask, fr.verdict_yes)
    assert fr.verdict_guards in captions(app)
    [question] = read_questions(place / "feedback" / "questions.jsonl")
    assert question.question == QUESTION
    assert question.evidence[0].doc == "fabrique"
    app = press(app, fr.verdict_undo)
    assert (place / "feedback" / "questions.jsonl").read_text(encoding="utf-8") == ""
    assert fr.verdict_ask in captions(app)


def test_a_refusal_asks_why_and_stays_open(ask: AppTest, place: Path, fr: Texts) -> None:
    app = press(ask, fr.verdict_no)
    app.radio[0].set_value("incomplete")
    app.text_area[0].set_value("Une phrase que personne n'a écrite nulle part.")
    app = press(app, fr.verdict_send)
    assert [item.value for item in app.warning] == [fr.verdict_passage_absent]
    app.text_area[0].set_value("")
    app.text_area[1].set_value("Il manque la date.")
    app = press(app, fr.verdict_send)
    assert fr.verdict_open in captions(app)
    row = json.loads((place / "feedback" / "open.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (row["right"], row["reason"], row["comment"]) == (False, "incomplete", "Il manque la date.")
    press(app, fr.verdict_undo)


def test_a_refusal_with_the_right_sentence_guards(ask: AppTest, place: Path, fr: Texts) -> None:
    app = press(ask, fr.verdict_no)
    app.text_area[0].set_value("Les menuisiers du quartier partagent leurs outils")
    app = press(app, fr.verdict_send)
    assert fr.verdict_guards in captions(app)
    [question] = read_questions(place / "feedback" / "questions.jsonl")
    assert question.evidence[0].doc == "menuiserie"
    press(app, fr.verdict_undo)


def test_a_refusal_can_be_thought_better_of(ask: AppTest, fr: Texts) -> None:
    app = press(press(ask, fr.verdict_no), fr.verdict_cancel)
    assert not app.radio
    assert fr.verdict_ask in captions(app)


def test_without_a_language_model_nothing_offers_one(ask: AppTest) -> None:
    assert not ask.toggle


def says(prompt: str) -> str:
    """The first sentence of the passage that has the fact, and one that nothing supports."""
    passages = re.findall(r'<passage n="(\d)".*?>\n(.*?)\n</passage>', prompt, re.DOTALL)
    number = next(n for n, text in passages if "atelier public installé" in text)
    return f"{FACT} [{number}] Elle a coûté 999 millions d'euros en 1850. [{number}]"


@pytest.fixture
def wanting(place: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page with a model of this machine set up, and its switch on."""
    monkeypatch.setenv("SEARCH27_GENERATOR_MODEL", "m")
    app = visit(place / "index", "", place / "corpus")
    app.toggle[0].set_value(True).run()
    return app


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with scripted(spoken(says)) as served:
        monkeypatch.setenv("SEARCH27_GENERATOR_URL", served.url)
        yield


def test_a_written_answer_is_told_apart_and_what_is_unsupported_folded(
    model: None, wanting: AppTest, fr: Texts
) -> None:
    assert not wanting.warning
    app = wanting.chat_input[0].set_value(QUESTION).run()
    assert not app.exception
    page = shown(app)
    assert "s27-supported" in page
    assert fr.answer_written in page
    assert fr.withheld_one.format(n=1) in [item.label for item in app.expander]
    assert any("999 millions" in item.value for item in app.text)
    assert "999 millions" not in page
    assert "999 millions" not in app.code[0].value


def test_a_model_that_fails_leaves_the_quotes_and_a_notice(
    wanting_nobody: AppTest,
) -> None:
    app = wanting_nobody.chat_input[0].set_value(QUESTION).run()
    assert not app.exception
    assert "s27-verbatim" in shown(app)
    assert app.info


@pytest.fixture
def wanting_nobody(place: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The switch on, and nothing that answers at the model's address."""
    monkeypatch.setenv("SEARCH27_GENERATOR_MODEL", "m")
    monkeypatch.setenv("SEARCH27_GENERATOR_URL", "http://127.0.0.1:9/v1")
    app = visit(place / "index", "", place / "corpus")
    app.toggle[0].set_value(True).run()
    return app


def test_nothing_leaves_before_the_reader_has_agreed(
    place: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch, fr: Texts
) -> None:
    monkeypatch.setenv("SEARCH27_GENERATOR_MODEL", "m")
    monkeypatch.setenv("SEARCH27_GENERATOR_URL", "https://models.example.org/v1")
    app = visit(place / "index", "", place / "corpus")
    assert not app.warning
    app.toggle[0].set_value(True).run()
    assert [item.value for item in app.warning] == [fr.generate_remote.format(host="models\\.example\\.org")]
    app = app.chat_input[0].set_value(QUESTION).run()
    assert "s27-verbatim" in shown(app)
    assert not app.info
    app = press(app, fr.generate_agreed)
    assert not app.warning


def test_a_stopped_model_leaves_the_quotes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    with scripted(spoken(says, go_on)) as model:
        monkeypatch.setenv("SEARCH27_GENERATOR_URL", model.url)
        monkeypatch.setenv("SEARCH27_GENERATOR_MODEL", "m")
        asking = Asking(Library.open(place / "index"), QUESTION, Filters(), generate=True)
        while not asking.draft:
            assert not asking.wait(0.05)
        asking.stop()
        assert asking.wait(60)
        go_on.set()
    assert asking.error is None
    assert asking.answer is not None
    assert {sentence.verdict for sentence in asking.answer.sentences} == {"verbatim"}
    assert asking.answer.notice
