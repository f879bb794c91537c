"""What a build and a way back write to Milvus: rows that are not there yet, aliases, and the end of rows gone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt
from search27.index import milvus_server as server
from search27.index.dense import Projection
from search27.index.lexical import LexicalIndex, inverse_document_frequency
from search27.index.milvus import FILE, KINDS, Link, documents_of, keys_file, projection_file, word_number
from search27.index.milvus_server import DOCUMENT, KEY, PREFIX, VECTOR, WORDS, Keys
from search27.index.store import Store

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Vectors = NDArray[np.float32]

SHARED = 0.5
"""Share of a generation's rows that collections must hold already to be gone on with; else new ones are filled."""
GROWTH = 2
"""Grown so many times, collections are made anew, their vectors' projection fitted to what is there now."""
NO_WORD = 2**31
"""Stands for a passage without words, since Milvus takes no empty sparse vector; no token has this number."""


@dataclass(slots=True)
class _Rows:
    """What a generation wants of one collection.

    Attributes:
        vectors: As the encoder made them, on disk and mapped.
        weights: Of each passage, what each of its words adds to a score; None for windows.
        projection: That of the vectors in Milvus: the generation's own, or that of the collection gone on with.
    """

    kind: str
    keys: Keys
    documents: Keys
    vectors: Vectors
    weights: Sequence[dict[int, float]] | None
    projection: Projection


def save(folder: Path, uri: str, lexical: LexicalIndex, store: Store, anew: bool = False) -> None:
    """Bring to Milvus the rows of a generation that it does not hold yet, and write down which they are.

    Args:
        folder: The generation's; holds the encoder's vectors and the projections of both kinds.
        uri: Of a server, or a file for Milvus Lite.
        lexical: BM25 of the passages.
        store: The generation's.
        anew: Fill new collections, whatever is there.

    Raises:
        IndexStoreError: Milvus cannot be reached or refuses; nothing that is read now has changed.
        MissingExtra: The extra `milvus` is not installed.
    """
    sides = list(_sides(folder, lexical, store))
    former = _newest(folder.parent)
    owner = former[1].owner if former else uuid.uuid4().hex[:12]
    with server.connected(uri) as client:
        base = None if anew or former is None else _base(client, former, sides)
        tag, fitted = (base[1].tag, base[1].fitted) if base else (uuid.uuid4().hex[:12], len(lexical))
        holding = {token: texts for token, (_, texts) in lexical.vocabulary().items()}
        link = Link(owner, tag, fitted, len(lexical), holding)
        for side in sides:
            if base:
                side.projection = Projection.load(projection_file(base[0], side.kind))
            _bring(client, link.collection(side.kind), side)
    for side in sides:
        side.projection.save(projection_file(folder, side.kind))
        np.save(keys_file(folder, side.kind), side.keys)
    link.save(folder)


def serves(folder: Path, uri: str) -> bool:
    """Whether Milvus holds every row of a generation.

    Raises:
        IndexStoreError: It cannot be reached.
    """
    try:
        link = Link.load(folder)
    except IndexCorrupt:
        return False
    with server.connected(uri) as client:
        return all(
            np.isin(np.load(keys_file(folder, kind)), server.keys(client, link.collection(kind))).all()
            for kind in KINDS
        )


def follow(index: Path, uri: str, current: str) -> None:
    """Let the aliases name the current generation's collections, and delete what no generation on disk names.

    Raises:
        IndexStoreError: Milvus cannot be reached; the aliases follow with the next build.
    """
    links = dict(_links(index))
    wanted = Link.load(index / current)
    with server.connected(uri) as client:
        for kind in KINDS:
            server.point(client, f"{PREFIX}_{kind}", wanted.collection(kind))
            kept: dict[str, list[Keys]] = {}
            for folder, link in links.items():
                kept.setdefault(link.collection(kind), []).append(np.load(keys_file(folder, kind)))
            for name in client.list_collections(timeout=server.SEARCH_SECONDS):
                if name.startswith(f"{PREFIX}_{wanted.owner}_") and name.endswith(f"_{kind}"):
                    _sweep(client, name, kept.get(name))


def _sweep(client: MilvusClient, name: str, kept: list[Keys] | None) -> None:
    if kept is None:
        client.drop_collection(name, timeout=server.WRITE_SECONDS)
        return
    named = np.unique(np.concatenate(kept))
    if server.count(client, name) > len(named):
        server.delete(client, name, np.setdiff1d(server.keys(client, name), named))


def _sides(folder: Path, lexical: LexicalIndex, store: Store) -> Iterator[_Rows]:
    ids = store.passage_ids()
    weights = _word_weights(lexical)
    vectors = {kind: np.load(folder / f"{kind}.npy", mmap_mode="r") for kind in KINDS}
    keys = {
        "passages": [
            server.key_of(name.encode(), vector.tobytes(), np.sort([*words]).tobytes())
            for name, vector, words in zip(ids, vectors["passages"], weights, strict=True)
        ],
        "windows": [
            server.key_of(ids[passage].encode(), str(number).encode(), vector.tobytes())
            for passage, number, vector in zip(
                store.passage_of,
                np.arange(len(store.passage_of)) - store.windows_of[store.passage_of],
                vectors["windows"],
                strict=True,
            )
        ],
    }
    for kind, documents in zip(KINDS, documents_of(store), strict=True):
        projection = Projection.load(folder / f"{kind}.projection.npz")
        words = weights if kind == "passages" else None
        yield _Rows(kind, np.array(keys[kind], np.int64), documents, vectors[kind], words, projection)


def _word_weights(lexical: LexicalIndex) -> list[dict[int, float]]:
    """Of each passage, by Milvus's number of each word, its BM25 weight without the word's rarity."""
    vocabulary = lexical.vocabulary()
    numbers = {number: word_number(token) for token, (number, _) in vocabulary.items()}
    rarity = {
        number: inverse_document_frequency(len(lexical), texts) for number, texts in vocabulary.values()
    }
    return [
        {numbers[number]: weight / rarity[number] for number, weight in row.items()} or {NO_WORD: 1.0}
        for row in lexical.weights()
    ]


def _links(index: Path) -> Iterator[tuple[Path, Link]]:
    """Generations on disk whose candidates come from Milvus, oldest first."""
    for path in sorted(index.glob(f"gen-*/{FILE}")):
        try:
            yield path.parent, Link.load(path.parent)
        except IndexCorrupt:
            continue


def _newest(index: Path) -> tuple[Path, Link] | None:
    links = list(_links(index))
    return links[-1] if links else None


def _base(client: MilvusClient, former: tuple[Path, Link], sides: list[_Rows]) -> tuple[Path, Link] | None:
    """The generation whose collections can be gone on with, None where new ones are due."""
    folder, link = former
    for side in sides:
        projection = Projection.load(projection_file(folder, side.kind))
        held = server.keys(client, link.collection(side.kind))
        if (
            np.isin(side.keys, held).sum() < SHARED * max(len(side.keys), 1)
            or (projection.identity, *projection.query_mean)
            != (side.projection.identity, *side.projection.query_mean)
            or len(sides[0].keys) > GROWTH * max(link.fitted, 1)
        ):
            return None
    return former


def _bring(client: MilvusClient, name: str, side: _Rows) -> None:
    """Add the rows that a collection lacks; it is made where it does not exist."""
    if not client.has_collection(name, timeout=server.SEARCH_SECONDS):
        server.create(client, name, side.vectors.shape[1], side.weights is not None)
    missing = np.flatnonzero(~np.isin(side.keys, server.keys(client, name)))
    server.upsert(client, name, _records(side, missing))


def _records(side: _Rows, positions: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(positions), server.ROWS_AT_ONCE):
        part = positions[start : start + server.ROWS_AT_ONCE]
        for position, vector in zip(part, side.projection.passages(side.vectors[part]), strict=True):
            record = {
                KEY: int(side.keys[position]),
                DOCUMENT: int(side.documents[position]),
                VECTOR: vector.tolist(),
            }
            if side.weights is not None:
                record[WORDS] = side.weights[position]
            yield record
