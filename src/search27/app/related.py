"""Questions that lead on from an answer, made of the corpus's own headings and titles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search27.app.texts import Texts
from search27.french.words import fold
from search27.types import Answer, Hit

RELATED = 3
SUBJECT_CHARACTERS = (8, 80)


def related_questions(answer: Answer, hits: Sequence[Hit], texts: Texts) -> tuple[str, ...]:
    """At most three questions on what stands near the answer and is not part of it.

    Args:
        answer: What was answered.
        hits: Passages found for the same question, best first.
        texts: Catalogue of the language.
    """
    cited = {citation.passage.id for citation in answer.citations}
    known = fold(answer.question)
    subjects: dict[str, str] = {}
    for subject in _subjects(hit for hit in hits if hit.passage.id not in cited):
        shortest, longest = SUBJECT_CHARACTERS
        if shortest <= len(subject) <= longest and fold(subject) not in known:
            subjects.setdefault(fold(subject), subject)
    return tuple(_question(subject, texts) for subject in list(subjects.values())[:RELATED])


def _subjects(hits: Iterable[Hit]) -> Iterable[str]:
    """Heading of each passage, or its publication's title where it has none; one for each publication."""
    seen: set[str] = set()
    for hit in hits:
        if hit.document.id not in seen:
            seen.add(hit.document.id)
            yield " ".join((hit.passage.heading or hit.document.title).split())


def _question(subject: str, texts: Texts) -> str:
    """A heading that asks stays as it is."""
    return subject if subject.endswith("?") else texts.ask_example.format(title=subject)
