"""The files of a generation, written from its documents one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np

from search27 import learned
from search27.embedding.encoder import EncoderIdentity
from search27.index import milvus_rows, works
from search27.index.dense import DenseIndex
from search27.index.lexical import LexicalIndex
from search27.index.rows import RowWriter
from search27.index.store import Store, StoreWriter
from search27.index.tokens import TokenWriter
from search27.index.words import WordIndex, WordWriter
from search27.reuse import PASSAGES, STORE, WINDOWS, Part

LEXICAL = "lexical"
TWINS = "twins.json"


def write_files(
    folder: Path, parts: Iterable[Part], identity: EncoderIdentity, milvus_uri: str = "", anew: bool = False
) -> dict[str, int]:
    """Write a generation's files, and its rows of Milvus where that is named.

    Args:
        folder: The generation's, empty.
        parts: All documents, sorted by id; each is asked for once.
        identity: What made the vectors.
        milvus_uri: Address of Milvus, or `""`.
        anew: Share no collection of Milvus with earlier generations.

    Returns:
        Number of documents, passages and windows.

    Raises:
        IndexStoreError: Milvus does not answer.
        MissingExtra: Milvus is named without the extra `milvus`.
    """
    counts = _write_rows(folder, parts, identity.dimension)
    query_mean = learned.query_mean(identity.name, identity.revision)
    make = DenseIndex.project if milvus_uri else DenseIndex.build
    for name in (PASSAGES, WINDOWS):
        make(np.load(folder / f"{name}.npy", mmap_mode="r"), query_mean).save(folder, name)
    with Store(folder / STORE) as store:
        words = WordIndex.load(folder)
        lexical = LexicalIndex.of_words(words.rows(), words.vocabulary())
        if milvus_uri:
            milvus_rows.save(folder, milvus_uri, lexical, store, anew)
        else:
            (folder / LEXICAL).mkdir()
            lexical.save(folder / LEXICAL)
        works.save(_twins(folder, store), folder / TWINS)
    return counts


def _write_rows(folder: Path, parts: Iterable[Part], dimension: int) -> dict[str, int]:
    with (
        closing(StoreWriter(folder / STORE)) as writer,
        RowWriter(folder / f"{PASSAGES}.npy", np.float32, (dimension,)) as passages,
        RowWriter(folder / f"{WINDOWS}.npy", np.float32, (dimension,)) as windows,
        TokenWriter(folder) as tokens,
        WordWriter(folder) as words,
    ):
        for part in parts:
            writer.add(part.entry)
            passages.add(part.passages)
            windows.add(part.windows)
            tokens.add(part.tokens)
            words.add(part.words)
    return {"documents": writer.documents, "passages": writer.passages, "windows": writer.windows}


def _twins(folder: Path, store: Store) -> list[tuple[int, int]]:
    """Positions of passages that say the same in two manifestations of one work."""
    documents = range(len(store.infos))
    texts = [passage.text for n in documents for passage in store.passages(store.passages_of(n))]
    if not texts:
        return []
    vectors = np.load(folder / f"{PASSAGES}.npy", mmap_mode="r")
    return works.find_twins(store.infos, store.document_of, texts, vectors)
