"""One work, several manifestations: which passages say the same in an article and its PDF, or in two languages.

Found by content when a generation is made, kept as pairs of passages (docs/adr/0012).
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search27.types import DocumentInfo

Vectors = NDArray[np.float32]
Pair = tuple[int, int]
Twins = Mapping[int, frozenset[int]]
"""By position of a passage, the positions of those that say the same in another manifestation."""

RUN = 8  # words of a run that two texts have in common only by copying
SAMPLED = 4  # one word in so many begins a run that is compared
COMMON = 20  # documents from which a run is boilerplate
SAME_TEXT = 0.4  # share of the shorter document's runs from which both are one work
FEWEST_RUNS = 8
OVERLAP = (
    0.25  # share of the shorter passage's words that corresponding passages have in common, in runs of four
)
MUTUAL = 0.6  # share of the passages of each whose nearest passage in the other's language lies in the other
NEAR = 0.5  # mean cosine of passages with those
FEWEST_PASSAGES = 3
ROWS = 1000


def find_twins(
    infos: Sequence[DocumentInfo], document_of: NDArray[np.int64], texts: Sequence[str], vectors: Vectors
) -> list[Pair]:
    """Pairs of passages that say the same in two manifestations of one work.

    Args:
        infos: Documents by position.
        document_of: Document position of each passage, (n,), ascending.
        texts: The passages.
        vectors: Their raw vectors, float32, (n, dim).

    Returns:
        Pairs of passage positions, the lower one first, sorted.
    """
    limits = np.searchsorted(document_of, np.arange(len(infos) + 1))
    passages = [range(int(first), int(last)) for first, last in pairwise(limits)]
    pairs = {
        pair
        for one, other in _copies(passages, texts)
        for pair in _overlapping(passages[one], passages[other], texts)
    }
    pairs |= set(_translated(infos, document_of, passages, vectors))
    return sorted(pairs)


def save(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs of passages."""
    path.write_text(json.dumps(pairs), encoding="utf-8")


def load(path: Path) -> Twins:
    """Read pairs of passages."""
    twins: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in json.loads(path.read_text(encoding="utf-8")):
        twins[one].add(other)
        twins[other].add(one)
    return {position: frozenset(others) for position, others in twins.items()}


def _copies(passages: Sequence[range], texts: Sequence[str]) -> Iterator[Pair]:
    """Documents that share much of their text."""
    runs = [{run for position in rows for run in _runs(texts[position])} for rows in passages]
    first: dict[tuple[str, ...], int] = {}
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for document, own in enumerate(runs):
        for run in own:
            if first.setdefault(run, document) != document:
                holders[run].append(document)
    shared: Counter[Pair] = Counter()
    for run, documents in holders.items():
        if len(documents) < COMMON - 1:
            shared.update(combinations([first[run], *documents], 2))
    for (one, other), number in shared.items():
        if number >= max(FEWEST_RUNS, SAME_TEXT * min(len(runs[one]), len(runs[other]))):
            yield one, other


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    """A sample of the text's runs of words, the same in every text that holds them."""
    words = _words(text)
    for start, word in enumerate(words[: max(len(words) - RUN + 1, 0)]):
        if _begins(word):
            yield tuple(words[start : start + RUN])


@cache
def _begins(word: str) -> bool:
    return zlib.crc32(word.encode("utf-8", errors="replace")) % SAMPLED == 0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _overlapping(ones: range, others: range, texts: Sequence[str]) -> Iterator[Pair]:
    """Passages of two documents that overlap, however each of them was cut."""
    fours = {position: _fours(texts[position]) for position in (*ones, *others)}
    for one in ones:
        for other in others:
            least = min(len(fours[one]), len(fours[other]))
            if len(fours[one] & fours[other]) > OVERLAP * least:
                yield min(one, other), max(one, other)


def _fours(text: str) -> set[tuple[str, ...]]:
    words = _words(text)
    return {tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3))}


def _translated(
    infos: Sequence[DocumentInfo], document_of: NDArray[np.int64], passages: Sequence[range], vectors: Vectors
) -> Iterator[Pair]:
    """Passages that are each other's nearest in the other language, in documents of which most are so."""
    languages = np.array([info.language for info in infos])[document_of] if len(infos) else np.zeros(0, str)
    for one, other in combinations(sorted(set(languages.tolist())), 2):
        rows = {name: np.flatnonzero(languages == name) for name in (one, other)}
        there, there_cosine = _nearest(vectors, rows[one], rows[other])
        back, back_cosine = _nearest(vectors, rows[other], rows[one])
        nearest, cosine = there | back, there_cosine | back_cosine
        for document in sorted({int(document_of[row]) for row in rows[one]}):
            partner = _partner(passages[document], nearest, cosine, document_of)
            if partner is not None and _partner(passages[partner], nearest, cosine, document_of) == document:
                for row in (*passages[document], *passages[partner]):
                    if document_of[nearest[row]] in (document, partner):
                        yield min(row, nearest[row]), max(row, nearest[row])


def _nearest(
    vectors: Vectors, rows: NDArray[np.int64], others: NDArray[np.int64]
) -> tuple[dict[int, int], dict[int, float]]:
    """For each row its nearest one among the others, and their cosine, each language about its own mean."""
    targets = _centred(vectors[others])
    nearest: dict[int, int] = {}
    cosine: dict[int, float] = {}
    mean = vectors[rows].mean(axis=0)
    for start in range(0, len(rows), ROWS):
        block = rows[start : start + ROWS]
        scores = _centred(vectors[block], mean) @ targets.T
        best = scores.argmax(axis=1)
        nearest |= dict(zip(block.tolist(), others[best].tolist(), strict=True))
        cosine |= dict(zip(block.tolist(), scores.max(axis=1).tolist(), strict=True))
    return nearest, cosine


def _centred(vectors: Vectors, mean: Vectors | None = None) -> Vectors:
    shifted = vectors - (vectors.mean(axis=0) if mean is None else mean)
    unit: Vectors = shifted / np.maximum(np.linalg.norm(shifted, axis=1, keepdims=True), 1e-9)
    return unit


def _partner(
    rows: range, nearest: dict[int, int], cosine: dict[int, float], document_of: NDArray[np.int64]
) -> int | None:
    """The document to which most of these passages are nearest, if they are near enough."""
    if len(rows) < FEWEST_PASSAGES:
        return None
    document, votes = Counter(int(document_of[nearest[row]]) for row in rows).most_common(1)[0]
    near = sum(cosine[row] for row in rows) / len(rows) >= NEAR
    return document if votes >= MUTUAL * len(rows) and near else None
