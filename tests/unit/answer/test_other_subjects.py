"""Questions on other subjects altogether, put to a small corpus, in which some sentence always comes nearest."""

from __future__ import annotations

from pathlib import Path

from search27 import Library

QUESTIONS = Path(__file__).with_name("other_subjects.txt").read_text(encoding="utf-8").splitlines()
WITHHELD = 0.9
"""Least share of them that is not answered."""


def test_questions_on_other_subjects_are_not_answered(starter_library: Library) -> None:
    answered = [question for question in QUESTIONS if not starter_library.ask(question).abstained]
    assert len(answered) <= (1 - WITHHELD) * len(QUESTIONS), answered
