"""The atlas drawn from a generation's publications and vectors, before it is published."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from search27.explore import glossary, layout, neighbours, programmes, topics, tours
from search27.explore.atlas import Atlas, Point, Topic
from search27.explore.places import places
from search27.explore.programmes import Named
from search27.french.words import fold
from search27.index.dense import Vectors, normalised
from search27.index.store import Entry
from search27.types import Document

EXPLORE_VERSION = "1"
"""Changes whenever the same publications give another atlas."""

Part = tuple[Entry, Vectors, Vectors]
"""A publication with the raw vectors of its passages and windows, float32, unit rows."""


def key(listed: tuple[Named, ...] | None) -> str:
    """What decides the atlas beside the publications: this version and the corpus's list of programmes."""
    return hashlib.sha256(f"{EXPLORE_VERSION}\n{listed}".encode()).hexdigest()[:16]


def draw(parts: Sequence[Part], listed: tuple[Named, ...] | None) -> Atlas:
    """Draw the atlas; the same parts, in the same order, give the same atlas.

    Args:
        parts: Sorted by document id.
        listed: The corpus's own programmes, None to propose some.
    """
    documents = [entry.document for entry, _, _ in parts]
    names = programmes.proposed(documents) if listed is None else listed
    placed = programmes.placed(names, documents)
    definitions = glossary.acronyms(documents) + glossary.programmes(names, documents)
    reading = _reading(parts)
    points, found = _map(documents, reading.vectors)
    return Atlas(
        points,
        found,
        placed,
        listed is not None,
        tuple(sorted(definitions, key=lambda item: (fold(item.term), item.term))),
        places(documents),
        tours.tours(reading, found, placed),
        neighbours.related(documents, reading.vectors),
        neighbours.cited_by(documents),
    )


def read_ahead(documents: Sequence[Document]) -> None:
    """Read texts of which most will be drawn: what is found in each of them is kept in memory."""
    for document in documents:
        topics.words_and_pairs(document.text)
    programmes.proposed(documents)
    glossary.acronyms(documents)
    places(documents)


def _reading(parts: Sequence[Part]) -> tours.Reading:
    """Vectors less their mean, so that what all publications share counts for nothing."""
    documents = [entry.document for entry, _, _ in parts]
    windows = [[span for spans in entry.windows for span in spans] for entry, _, _ in parts]
    if not parts:
        return tours.Reading((), np.zeros((0, 1), np.float32), (), ())
    means = np.stack([_mean(vectors) for _, vectors, _ in parts])
    centre = means.mean(axis=0)
    window_vectors = [normalised(vectors - centre) for _, _, vectors in parts]
    return tours.Reading(documents, normalised(means - centre), windows, window_vectors)


def _mean(vectors: Vectors) -> Vectors:
    return np.asarray(vectors.mean(axis=0) if len(vectors) else np.zeros(vectors.shape[1]), np.float32)


def _map(documents: Sequence[Document], vectors: Vectors) -> tuple[tuple[Point, ...], tuple[Topic, ...]]:
    if not documents:
        return (), ()
    count = topics.topic_count(len(documents))
    groups, centres = topics.grouped(vectors, count)
    terms = topics.terms_of(documents, groups, count)
    positions, middles = layout.drawn(vectors, groups, centres)
    points = [
        Point(document.info.id, float(x), float(y), int(group))
        for document, (x, y), group in zip(documents, positions, groups, strict=True)
    ]
    found = []
    for group in range(count):
        rows = np.flatnonzero(groups == group)
        typical = rows[np.argsort(-(vectors[rows] @ centres[group]), kind="stable")]
        members = tuple(documents[row].info.id for row in typical)
        found.append(Topic(terms[group], float(middles[group][0]), float(middles[group][1]), members))
    return tuple(points), tuple(found)
