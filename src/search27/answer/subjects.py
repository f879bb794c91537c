"""Subjects that passages treat, in the corpus's own headings and titles: what a next question may be made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search27.french.words import fold
from search27.types import Hit

CHARACTERS = (8, 80)
BARE = frozenset({"introduction", "conclusion", "et maintenant ?", "en savoir plus", "pour aller plus loin"})
"""Headings that say nothing without their text."""


def subjects(question: str, hits: Sequence[Hit]) -> list[str]:
    """Headings of the passages, or their publications' titles where they tell more; none that the question names.

    Args:
        question: What was asked.
        hits: Passages, best first; each publication gives one subject.
    """
    shortest, longest = CHARACTERS
    known = fold(question)
    found: dict[str, str] = {}
    for subject in _candidates(hits):
        if shortest <= len(subject) <= longest and fold(subject) not in known:
            found.setdefault(fold(subject), subject)
    return list(found.values())


def _candidates(hits: Iterable[Hit]) -> Iterable[str]:
    seen: set[str] = set()
    for hit in hits:
        if hit.document.id not in seen:
            seen.add(hit.document.id)
            heading = " ".join(hit.passage.heading.split())
            yield " ".join(hit.document.title.split()) if not heading or fold(heading) in BARE else heading
