"""Dense index: whitening of encoder vectors and FAISS search over them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt

Vectors = NDArray[np.float32]

WHITENING_POWER = 0.4
"""Exponent of the singular values. Source: docs/adr/0007-whitening-and-fusion.md."""
MIN_WHITENED = 2000
"""Below this many vectors the principal axes are too noisy to help."""


def normalised(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """Rows scaled to length 1, float32; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit


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
        mean = vectors.mean(axis=0, dtype=np.float64)
        covariance = np.cov(vectors.astype(np.float64), rowvar=False, bias=True)
        variances, axes = np.linalg.eigh(covariance)
        singular = np.sqrt(np.maximum(variances, 1e-12) * len(vectors))
        scaled = axes * singular**-WHITENING_POWER
        return cls(mean.astype(np.float32), query_mean.astype(np.float32), scaled.astype(np.float32))

    def passages(self, vectors: Vectors) -> Vectors:
        """Project passage vectors (n, dim); unit rows."""
        return vectors if self.identity else normalised((vectors - self.passage_mean) @ self.axes)

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


class DenseIndex:
    """Exact inner-product search (FAISS flat) over projected vectors, with the spread of their scores."""

    def __init__(self, index: Any, projection: Projection) -> None:
        self._index = index
        self.projection = projection
        self._vectors: Vectors = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(
            index.ntotal, index.d
        )
        self._mean: Vectors = self._vectors.mean(axis=0) if len(self) else np.zeros(index.d, np.float32)
        self._covariance = self._spread_matrix()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @classmethod
    def build(cls, vectors: Vectors, query_mean: Vectors | None) -> Self:
        """Index encoder vectors (float32, (n, dim), unit rows)."""
        projection = Projection.fit(vectors, query_mean)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(projection.passages(vectors)))
        return cls(index, projection)

    def _spread_matrix(self) -> Vectors:
        if not len(self):
            return np.zeros((self._index.d, self._index.d), np.float32)
        return np.asarray(np.cov(self._vectors, rowvar=False, bias=True), np.float32)

    def search(
        self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Return positions and scores (inner products in [-1, 1]) of the best `k`, best first.

        Args:
            query: Projected question vector, float32, (dim,), unit length.
            k: How many at most.
            allowed: Positions to search among; None searches all.
        """
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        scores, positions = self._index.search(query[None, :], min(k, len(self)), params=parameters)
        found = positions[0] >= 0
        return positions[0][found], scores[0][found]

    def scores(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Inner products of the projected question with the vectors at `positions`."""
        result: Vectors = self._vectors[positions] @ query
        return result

    def likeness(self, row: int, others: NDArray[np.int64]) -> Vectors:
        """How alike vectors are to that at `row`, in standard deviations of its scores over the index."""
        vector = self._vectors[row]
        return np.asarray(
            (self.scores(vector, others) - self._mean @ vector) / self.spread(vector), np.float32
        )

    def means(self, groups: NDArray[np.int64]) -> Vectors:
        """Mean vector of each group of rows: float32, (max(groups) + 1, dim), rows not normalised."""
        count = int(groups.max()) + 1 if len(groups) else 0
        sums = np.zeros((count, self._index.d), np.float32)
        np.add.at(sums, groups, self._vectors)
        sizes = np.maximum(np.bincount(groups, minlength=count), 1)
        return np.asarray(sums / sizes[:, None], np.float32)

    def spread(self, query: Vectors) -> float:
        """Standard deviation of the question's scores over the whole index, without computing them all."""
        return math.sqrt(max(float(query @ self._covariance @ query), 1e-12))

    def save(self, folder: Path, name: str) -> None:
        """Write `NAME.faiss` and `NAME.projection.npz`.

        The bytes go through Python, since FAISS's own writer reports success on a full disk.
        """
        (folder / f"{name}.faiss").write_bytes(faiss.serialize_index(self._index).tobytes())
        self.projection.save(folder / f"{name}.projection.npz")

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexCorrupt: FAISS cannot read the file.
        """
        data = np.fromfile(folder / f"{name}.faiss", np.uint8)
        try:
            index = faiss.deserialize_index(data)
        except RuntimeError as error:
            raise IndexCorrupt(f"{folder.name}/{name}.faiss is not a FAISS index.") from error
        return cls(index, Projection.load(folder / f"{name}.projection.npz"))
