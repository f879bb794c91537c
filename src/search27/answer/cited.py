"""A cited passage, read once for all that is verified against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search27.answer.quantities import Reading, merged, read
from search27.french import analyse, language_of, split_sentences
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Hit

WINDOW = 3
"""Successive sentences that are looked at together."""
PREFIX = 5
"""Letters from which two stems count as one word: `expérimente`, `expérimentation`."""
PUBLISHER = "La 27e Région"
"""The voice behind every « nous » of the corpus."""
SHORTEST_ACRONYM = 3

WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Window:
    """A run of sentences with its context: keys of the words, numbers and dates."""

    keys: frozenset[str]
    reading: Reading


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage with its context: title and heading, date and authors of its document, and the publisher.

    Attributes:
        spoken: Words that are no function words, in order, as written.
        running: All words, folded, with blanks between and around them.
        acronyms: Words of three capitals or more, folded.
    """

    language: str
    text: str
    spoken: tuple[str, ...]
    running: str
    words: frozenset[str]
    stems: frozenset[str]
    acronyms: frozenset[str]
    windows: tuple[Window, ...]


def cited_of(hit: Hit) -> Cited:
    """A passage and its context, read."""
    info = hit.document
    day = info.date.isoformat() if info.date else ""
    return _read(
        ". ".join((info.title, hit.passage.heading, *info.authors, PUBLISHER)), day, hit.passage.text
    )


@lru_cache(maxsize=512)
def _read(context: str, day: str, text: str) -> Cited:
    whole = f"{context}.\n\n{text}"
    words = WORD.findall(whole)
    return Cited(
        language=language_of(text),
        text=text,
        spoken=tuple(spoken(words)),
        running=running(whole),
        words=frozenset(map(fold, words)),
        stems=frozenset(analyse(whole)),
        acronyms=frozenset(fold(word) for word in words if is_acronym(word)),
        windows=tuple(_windows(text, context, day)),
    )


def _windows(text: str, context: str, day: str) -> Iterator[Window]:
    """Runs of sentences; the day of publication dates those that name no year (`cette année`)."""
    around, named, published = keys_of(context), read(context), read(day)
    spans = split_sentences(text)
    for start in range(max(1, len(spans) - WINDOW + 1)):
        run = spans[start : start + WINDOW]
        part = text[run[0].start : run[-1].end] if run else ""
        own = read(part)
        readings = (own, named) if any(date.year for date in own.dates) else (own, named, published)
        yield Window(around | keys_of(part), merged(readings))


def keys_of(text: str) -> frozenset[str]:
    """What two texts have in common where they speak of the same: the first letters of their stems, and numbers."""
    return frozenset(token if token.isdigit() else token[:PREFIX] for token in analyse(text))


def spoken(words: Sequence[str]) -> list[str]:
    """Words that are no function words."""
    return [word for word in words if fold(word) and fold(word) not in FUNCTION_WORDS]


def running(text: str) -> str:
    """A text's words, folded, with blanks between and around them."""
    return f" {' '.join(map(fold, WORD.findall(text)))} "


def is_acronym(word: str) -> bool:
    """Whether a word is written in capitals only."""
    return len(word) >= SHORTEST_ACRONYM and word.isupper()
