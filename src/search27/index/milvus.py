"""Candidates from Milvus (Lite, Standalone or a cluster): nearest vectors, full text, filters by publication.

A generation keeps texts, vectors and their statistics in its folder, and names its two collections there; exact scores
and fusion are computed here. Collections are never changed once their generation is published.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt, IndexIncompatible, IndexStoreError, MissingExtra
from search27.french import analyse
from search27.index.dense import DenseIndex
from search27.index.lexical import LexicalIndex, inverse_document_frequency
from search27.index.store import Store

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

FILE = "milvus.json"
ALIAS = "search27"
KINDS = ("passages", "windows")
MOST = 16_384
"""Results that Milvus gives to one search at most."""
SEARCH_SECONDS = 10.0
WRITE_SECONDS = 300.0
ROWS_AT_ONCE = 1_000
OVERFETCH = 2
EXTRA = 50


@dataclass(frozen=True, slots=True)
class _Rows:
    """What goes into one collection: vectors, the publication of each, and for passages their words' weights."""

    vectors: Vectors
    documents: Positions
    weights: Sequence[dict[int, float]] | None = None


def save(
    folder: Path, uri: str, passages: DenseIndex, windows: DenseIndex, lexical: LexicalIndex, store: Store
) -> None:
    """Write what a generation keeps of its vectors, fill new collections and name them there.

    Args:
        folder: The generation's.
        uri: Of a server, or a file for Milvus Lite.
        passages: Projected vectors of the passages.
        windows: Projected vectors of the windows.
        lexical: BM25 of the passages.
        store: The generation's, which says what belongs to which publication.

    Raises:
        IndexStoreError: Milvus cannot be reached or refuses; nothing that is read now has changed.
        MissingExtra: The extra `milvus` is not installed.
    """
    tag = uuid.uuid4().hex[:12]
    of_passages, of_windows = _documents(store)
    vocabulary = lexical.vocabulary()
    # Milvus takes no empty sparse vector; no question holds the number after the last token's.
    weights = [row or {len(vocabulary): 1.0} for row in lexical.weights()]
    with connected(uri) as client:
        _fill(client, collection(tag, "passages"), _Rows(passages.vectors, of_passages, weights))
        _fill(client, collection(tag, "windows"), _Rows(windows.vectors, of_windows))
    passages.save_vectors(folder, "passages")
    windows.save_vectors(folder, "windows")
    former = sorted(_tags(folder.parent))
    data = {"tag": tag, "former": former, "texts": len(lexical), "vocabulary": vocabulary}
    (folder / FILE).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def is_used(folder: Path) -> bool:
    """Whether a generation's candidates come from Milvus."""
    return (folder / FILE).exists()


def load(folder: Path, uri: str, store: Store) -> tuple[DenseIndex, DenseIndex, FullText]:
    """Passages, windows and full text of a generation.

    Raises:
        IndexIncompatible: The settings name no Milvus.
        IndexStoreError: It cannot be reached.
        IndexCorrupt: It does not hold what the generation says.
    """
    if not uri:
        raise IndexIncompatible(
            f"{folder} needs Milvus, and the settings name none. Set milvus_uri, "
            'or set store = "embedded" and run: search27 build'
        )
    tag = read(folder)["tag"]
    client = connect(uri)
    of_passages, of_windows = _documents(store)
    found = []
    for kind, documents in zip(KINDS, (of_passages, of_windows), strict=True):
        name = collection(tag, kind)
        with told(uri):
            rows = _count(client, name)
        if rows != len(documents):
            raise IndexCorrupt(
                f"Milvus holds {rows or 'no'} rows of {name}, expected {len(documents)}. Run: search27 build"
            )
        found.append(DenseIndex.load_vectors(folder, kind, Proposer(client, uri, name, documents)))
    return found[0], found[1], FullText(client, uri, folder)


def _documents(store: Store) -> tuple[Positions, Positions]:
    """The publication of each passage and of each window."""
    return store.document_of, store.document_of[store.passage_of]


def collection(tag: str, kind: str) -> str:
    """Name of a generation's collection of passages or windows."""
    return f"{ALIAS}_{tag}_{kind}"


def point(index: Path, uri: str, current: str) -> None:
    """Let the aliases name the current generation's collections and drop those of generations that are gone.

    Raises:
        IndexStoreError: Milvus cannot be reached; the aliases follow with the next build.
    """
    data = read(index / current)
    gone = set(data["former"]) - _tags(index)
    with connected(uri) as client:
        for kind in KINDS:
            alias, name = f"{ALIAS}_{kind}", collection(data["tag"], kind)
            known = client.list_aliases(timeout=SEARCH_SECONDS).get("aliases", [])
            change = client.alter_alias if alias in known else client.create_alias
            change(name, alias, timeout=SEARCH_SECONDS)
        for name in (collection(tag, kind) for tag in sorted(gone) for kind in KINDS):
            client.drop_collection(name, timeout=SEARCH_SECONDS)


def _tags(index: Path) -> set[str]:
    """Tags of the generations on disk."""
    return {read(path.parent)["tag"] for path in index.glob(f"gen-*/{FILE}")}


def read(folder: Path) -> dict[str, Any]:
    """What `save` left in a generation's folder.

    Raises:
        IndexCorrupt: The file cannot be read.
    """
    try:
        data: dict[str, Any] = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise IndexCorrupt(f"{folder / FILE} cannot be read ({error}). Run: search27 build") from error
    return data


class Proposer:
    """Nearest vectors of one collection; stands where inverted lists do."""

    exact_below = 0
    """Filters are Milvus's matter, however few vectors they leave."""

    def __init__(self, client: MilvusClient, uri: str, name: str, documents: Positions) -> None:
        self._client = client
        self._uri = uri
        self._name = name
        self._documents = documents

    def propose(self, query: Vectors, k: int, allowed: Positions | None = None) -> Positions:
        """Positions that hold nearly all of the best `k`; see `InvertedLists.propose`.

        Raises:
            IndexStoreError: Milvus does not answer in time.
        """
        filters = ""
        if allowed is not None:
            filters = f"document in {np.unique(self._documents[allowed]).tolist()}"
        with told(self._uri):
            [found] = self._client.search(
                self._name,
                [query.tolist()],
                filter=filters,
                limit=min(len(self._documents), OVERFETCH * k + EXTRA, MOST),
                anns_field="vector",
                search_params={"metric_type": "IP"},
                timeout=SEARCH_SECONDS,
            )
        return np.array([hit["position"] for hit in found], np.int64)


class FullText:
    """Our BM25 summed by Milvus's inverted index of sparse vectors, behind the interface of `LexicalIndex`."""

    def __init__(self, client: MilvusClient, uri: str, folder: Path) -> None:
        data = read(folder)
        self._client = client
        self._uri = uri
        self._name = collection(data["tag"], "passages")
        self._size = int(data["texts"])
        self._vocabulary: dict[str, tuple[int, int]] = data["vocabulary"]

    def __len__(self) -> int:
        return self._size

    def scores(self, query: str) -> Vectors:
        """BM25 score of the best `MOST` texts: float32, (n,), 0 for all others.

        Raises:
            IndexStoreError: Milvus does not answer in time.
        """
        scores = np.zeros(self._size, np.float32)
        known = Counter(self._vocabulary[token][0] for token in analyse(query) if token in self._vocabulary)
        if not known:
            return scores
        with told(self._uri):
            [found] = self._client.search(
                self._name,
                [{number: float(count) for number, count in known.items()}],
                limit=min(self._size, MOST),
                anns_field="words",
                search_params={"metric_type": "IP"},
                timeout=SEARCH_SECONDS,
            )
        for hit in found:
            scores[hit["position"]] = hit["distance"]
        return scores

    def rarity(self, tokens: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of each token, as `LexicalIndex.rarity` gives it."""
        return {
            token: inverse_document_frequency(self._size, self._vocabulary.get(token, (0, 0))[1])
            for token in tokens
        }


def connect(uri: str) -> MilvusClient:
    """A client of the server, or of the file that Milvus Lite keeps, at `uri`.

    Raises:
        MissingExtra: The extra `milvus` is not installed.
        IndexStoreError: Nothing answers there.
    """
    try:
        from pymilvus import MilvusClient
    except ImportError as error:
        raise MissingExtra("milvus", "Searching with Milvus") from error
    with told(uri):
        return MilvusClient(uri, timeout=SEARCH_SECONDS)


@contextmanager
def connected(uri: str) -> Iterator[MilvusClient]:
    """A client for some steps, whose failures are typed errors."""
    client = connect(uri)
    try:
        with told(uri):
            yield client
    finally:
        client.close()


@contextmanager
def told(uri: str) -> Iterator[None]:
    """Turn what pymilvus raises into an error that says where and what to do, without a password."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError, OSError) as error:
        place = urlsplit(uri).hostname or uri
        raise IndexStoreError(
            f"Milvus at {place} fails or does not answer ({error}). Check that it runs and that milvus_uri is "
            'right, or set store = "embedded" and run: search27 build'
        ) from error


def _count(client: MilvusClient, name: str) -> int:
    """Rows of a collection, 0 where it does not exist."""
    if not client.has_collection(name, timeout=SEARCH_SECONDS):
        return 0
    [counted] = client.query(
        name, output_fields=["count(*)"], consistency_level="Strong", timeout=SEARCH_SECONDS
    )
    return int(counted["count(*)"])


def _fill(client: MilvusClient, name: str, rows: _Rows) -> None:
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("position", DataType.INT64, is_primary=True)
    schema.add_field("document", DataType.INT64)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=rows.vectors.shape[1])
    indexes = client.prepare_index_params()
    indexes.add_index("vector", index_type="AUTOINDEX", metric_type="IP")
    if rows.weights is not None:
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=indexes, timeout=WRITE_SECONDS)
    for start in range(0, len(rows.vectors), ROWS_AT_ONCE):
        client.upsert(name, list(_records(rows, start)), timeout=WRITE_SECONDS)
    client.flush(name, timeout=WRITE_SECONDS)
    client.load_collection(name, timeout=WRITE_SECONDS)


def _records(rows: _Rows, start: int) -> Iterator[dict[str, Any]]:
    for position in range(start, min(start + ROWS_AT_ONCE, len(rows.vectors))):
        record = {
            "position": position,
            "document": int(rows.documents[position]),
            "vector": rows.vectors[position].tolist(),
        }
        if rows.weights is not None:
            record["words"] = rows.weights[position]
        yield record
