"""Dense index: whitening of encoder vectors and search over them, exact or with inverted lists by size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt
from search27.index import inverted

Vectors = NDArray[np.float32]

WHITENING_POWER = 0.4
"""Exponent of the singular values. Source: docs/adr/0007-whitening-and-fusion.md."""
MIN_WHITENED = 2000
"""Below this many vectors the principal axes are too noisy to help."""
ROWS_AT_ONCE = 16_384


def normalised(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """Rows scaled to length 1, float32; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit


def moments(vectors: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean (dim,) and covariance (dim, dim) of rows, taken in parts so that no copy of them all is made."""
    total = np.zeros(vectors.shape[1])
    products = np.zeros((vectors.shape[1], vectors.shape[1]))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE].astype(np.float64)
        total += part.sum(axis=0)
        products += part.T @ part
    count = max(len(vectors), 1)
    mean = total / count
    return mean, products / count - np.outer(mean, mean)


@dataclass(frozen=True, slots=True)
class Projection:
    """Where vectors are compared: raw space, or the whitened one.

    e5 vectors sit in a narrow cone; subtracting a mean and shrinking the strong axes opens it. Questions are
    centred by the mean of questions, not by that of passages.

    Attributes:
        passage_mean: float32, (dim,).
        query_mean: float32, (dim,).
        axes: float32, (dim, dim), columns are scaled principal axes.
        identity: True where vectors are compared as the encoder made them.
    """

    passage_mean: Vectors
    query_mean: Vectors
    axes: Vectors
    identity: bool = False

    @classmethod
    def plain(cls, dimension: int) -> Self:
        """Compare by plain cosine."""
        zero = np.zeros(dimension, np.float32)
        return cls(zero, zero, np.eye(dimension, dtype=np.float32), identity=True)

    @classmethod
    def fit(cls, vectors: Vectors, query_mean: Vectors | None) -> Self:
        """Fit to passage vectors (float32, (n, dim), unit rows); plain where n or the query mean forbids.

        Source: all-but-the-top and soft whitening as measured in docs/adr/0007-whitening-and-fusion.md.
        """
        if query_mean is None or len(vectors) < MIN_WHITENED:
            return cls.plain(vectors.shape[1])
        mean, covariance = moments(vectors)
        variances, axes = np.linalg.eigh(covariance)
        singular = np.sqrt(np.maximum(variances, 1e-12) * len(vectors))
        scaled = axes * singular**-WHITENING_POWER
        return cls(mean.astype(np.float32), query_mean.astype(np.float32), scaled.astype(np.float32))

    def passages(self, vectors: Vectors) -> Vectors:
        """Project passage vectors (n, dim); unit rows. Done in parts, so that little is held beside the result."""
        if self.identity:
            return vectors
        projected = np.empty(vectors.shape, np.float32)
        for start in range(0, len(vectors), ROWS_AT_ONCE):
            part = vectors[start : start + ROWS_AT_ONCE]
            projected[start : start + len(part)] = normalised((part - self.passage_mean) @ self.axes)
        return projected

    def queries(self, vectors: Vectors) -> Vectors:
        """Project question vectors (n, dim); unit rows."""
        return vectors if self.identity else normalised((vectors - self.query_mean) @ self.axes)

    def save(self, path: Path) -> None:
        """Write as `.npz`."""
        np.savez(
            path,
            passage_mean=self.passage_mean,
            query_mean=self.query_mean,
            axes=self.axes,
            identity=np.array(self.identity),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            return cls(data["passage_mean"], data["query_mean"], data["axes"], bool(data["identity"]))


class Proposer(Protocol):
    """What finds candidates where not all vectors are compared.

    Attributes:
        exact_below: Filters that leave no more vectors than this are searched exactly.
    """

    exact_below: int

    def propose(self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Positions that hold nearly all of the best `k`, in no order that counts."""


class DenseIndex:
    """Search by inner product over projected vectors, with the spread of their scores."""

    def __init__(
        self,
        vectors: Vectors,
        projection: Projection,
        proposer: Proposer | None = None,
        spread: tuple[Vectors, Vectors] | None = None,
    ) -> None:
        self.vectors = vectors
        self.projection = projection
        self.proposer = proposer
        self._mean, self._covariance = spread or _spread(vectors)

    def __len__(self) -> int:
        return len(self.vectors)

    @classmethod
    def project(cls, vectors: Vectors, query_mean: Vectors | None) -> Self:
        """Compare encoder vectors (float32, (n, dim), unit rows) exactly, whatever their number."""
        projection = Projection.fit(vectors, query_mean)
        return cls(np.ascontiguousarray(projection.passages(vectors)), projection)

    @classmethod
    def build(cls, vectors: Vectors, query_mean: Vectors | None) -> Self:
        """Index encoder vectors (float32, (n, dim), unit rows)."""
        index = cls.project(vectors, query_mean)
        if len(index) > inverted.EXACT_LIMIT:
            index.proposer = inverted.InvertedLists.build(index.vectors)
        return index

    def search(
        self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Return positions and scores (inner products in [-1, 1]) of the best `k`, best first.

        Args:
            query: Projected question vector, float32, (dim,), unit length.
            k: How many at most.
            allowed: Positions to search among; None searches all.
        """
        rows = allowed
        proposer = self.proposer
        if proposer is not None and (allowed is None or len(allowed) > proposer.exact_below):
            rows = proposer.propose(query, k, allowed)
        scores = self.vectors @ query if rows is None else self.scores(query, rows)
        best = np.argpartition(-scores, k)[:k] if k < len(scores) else np.arange(len(scores))
        best = best[np.lexsort((best, -scores[best]))]
        return (best if rows is None else rows[best]), scores[best]

    def scores(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Inner products of the projected question with the vectors at `positions`."""
        result: Vectors = self.vectors[positions] @ query
        return result

    def likeness(self, row: int, others: NDArray[np.int64]) -> Vectors:
        """How alike vectors are to that at `row`, in standard deviations of its scores over the index."""
        vector = self.vectors[row]
        return np.asarray(
            (self.scores(vector, others) - self._mean @ vector) / self.spread(vector), np.float32
        )

    def means(self, groups: NDArray[np.int64]) -> Vectors:
        """Mean vector of each group of rows: float32, (max(groups) + 1, dim), rows not normalised.

        Args:
            groups: Group of each row, in rising order; a group without rows gets zeros.
        """
        count = int(groups.max()) + 1 if len(groups) else 0
        means = np.zeros((count, self.vectors.shape[1]), np.float32)
        found, starts, sizes = np.unique(groups, return_index=True, return_counts=True)
        if len(found):
            means[found] = np.add.reduceat(self.vectors, starts, axis=0) / sizes[:, None]
        return means

    def spread(self, query: Vectors) -> float:
        """Standard deviation of the question's scores over the whole index, without computing them all."""
        return math.sqrt(max(float(query @ self._covariance @ query), 1e-12))

    def save(self, folder: Path, name: str) -> None:
        """Write what `save_vectors` writes, and `NAME.faiss` where there are inverted lists."""
        self.save_vectors(folder, name)
        if isinstance(self.proposer, inverted.InvertedLists):
            self.proposer.save(folder / f"{name}.faiss")

    def save_vectors(self, folder: Path, name: str) -> None:
        """Write `NAME.vectors.npy`, `NAME.spread.npz` and `NAME.projection.npz`: all but what proposes."""
        self.projection.save(folder / f"{name}.projection.npz")
        np.save(folder / f"{name}.vectors.npy", self.vectors)
        np.savez(folder / f"{name}.spread.npz", mean=self._mean, covariance=self._covariance)

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexCorrupt: A file cannot be read as what it should be.
        """
        lists = folder / f"{name}.faiss"
        return cls.load_vectors(folder, name, inverted.InvertedLists.load(lists) if lists.exists() else None)

    @classmethod
    def load_vectors(cls, folder: Path, name: str, proposer: Proposer | None) -> Self:
        """Read what `save_vectors` wrote; vectors stay on disk, mapped.

        Raises:
            IndexCorrupt: A file cannot be read as what it should be.
        """
        try:
            with np.load(folder / f"{name}.spread.npz", allow_pickle=False) as kept:
                spread = kept["mean"], kept["covariance"]
            vectors = np.load(folder / f"{name}.vectors.npy", mmap_mode="r")
            projection = Projection.load(folder / f"{name}.projection.npz")
        except (ValueError, KeyError) as error:
            raise IndexCorrupt(
                f"{folder.name}/{name}.vectors.npy or what belongs to it is damaged."
            ) from error
        return cls(vectors, projection, proposer, spread)


def _spread(vectors: Vectors) -> tuple[Vectors, Vectors]:
    mean, covariance = moments(vectors)
    return mean.astype(np.float32), covariance.astype(np.float32)
