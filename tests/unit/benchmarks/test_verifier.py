from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from benchmarks.corruptions import CORRUPTIONS, NAMES
from benchmarks.verifier import Case, collect, measure
from tests.builders import write_markdown

from search27 import Library, build
from search27.types import DocumentInfo, Hit, Passage, Span

ANSWER = "Le 4 mars 2021, Jeanne Martin est venue à Lille avec 50 agents."


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("seed", range(5))
def test_a_corruption_changes_one_thing_and_is_caught(name: str, seed: int) -> None:
    corrupted = CORRUPTIONS[name](ANSWER, random.Random(seed))
    assert corrupted is not None
    assert corrupted != ANSWER
    passage = Passage("a.md#0", "a.md", ANSWER, Span(0, len(ANSWER)))
    hit = Hit(1.0, passage, DocumentInfo("a.md", "Un titre"))
    report = measure([Case(ANSWER, (hit,), (hit,), True)])
    assert report["false_alarms"] == 0
    assert report["corruptions"][name] == {"n": 1, "recall": 1.0, "precision": 1.0}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_what_is_not_there_cannot_be_corrupted(name: str) -> None:
    assert CORRUPTIONS[name]("Rien de tout cela.", random.Random(0)) is None


def test_a_denied_verb_is_affirmed() -> None:
    assert CORRUPTIONS["negation"]("Elle ne vient pas.", random.Random(0)) == "Elle vient."


def test_a_name_becomes_one_that_no_publication_holds() -> None:
    changed = CORRUPTIONS["name"]("Le maire Jean Moreau parle.", random.Random(0))
    assert changed is not None
    assert any(name in changed for name in NAMES)


def test_cases_are_french_answers_with_their_passages(tmp_path: Path) -> None:
    body = "Le budget est de 50 euros pour la fabrique des tilleuls."
    write_markdown(tmp_path / "corpus", "a.md", title="La fabrique", body=body)
    build(tmp_path / "corpus", tmp_path / "index")
    evidence = [{"doc": "a", "quote": body}]
    rows = [
        {"answer": "Le budget est de 50 euros.", "evidence": evidence},
        {"answer": "The budget is of 50 euros for the year.", "evidence": evidence},
        {"answer": "Rien.", "evidence": []},
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    library = Library.open(tmp_path / "index")
    [case] = collect(questions, library)
    library.close()
    assert case.answer == "Le budget est de 50 euros."
    assert [hit.passage.document_id for hit in case.cited] == ["a.md"]
