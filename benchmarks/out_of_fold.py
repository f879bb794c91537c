"""Each question beside the index of an encoder that has not seen it.

Two encoders are trained, one on questions about the articles before 2017, one on those from 2017 on
(`training/train_encoder.py --split`); each index is asked about the other years only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from search27 import Library
from search27.config import load_settings
from search27.evaluation import Question, is_document
from search27.learned import FusionWeights

SPLIT_YEAR = 2017


@dataclass(frozen=True, slots=True)
class Fold:
    """An index and the questions that its encoder has not seen."""

    library: Library
    questions: list[Question]


def open_fold(index: Path, encoder: str, weights: FusionWeights | None = None) -> Library:
    """Open an index with its own encoder; `weights` replace the plain fusion that a foreign encoder gets."""
    library = Library.open(index, load_settings(encoder=encoder))
    if weights:
        library._retriever._weights = weights
    return library


def folds(questions: Iterable[Question], before: Library, after: Library) -> list[Fold]:
    """Share out questions; those whose documents lie on both sides are left out.

    Args:
        questions: With their evidence, see `search27.evaluation`.
        before: Made by the encoder that was trained on articles before 2017.
        after: Made by the encoder that was trained on articles from 2017 on.
    """
    shared: tuple[list[Question], list[Question]] = ([], [])
    unanswerable = 0
    for question in questions:
        if question.evidence:
            sides = {newer for item in question.evidence for newer in _sides(before, item.doc)}
            if len(sides) == 1:
                shared[0 if sides.pop() else 1].append(question)
        else:
            shared[unanswerable % 2].append(question)
            unanswerable += 1
    return [Fold(before, shared[0]), Fold(after, shared[1])]


def _sides(library: Library, gold: str) -> Iterable[bool]:
    """Whether the gold document is from the split year on; nothing where the index lacks it."""
    for info in library.documents():
        if is_document(info.id, gold):
            yield info.date is not None and info.date.year >= SPLIT_YEAR
