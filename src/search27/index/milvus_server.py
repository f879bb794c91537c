"""A Milvus server (Lite, Standalone or a cluster): connecting, collections, what they hold, typed failures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexStoreError, MissingExtra

if TYPE_CHECKING:
    from pymilvus import MilvusClient

Keys = NDArray[np.int64]

PREFIX = "search27"
MOST = 16_384
"""Results that Milvus gives to one search or query at most."""
SEARCH_SECONDS = 10.0
WRITE_SECONDS = 300.0
ROWS_AT_ONCE = 1_000
KEY = "row"
DOCUMENT = "document"
VECTOR = "vector"
WORDS = "words"


def key_of(*parts: bytes) -> int:
    """A number for what a row or publication is: evenly spread over 64 bits, signed."""
    digest = hashlib.blake2b(b"\0".join(parts), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


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


def create(client: MilvusClient, name: str, dimension: int, words: bool) -> None:
    """Make an empty collection of vectors, with words' weights beside them where wanted."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.INT64, is_primary=True)
    schema.add_field(DOCUMENT, DataType.INT64)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    indexes = client.prepare_index_params()
    indexes.add_index(VECTOR, index_type="AUTOINDEX", metric_type="IP")
    if words:
        schema.add_field(WORDS, DataType.SPARSE_FLOAT_VECTOR)
        indexes.add_index(WORDS, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    client.create_collection(name, schema=schema, index_params=indexes, timeout=WRITE_SECONDS)


def upsert(client: MilvusClient, name: str, records: Iterable[dict[str, Any]]) -> None:
    """Add rows and make them searchable."""
    waiting: list[dict[str, Any]] = []
    for record in records:
        waiting.append(record)
        if len(waiting) == ROWS_AT_ONCE:
            client.upsert(name, waiting, timeout=WRITE_SECONDS)
            waiting = []
    if waiting:
        client.upsert(name, waiting, timeout=WRITE_SECONDS)
    client.flush(name, timeout=WRITE_SECONDS)
    client.load_collection(name, timeout=WRITE_SECONDS)


def delete(client: MilvusClient, name: str, keys: Keys) -> None:
    """Delete rows."""
    for start in range(0, len(keys), ROWS_AT_ONCE):
        client.delete(name, ids=keys[start : start + ROWS_AT_ONCE].tolist(), timeout=WRITE_SECONDS)


def count(client: MilvusClient, name: str) -> int:
    """Rows of a collection, 0 where it does not exist; loads it, since a server that started anew has not."""
    if not client.has_collection(name, timeout=SEARCH_SECONDS):
        return 0
    client.load_collection(name, timeout=WRITE_SECONDS)
    [counted] = client.query(
        name, output_fields=["count(*)"], consistency_level="Strong", timeout=SEARCH_SECONDS
    )
    return int(counted["count(*)"])


def keys(client: MilvusClient, name: str) -> Keys:
    """Keys of a collection's rows, sorted; none where it does not exist.

    They are read in ranges, over which keys spread evenly.
    """
    parts = max(1, 2 * count(client, name) // MOST + 1)
    if not client.has_collection(name, timeout=SEARCH_SECONDS):
        return np.zeros(0, np.int64)
    limits = [-(2**63) + part * 2**64 // parts for part in range(parts)]
    found: list[int] = []
    for part, first in enumerate(limits):
        inside = f"{KEY} >= {first}" + (f" and {KEY} < {limits[part + 1]}" if part + 1 < parts else "")
        rows = client.query(
            name,
            filter=inside,
            output_fields=[KEY],
            limit=MOST,
            consistency_level="Strong",
            timeout=WRITE_SECONDS,
        )
        found += [row[KEY] for row in rows]
    return np.sort(np.array(found, np.int64))


def point(client: MilvusClient, alias: str, name: str) -> None:
    """Let an alias name a collection."""
    known = client.list_aliases(timeout=SEARCH_SECONDS).get("aliases", [])
    change = client.alter_alias if alias in known else client.create_alias
    change(name, alias, timeout=SEARCH_SECONDS)
