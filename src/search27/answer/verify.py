"""Whether a sentence says only what its cited passages say, judged in code: no model is asked.

Every number, date, name and quotation of the sentence must stand in the passages, nothing may be denied here and
affirmed there, and most of its words must stand close together in it. Source: ADR 0009.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from search27.answer.cited import WORD, Cited, cited_of, keys_of, running
from search27.answer.denial import is_reversed
from search27.answer.names import unknown_names
from search27.answer.quantities import Reading, read
from search27.french import language_of, split_sentences
from search27.types import Hit, Passage, Span

Reason = Literal["citation", "number", "date", "name", "quotation", "negation", "words"]

COVER = 0.5
"""Least share of a sentence's words that stand in the passages; calibrated by `benchmarks/verifier.py`."""
NEAR = 0.5
"""Share of the nearest window's common words from which a window's numbers and dates count as the sentence's."""
SHORTEST_QUOTATION = 3  # words

_QUOTATION = re.compile(r"«\s*([^«»]+?)\s*»|“([^“”]+)”|\"([^\"]+)\"")
_ELLIPSIS = re.compile(r"\[?(?:\.\.\.|…)\]?")


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict and, where it is `unsupported`, what was not found in the passages."""

    verdict: Literal["supported", "unsupported"]
    reasons: tuple[Reason, ...] = ()


def verify_sentence(sentence: str, hits: Sequence[Hit]) -> Verification:
    """Judge one sentence against the passages that it cites.

    Args:
        sentence: Without citation marks.
        hits: Cited passages with their documents: title, heading, date and authors are evidence too.
    """
    if not hits:
        return Verification("unsupported", ("citation",))
    reasons = tuple(_reasons(sentence, [cited_of(hit) for hit in hits]))
    return Verification("unsupported" if reasons else "supported", reasons)


def _reasons(sentence: str, cited: Sequence[Cited]) -> Iterator[Reason]:
    said, near = read(sentence), _near_readings(sentence, cited)
    if not all(any(reading.supports_quantity(claim) for reading in near) for claim in said.quantities):
        yield "number"
    if not all(any(reading.supports_date(claim) for reading in near) for claim in said.dates):
        yield "date"
    if unknown_names(sentence, cited):
        yield "name"
    if not all(any(quote in item.running for item in cited) for quote in _quotations(sentence)):
        yield "quotation"
    if is_reversed(sentence, [item.text for item in cited]):
        yield "negation"
    if not _is_covered(sentence, cited):
        yield "words"


def _near_readings(sentence: str, cited: Sequence[Cited]) -> list[Reading]:
    """Numbers and dates that stand where the sentence's words stand."""
    keys = keys_of(sentence)
    windows = [window for item in cited for window in item.windows]
    most = max(len(keys & window.keys) for window in windows)
    return [window.reading for window in windows if len(keys & window.keys) >= NEAR * most]


def _quotations(sentence: str) -> list[str]:
    """What a sentence quotes in three words or more, folded; the parts beside an ellipsis apart."""
    quoted = ["".join(filter(None, match.groups())) for match in _QUOTATION.finditer(sentence)]
    parts = [part for text in quoted for part in _ELLIPSIS.split(text)]
    return [running(part) for part in parts if len(WORD.findall(part)) >= SHORTEST_QUOTATION]


def _is_covered(sentence: str, cited: Sequence[Cited]) -> bool:
    if all(item.language != language_of(sentence) for item in cited):
        return False
    return cover(sentence, cited) >= COVER


def cover(sentence: str, cited: Sequence[Cited]) -> float:
    """Share of a sentence's words that stand in the best window of each passage, in [0, 1]."""
    keys = keys_of(sentence)
    nearest = (max(item.windows, key=lambda window: len(keys & window.keys)) for item in cited)
    return len(keys & frozenset().union(*(window.keys for window in nearest))) / len(keys) if keys else 0.0


def nearest_span(sentence: str, passage: Passage) -> Span:
    """The sentence of a passage that shares most words with another, as a span of the document's text."""
    keys = keys_of(sentence)
    spans = split_sentences(passage.text) or [Span(0, len(passage.text))]
    best = max(spans, key=lambda span: len(keys & keys_of(passage.text[span.start : span.end])))
    return Span(best.start + passage.span.start, best.end + passage.span.start)
