"""The check that a renewed index passes before anybody reads it: it opens, and answers no worse than the former one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from search27.config import Settings
from search27.errors import ConfigError, EncoderUnavailable, IndexStoreError, SourceNotFound
from search27.evaluation import Question, holds, is_document, read_questions
from search27.library import Library

DEPTH = 5
KEEPS_THE_OLD = (ConfigError, EncoderUnavailable, IndexStoreError, SourceNotFound)
"""What a checked build may fail with; the index stays as it is."""


class NotAsGood(IndexStoreError):
    """A renewed index answers fewer questions than the former one."""


class IndexCheck:
    """A check for `ingest.build`.

    Args:
        settings: Where the former index is; which questions are asked, and how far their share of hits may fall.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, candidate: Path) -> None:
        """Open the candidate; where there are questions, ask them of it and of the former index.

        Args:
            candidate: Folder of the new generation.

        Raises:
            IndexStoreError: It does not open.
            NotAsGood: It finds the evidence of fewer questions than it must.
            ConfigError: The file of questions cannot be read.
        """
        renewed = Library.open_generation(candidate, self._settings)
        try:
            if self._settings.questions is not None:
                self._compare(renewed, read_questions(self._settings.questions))
        finally:
            renewed.close()

    def _compare(self, renewed: Library, questions: Sequence[Question]) -> None:
        try:
            former = Library.open(self._settings.index, self._settings)
        except IndexStoreError:
            return  # there is nothing to fall behind
        try:
            asked = answerable(questions, [info.id for info in renewed.documents()])
            before, after = (hits(library, asked) for library in (former, renewed))
        finally:
            former.close()
        margin = self._settings.questions_margin
        if asked and before - after > margin * len(asked):
            raise NotAsGood(
                f"The renewed index finds the evidence of {after} of {len(asked)} questions among the first {DEPTH} "
                f"passages, the former one of {before}; that is more than {margin:.0%} of the questions fewer. See "
                "what changed in the corpus; to take it all the same, run: search27 build"
            )


def answerable(questions: Sequence[Question], documents: Sequence[str]) -> list[Question]:
    """Questions whose evidence stands in a document that is still there."""
    return [
        question
        for question in questions
        if any(is_document(name, evidence.doc) for evidence in question.evidence for name in documents)
    ]


def hits(library: Library, questions: Sequence[Question]) -> int:
    """How many questions have a quote of their evidence among the first five passages."""
    return sum(
        any(
            holds(hit.passage.text, evidence.quote)
            for hit in library.search(question.question, DEPTH)
            for evidence in question.evidence
        )
        for question in questions
    )
