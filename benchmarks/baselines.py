"""The plain methods: dense e5 with a flat FAISS index, BM25, and reciprocal rank fusion of both."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import faiss
import numpy as np

from benchmarks.material import Material, Unit
from benchmarks.systems import Search, System, folder_bytes
from search27.types import Hit

RRF_K = 60
"""Source: Cormack, Clarke and Büttcher, Reciprocal Rank Fusion, 2009."""
FUSED_DEPTH = 100


def baselines(material: Material, index: Path) -> list[System]:
    """Build the three; fusion takes the other two as they are."""
    dense, lexical = _dense(material), _lexical(material)
    assert dense.build_seconds is not None
    assert lexical.build_seconds is not None
    fused = System(
        "Reciprocal rank fusion (k = 60)",
        fuse(dense.search, lexical.search),
        dense.build_seconds + lexical.build_seconds,
        dense.index_bytes + lexical.index_bytes,
        len(material.units),
    )
    return [dense, lexical, fused]


def fuse(*searches: Search) -> Search:
    """Add up 1 / (60 + rank) over several rankings (Cormack, Clarke and Büttcher, 2009)."""

    def search(question: str, k: int) -> list[Hit]:
        scores: defaultdict[str, float] = defaultdict(float)
        hits: dict[str, Hit] = {}
        for each in searches:
            for rank, hit in enumerate(each(question, FUSED_DEPTH), 1):
                scores[hit.passage.id] += 1 / (RRF_K + rank)
                hits[hit.passage.id] = hit
        best = sorted(scores, key=lambda name: (-scores[name], name))[:k]
        return [Hit(scores[name], hits[name].passage, hits[name].document) for name in best]

    return search


def _dense(material: Material) -> System:
    from sentence_transformers import SentenceTransformer

    units = material.units
    start = time.perf_counter()
    model = SentenceTransformer(str(material.model), device="cpu", local_files_only=True)
    vectors = model.encode_document([unit.indexed for unit in units], normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, np.float32))
    seconds = time.perf_counter() - start

    def search(question: str, k: int) -> list[Hit]:
        vector = model.encode_query([question], normalize_embeddings=True, show_progress_bar=False)
        scores, places = index.search(np.asarray(vector, np.float32), min(k, len(units)))
        return _hits(units, scores[0], places[0])

    size = int(faiss.serialize_index(index).nbytes) + texts_bytes(units)
    return System("Dense e5 (flat FAISS, cosine)", search, seconds, size, len(units))


def _lexical(material: Material) -> System:
    units = material.units
    start = time.perf_counter()
    ranking = bm25s.BM25()
    ranking.index(_tokens([unit.indexed for unit in units]), show_progress=False)
    seconds = time.perf_counter() - start

    def search(question: str, k: int) -> list[Hit]:
        places, scores = ranking.retrieve(_tokens([question]), k=min(k, len(units)), show_progress=False)
        return _hits(units, scores[0], places[0])

    with tempfile.TemporaryDirectory() as folder:
        ranking.save(folder, show_progress=False)
        size = folder_bytes(Path(folder)) + texts_bytes(units)
    return System("BM25 (bm25s, lower-case words)", search, seconds, size, len(units))


def _tokens(texts: list[str]) -> Any:
    return bm25s.tokenize(texts, stopwords=None, show_progress=False)


def _hits(units: Sequence[Unit], scores: Any, places: Any) -> list[Hit]:
    return [units[place].hit(float(score)) for score, place in zip(scores, places, strict=True)]


def texts_bytes(units: Sequence[Unit]) -> int:
    """Size of the passages' texts and ids as JSON, which a system without a store of its own needs beside it."""
    return sum(
        len(json.dumps([unit.passage.id, unit.passage.text], ensure_ascii=False).encode()) for unit in units
    )
