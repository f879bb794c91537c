"""Questions that lead on from an answer, made of the corpus's own headings and titles."""

from __future__ import annotations

from collections.abc import Sequence

from search27.answer.subjects import subjects
from search27.app.texts import Texts
from search27.types import Answer, Hit

RELATED = 3


def related_questions(answer: Answer, hits: Sequence[Hit], texts: Texts) -> tuple[str, ...]:
    """At most three questions on what stands near the answer and is not part of it.

    Args:
        answer: What was answered.
        hits: Passages found for the same question, best first.
        texts: Catalogue of the language.
    """
    cited = {citation.passage.id for citation in answer.citations}
    others = [hit for hit in hits if hit.passage.id not in cited]
    return tuple(_question(subject, texts) for subject in subjects(answer.question, others)[:RELATED])


def _question(subject: str, texts: Texts) -> str:
    """A heading that asks stays as it is."""
    return subject if subject.endswith("?") else texts.ask_example.format(title=subject)
