"""Candidates from Milvus: nearest vectors, full text, filters by publication.

A generation keeps texts, vectors and their statistics in its folder, and says there which rows of which collections are
its own; exact scores and fusion are computed here. Rows are named by what they hold and never change, so that
generations share them (docs/adr/0020-milvus-proposes-the-generation-decides.md).
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt, IndexIncompatible
from search27.french import analyse
from search27.index import milvus_server as server
from search27.index.dense import DenseIndex, Projection
from search27.index.inverted import widened
from search27.index.lexical import inverse_document_frequency
from search27.index.milvus_server import DOCUMENT, KEY, MOST, PREFIX, SEARCH_SECONDS, VECTOR, WORDS, Keys
from search27.index.store import Store

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Vectors = NDArray[np.float32]
Positions = NDArray[np.int64]

FILE = "milvus.json"
KINDS = ("passages", "windows")


@dataclass(frozen=True, slots=True)
class Link:
    """What ties a generation to its collections.

    Attributes:
        owner: Of all collections of one index folder.
        tag: Of the two collections.
        fitted: Number of passages when the collections were made, and their vectors' projection fitted.
        texts: Number of passages.
        holding: Of each token, how many passages hold it.
    """

    owner: str
    tag: str
    fitted: int
    texts: int
    holding: dict[str, int]

    def collection(self, kind: str) -> str:
        """Name of its collection of passages or windows."""
        return f"{PREFIX}_{self.owner}_{self.tag}_{kind}"

    def save(self, folder: Path) -> None:
        """Write into a generation's folder."""
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Link:
        """Read what `save` wrote.

        Raises:
            IndexCorrupt: The file cannot be read.
        """
        try:
            return cls(**json.loads((folder / FILE).read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise IndexCorrupt(f"{folder / FILE} cannot be read ({error}). Run: search27 build") from error


def keys_file(folder: Path, kind: str) -> Path:
    """Where a generation keeps the keys of its rows of Milvus, in the order of its own: int64, (n,)."""
    return folder / f"{kind}.milvus.npy"


def projection_file(folder: Path, kind: str) -> Path:
    """Where a generation keeps the projection of its collection's vectors."""
    return folder / f"{kind}.milvus.npz"


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
    link = Link.load(folder)
    client = server.connect(uri)
    found = []
    for kind, documents in zip(KINDS, documents_of(store), strict=True):
        name, keys = link.collection(kind), np.load(keys_file(folder, kind))
        with server.told(uri):
            rows = server.count(client, name)
        if rows < len(keys) or len(keys) != len(documents):
            raise IndexCorrupt(
                f"Milvus holds {rows or 'no'} rows of {name}, expected {len(keys)}. Run: search27 build"
            )
        proposer = Proposer(client, uri, name, keys, documents)
        index = DenseIndex.load_vectors(folder, kind, proposer)
        proposer.turn = _turn(index.projection, Projection.load(projection_file(folder, kind)))
        found.append(index)
    return found[0], found[1], FullText(client, uri, link, np.load(keys_file(folder, "passages")))


def documents_of(store: Store) -> tuple[Keys, Keys]:
    """For the publication of each passage and of each window the key that Milvus knows it by."""
    keys = np.array([server.key_of(info.id.encode()) for info in store.infos], np.int64)
    of_passages = keys[store.document_of] if len(keys) else np.zeros(0, np.int64)
    return of_passages, of_passages[store.passage_of]


def _turn(ours: Projection, theirs: Projection) -> Vectors:
    """What turns a question projected by one projection into the other's space: float32, (dim, dim)."""
    back = np.linalg.inv(ours.axes.astype(np.float64))
    return np.asarray(back @ theirs.axes, np.float32)


class _Places:
    """Which row of a generation each key of a collection is."""

    def __init__(self, keys: Keys) -> None:
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    def __call__(self, keys: Keys) -> tuple[Positions, NDArray[np.bool_]]:
        """Positions of those that the generation has, and which of `keys` these are."""
        at = np.minimum(np.searchsorted(self._sorted, keys), max(len(self._sorted) - 1, 0))
        known = self._sorted[at] == keys if len(self._sorted) else np.zeros(len(keys), bool)
        return self._order[at[known]], known


class Proposer:
    """Nearest vectors of one collection; stands where inverted lists do."""

    exact_below = 0
    """Filters are Milvus's matter, however few vectors they leave."""

    def __init__(self, client: MilvusClient, uri: str, name: str, keys: Keys, documents: Keys) -> None:
        self._client = client
        self._uri = uri
        self._name = name
        self._places = _Places(keys)
        self._documents = documents
        self.turn: Vectors | None = None

    def propose(self, query: Vectors, k: int, allowed: Positions | None = None) -> Positions:
        """Positions that hold nearly all of the best `k`; see `InvertedLists.propose`.

        Raises:
            IndexStoreError: Milvus does not answer in time.
        """
        filters = ""
        if allowed is not None:
            filters = f"{DOCUMENT} in {np.unique(self._documents[allowed]).tolist()}"
        turned = query if self.turn is None else query @ self.turn
        with server.told(self._uri):
            [found] = self._client.search(
                self._name,
                [turned.tolist()],
                filter=filters,
                limit=min(widened(k), MOST),
                output_fields=[KEY],
                anns_field=VECTOR,
                search_params={"metric_type": "IP"},
                timeout=SEARCH_SECONDS,
            )
        return self._places(np.array([hit[KEY] for hit in found], np.int64))[0]


def word_number(token: str) -> int:
    """The place of a token in Milvus's sparse vectors, below 2³¹; the same in all generations."""
    return zlib.crc32(token.encode()) >> 1


class FullText:
    """Our BM25 summed by Milvus's inverted index of sparse vectors, behind the interface of `LexicalIndex`.

    A row holds what depends on its passage alone, a question brings the rarity of its words in this generation.
    """

    def __init__(self, client: MilvusClient, uri: str, link: Link, keys: Keys) -> None:
        self._client = client
        self._uri = uri
        self._link = link
        self._places = _Places(keys)

    def __len__(self) -> int:
        return self._link.texts

    def scores(self, query: str) -> Vectors:
        """BM25 score of the best `MOST` texts: float32, (n,), 0 for all others.

        Raises:
            IndexStoreError: Milvus does not answer in time.
        """
        scores = np.zeros(len(self), np.float32)
        counts = Counter(token for token in analyse(query) if token in self._link.holding)
        if not counts:
            return scores
        rarity = self.rarity(list(counts))
        with server.told(self._uri):
            [found] = self._client.search(
                self._link.collection("passages"),
                [{word_number(token): count * rarity[token] for token, count in counts.items()}],
                limit=MOST,
                output_fields=[KEY],
                anns_field=WORDS,
                search_params={"metric_type": "IP"},
                timeout=SEARCH_SECONDS,
            )
        positions, known = self._places(np.array([hit[KEY] for hit in found], np.int64))
        scores[positions] = np.array([hit["distance"] for hit in found], np.float32)[known]
        return scores

    def rarity(self, tokens: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of each token, as `LexicalIndex.rarity` gives it."""
        return {
            token: inverse_document_frequency(len(self), self._link.holding.get(token, 0)) for token in tokens
        }
