"""Guided tours: a few publications that together show a topic or a programme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search27.explore.atlas import Excerpt, Programme, Topic, Tour
from search27.explore.programmes import Named, oldest_first
from search27.french import split_sentences
from search27.index.dense import Vectors, normalised
from search27.types import Document, Span

STEPS = 5
NOVELTY = 0.4
"""How much a step that resembles an earlier one loses."""
NAMING = 0.15
"""How much each further mention of a programme, on a log scale, speaks for a publication."""
EXTRACT_CHARACTERS = (60, 320)


@dataclass(frozen=True, slots=True)
class Reading:
    """Publications as tours read them.

    Attributes:
        documents: In the order of `vectors`.
        vectors: float32, (n, dim), unit rows.
        windows: For each document its sentence windows, spans of its text.
        window_vectors: float32, (windows of the document, dim), in the space of `vectors`.
    """

    documents: Sequence[Document]
    vectors: Vectors
    windows: Sequence[Sequence[Span]]
    window_vectors: Sequence[Vectors]


def tours(reading: Reading, topics: Sequence[Topic], programmes: Sequence[Programme]) -> tuple[Tour, ...]:
    """One tour for each programme, then for each topic, that has at least `STEPS` publications."""
    rows = {document.info.id: row for row, document in enumerate(reading.documents)}
    found = []
    for programme in programmes:
        named = Named(programme.name, programme.also)
        inside = np.array([rows[document_id] for document_id in programme.documents], np.int64)
        if steps := _steps(reading, inside, named):
            found.append(Tour("programme", (programme.name,), steps))
    for topic in topics:
        inside = np.array([rows[document_id] for document_id in topic.documents], np.int64)
        if topic.terms and (steps := _steps(reading, inside, None)):
            found.append(Tour("topic", topic.terms, steps))
    return tuple(found)


def _steps(reading: Reading, rows: NDArray[np.int64], named: Named | None) -> tuple[Excerpt, ...]:
    """The tour through some publications, oldest first; none where there are too few."""
    if len(rows) < STEPS:
        return ()
    centre = normalised(reading.vectors[rows].mean(axis=0))
    fitness = reading.vectors[rows] @ centre
    if named:
        counts = [len(named.pattern().findall(_whole(reading.documents[row]))) for row in rows]
        fitness = fitness + NAMING * np.log1p(counts)
    chosen = rows[_varied(reading.vectors[rows], fitness)]
    ordered = sorted(chosen, key=lambda row: oldest_first(reading.documents[row].info))
    extracts = [_extract(reading, int(row), centre, named) for row in ordered]
    return tuple(extracts)


def _whole(document: Document) -> str:
    return f"{document.info.title}\n{document.text}"


def _varied(vectors: Vectors, fitness: Vectors) -> list[int]:
    """Fit rows that do not say the same.

    Source: J. Carbonell and J. Goldstein, The use of MMR, 1998.
    """
    chosen = [int(np.argmax(fitness))]
    while len(chosen) < STEPS:
        nearest = (vectors @ vectors[chosen].T).max(axis=1)
        gain = fitness - NOVELTY * nearest
        gain[chosen] = -np.inf
        chosen.append(int(np.argmax(gain)))
    return chosen


def _extract(reading: Reading, row: int, centre: Vectors, named: Named | None) -> Excerpt:
    """The sentences of a publication nearest to the tour's subject, those that name it first."""
    document, windows = reading.documents[row], reading.windows[row]
    shortest, longest = EXTRACT_CHARACTERS
    texts = [document.text[span.start : span.end] for span in windows]
    fits = np.array([shortest <= len(text) <= longest and _reads_alone(text) for text in texts], bool)
    names = np.array([named is None or named.is_in(text) for text in texts], bool)
    score = reading.window_vectors[row] @ centre + fits + 2 * names
    best = _block(document.text, windows[int(np.argmax(score))], named) if len(windows) else Span(0, 0)
    return Excerpt(document.info.id, best, document.text[best.start : best.end])


def _block(text: str, window: Span, named: Named | None) -> Span:
    """The block inside a window that names the programme, or else its longest block."""
    blocks = [
        Span(window.start + match.start(), window.start + match.end())
        for match in re.finditer(r"[^\n]+", text[window.start : window.end])
    ]
    naming = [block for block in blocks if named and named.is_in(text[block.start : block.end])]
    block = max(naming or blocks, key=lambda item: item.end - item.start, default=window)
    return _shortened(text, block, named)


def _shortened(text: str, block: Span, named: Named | None) -> Span:
    """As many whole sentences as `EXTRACT_CHARACTERS` allows, from the first that names the programme."""
    sentences = [
        Span(block.start + item.start, block.start + item.end)
        for item in split_sentences(text[block.start : block.end])
    ]
    naming = [item for item in sentences if named and named.is_in(text[item.start : item.end])]
    first = (naming or sentences or [block])[0]
    ends = [item.end for item in sentences if first.end < item.end <= first.start + EXTRACT_CHARACTERS[1]]
    return Span(first.start, max([first.end, *ends]))


def _reads_alone(text: str) -> bool:
    """Whether a stretch is one block that begins like a sentence and asks nothing."""
    return "\n" not in text and "?" not in text and not text[0].islower()
