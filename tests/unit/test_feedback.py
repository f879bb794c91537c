"""Verdicts on answers, and that `evaluate` reads them as questions."""

from __future__ import annotations

import json
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27 import Library
from search27.errors import ConfigError
from search27.evaluation import evaluate, read_questions
from search27.feedback import GUARDING, OPEN, Verdict, approval, keep, passage_with, withdraw
from search27.types import Answer, Citation, DocumentInfo, Passage, Span

DAY = date(2026, 3, 1)
QUOTE = "La fabrique ouvre à neuf heures."
CITATION = Citation(
    1, QUOTE, Span(0, 32), Passage("a/b.md#0", "a/b.md", QUOTE, Span(0, 32)), DocumentInfo("a/b.md", "B")
)
ANSWER = Answer("Quand ouvre la fabrique ?", QUOTE, citations=(CITATION,))
ABSTENTION = Answer("Quand ferme-t-elle ?", "Rien.", abstained=True)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_an_approved_answer_keeps_what_it_cites_as_evidence(tmp_path: Path) -> None:
    number = keep(tmp_path / "feedback", ANSWER, approval(ANSWER), "gen-000003", DAY)
    [question] = read_questions(tmp_path / "feedback" / GUARDING)
    assert question.id == number
    assert question.question == ANSWER.question
    assert [(item.doc, item.quote) for item in question.evidence] == [("a/b", QUOTE)]
    assert not (tmp_path / "feedback" / OPEN).exists()


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(ANSWER, Verdict(False, "incomplete", "Il manque la date.")), (ABSTENTION, approval(ABSTENTION))],
)
def test_a_verdict_without_a_known_passage_stays_open(
    tmp_path: Path, answer: Answer, verdict: Verdict
) -> None:
    keep(tmp_path, answer, verdict, "gen-000003", DAY)
    assert not (tmp_path / GUARDING).exists()
    [row] = rows(tmp_path / OPEN)
    assert (row["question"], row["right"], row["reason"]) == (answer.question, verdict.right, verdict.reason)
    assert (row["comment"], row["day"], row["generation"]) == (verdict.comment, "2026-03-01", "gen-000003")
    assert row["cited"] == [{"doc": item.document.id, "quote": item.quote} for item in answer.citations]


def test_a_withdrawn_verdict_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    first, second = (keep(tmp_path, ANSWER, approval(ANSWER), "g", DAY) for _ in range(2))
    open_one = keep(tmp_path, ANSWER, Verdict(False), "g", DAY)
    withdraw(tmp_path, first)
    withdraw(tmp_path, open_one)
    withdraw(tmp_path, "never")
    assert [row["id"] for row in rows(tmp_path / GUARDING)] == [second]
    assert rows(tmp_path / OPEN) == []


def test_a_line_edited_by_hand_stays(tmp_path: Path) -> None:
    (tmp_path / OPEN).write_text('not JSON\n["a list"]\n', encoding="utf-8")
    number = keep(tmp_path, ANSWER, Verdict(False), "g", DAY)
    withdraw(tmp_path, number)
    assert (tmp_path / OPEN).read_text(encoding="utf-8") == 'not JSON\n["a list"]\n'


def test_verdicts_given_at_once_are_all_kept(tmp_path: Path) -> None:
    writers = [
        threading.Thread(target=keep, args=(tmp_path, ANSWER, approval(ANSWER), "g", DAY)) for _ in range(12)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(read_questions(tmp_path / GUARDING)) == 12
    assert not list(tmp_path.glob("*.tmp"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "feedback").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigError, match="SEARCH27_FEEDBACK"):
        keep(tmp_path / "feedback", ANSWER, approval(ANSWER), "g", DAY)


@given(st.text(), st.text())
def test_whatever_is_typed_the_file_stays_readable(
    tmp_path_factory: pytest.TempPathFactory, question: str, comment: str
) -> None:
    folder = tmp_path_factory.mktemp("feedback")
    answer = Answer(f"Q {question}", QUOTE, citations=(CITATION,))
    keep(folder, answer, Verdict(True, comment=comment, evidence=(("a.md", QUOTE),)), "g", DAY)
    assert len(read_questions(folder / GUARDING)) == 1


def test_the_right_sentence_is_found_in_its_publication(starter_library: Library) -> None:
    hit = starter_library.search("assemblée générale", 1)[0]
    sentence = hit.passage.text[:60]
    assert passage_with(f"  {sentence}\n", starter_library) == (hit.document.id, " ".join(sentence.split()))
    assert passage_with("Une phrase qui n'est écrite dans aucune publication.", starter_library) is None
    assert passage_with("trop court", starter_library) is None


def test_evaluate_counts_an_approved_answer_as_found_and_cited(
    starter_library: Library, tmp_path: Path
) -> None:
    answer = starter_library.ask("Qu'est-ce que La Synchro ?")
    keep(tmp_path, answer, approval(answer), starter_library.generation, DAY)
    scores = evaluate(starter_library, tmp_path / GUARDING).groups["feedback"]
    assert (scores.n, scores.cites_gold, scores.answered) == (1, 1.0, 1.0)
