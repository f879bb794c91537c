"""Whether a sentence says only what its cited passages say, judged in code: no model is asked.

Every number, date, amount, name and quotation of the sentence must stand in the cited evidence, nothing may be
negated there and affirmed here, and most of its words must stand close together in it. Source: ADR 0009.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from search27.answer import quantities
from search27.answer.quantities import Reading
from search27.french import analyse, language_of, split_sentences
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Hit

Similarity = Callable[[str, str], float]
Reason = Literal["citation", "number", "date", "name", "quotation", "negation", "words"]

COVER = 0.5
"""Least share of a sentence's words that stand in the evidence; calibrated by `benchmarks/verifier.py`."""
WINDOW = 3
"""Successive sentences of a passage in which a sentence's words are looked for."""
PREFIX = 5
"""Letters from which two stems count as the same word: `expérimente`, `expérimentation`."""
PUBLISHER = "La 27e Région"
"""The voice behind every « nous » of the corpus."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict and, where it is `unsupported`, what was not found in the evidence."""

    verdict: Literal["supported", "unsupported"]
    reasons: tuple[Reason, ...] = ()


def verify_sentence(
    sentence: str, cited: Sequence[Hit], similarity: Similarity | None = None
) -> Verification:
    """Judge one sentence against the passages that it cites.

    Args:
        sentence: Without citation marks.
        cited: Passages with their documents: title, heading, date and authors are evidence too.
        similarity: Cosine of two texts in the encoder's space.
    """
    if not cited:
        return Verification("unsupported", ("citation",))
    evidence = [_evidence(hit) for hit in cited]
    reasons = tuple(dict.fromkeys(_reasons(sentence, evidence, similarity)))
    return Verification("unsupported" if reasons else "supported", reasons)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A passage with its context, read once."""

    text: str
    reading: Reading
    words: frozenset[str]
    tokens: frozenset[str]
    initials: str
    spoken: str
    windows: tuple[frozenset[str], ...]
    sentences: tuple[str, ...]


def _evidence(hit: Hit) -> _Evidence:
    info = hit.document
    day = info.date.isoformat() if info.date else ""
    return _read(". ".join((info.title, hit.passage.heading, day, *info.authors, PUBLISHER)), hit.passage.text)
