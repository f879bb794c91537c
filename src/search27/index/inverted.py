"""Inverted lists over many vectors (FAISS IVF, 8 bits a coordinate): they propose, exact products decide."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt

Vectors = NDArray[np.float32]

EXACT_LIMIT = 100_000
"""Up to this many vectors all are compared; beyond, inverted lists propose."""
TARGET_RECALL = 0.98
"""Of the ten best by exact comparison, the share that must be proposed (measured for every index built)."""
SAMPLED = 200
LIKENESS = 0.6
"""Cosine of a sampled query and the vector it is drawn around: about that of a question and its passage."""
_OVERFETCH = 2
_EXTRA = 50
_SEED = 27
_ADDED_AT_ONCE = 16_384
_TRAINING_ROWS = 64
"""Vectors a list that k-means is shown."""


class InvertedLists:
    """The lists nearest to a question are read; how many is chosen so that `TARGET_RECALL` holds.

    Source: Jégou, Douze and Schmid, Product Quantization for Nearest Neighbor Search, 2011 (the inverted file);
    sizes and figures: docs/adr/0019-dense-index-by-size.md.
    """

    def __init__(self, index: Any) -> None:
        self.index = index
        self.exact_below = EXACT_LIMIT

    @classmethod
    def build(cls, vectors: Vectors) -> Self:
        """Group vectors (float32, (n, dim), unit rows) and choose how many lists a search reads."""
        import faiss

        count, dimension = vectors.shape
        lists = 2 ** round(math.log2(2 * math.sqrt(count)))
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimension),
            dimension,
            lists,
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        random = np.random.default_rng(_SEED)
        shown = np.sort(random.choice(count, min(count, _TRAINING_ROWS * lists), replace=False))
        index.train(vectors[shown])
        for start in range(0, count, _ADDED_AT_ONCE):
            index.add(vectors[start : start + _ADDED_AT_ONCE])
        built = cls(index)
        built._choose_probes(vectors, random)
        return built

    def _choose_probes(self, vectors: Vectors, random: np.random.Generator) -> None:
        import faiss

        queries = sampled_queries(vectors, random)
        _, exact = faiss.knn(queries, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
        probes = 8
        while True:
            self.index.nprobe = min(probes, self.index.nlist)
            if probes >= self.index.nlist or recall(self, queries, exact) >= TARGET_RECALL:
                return
            probes *= 2

    def save(self, path: Path) -> None:
        """Write one file; its bytes go through Python, since FAISS's own writer reports success on a full disk."""
        import faiss

        path.write_bytes(faiss.serialize_index(self.index).tobytes())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            IndexCorrupt: FAISS cannot read the file.
        """
        import faiss

        try:
            return cls(faiss.deserialize_index(np.fromfile(path, np.uint8)))
        except RuntimeError as error:
            raise IndexCorrupt(f"{path.parent.name}/{path.name} is not a FAISS index.") from error

    def propose(self, query: Vectors, k: int, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Positions that hold nearly all of the best `k`, in no order that counts.

        Args:
            query: float32, (dim,).
            k: How many are wanted; `widened(k)` are proposed, to be compared exactly.
            allowed: Positions to choose from; None for all.
        """
        import faiss

        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=self.index.nprobe)  # type: ignore[call-arg]
        wanted = min(self.index.ntotal, widened(k))
        _, positions = self.index.search(query[None, :], wanted, params=parameters)
        found: NDArray[np.int64] = positions[0][positions[0] >= 0]
        return found


def widened(k: int) -> int:
    """How many candidates are proposed where `k` are wanted."""
    return _OVERFETCH * k + _EXTRA


def sampled_queries(vectors: Vectors, random: np.random.Generator) -> Vectors:
    """Unit vectors drawn around some of the rows: float32, (n, dim). Harder than the rows themselves."""
    rows = vectors[np.sort(random.choice(len(vectors), min(SAMPLED, len(vectors)), replace=False))]
    noise = random.normal(size=rows.shape)
    noise -= (noise * rows).sum(axis=1, keepdims=True) * rows
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(LIKENESS * rows + math.sqrt(1 - LIKENESS**2) * noise, np.float32)


def recall(lists: InvertedLists, queries: Vectors, exact: NDArray[np.int64]) -> float:
    """Share of the exact best rows (n, 10) that are proposed for the queries (n, dim)."""
    shares = [
        len(np.intersect1d(lists.propose(query, 10), best)) / len(best)
        for query, best in zip(queries, exact, strict=True)
    ]
    return float(np.mean(shares))
