"""Encoded passages kept by content and encoder, so that an index that was lost or is moved costs no encoding."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np

from search27.embedding.encoder import Encoded, Encoder, EncoderIdentity, PassageInput, Query, Vectors
from search27.embedding.tokens import TOKEN, Tokens

FILE = "encoded.sqlite"
KEPT_DAYS = 180
SLICE = 256
"""Passages encoded between two writes: what a build that is stopped can lose."""
NOTED_AFTER_DAYS = 30
"""A use is written down again only after so many days: the row holds the vectors too."""
_WAIT_SECONDS = 30
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vectors "
    "(key BLOB PRIMARY KEY, vectors BLOB NOT NULL, tokens BLOB NOT NULL, used INTEGER NOT NULL)"
)

_Row = tuple[Vectors, Tokens]
"""A passage's vector and then those of its windows; its tokens."""

_log = logging.getLogger(__name__)


class CachedEncoder:
    """An encoder that remembers its passages; a cache that cannot be read or written costs time, nothing else."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._path = folder / FILE

    @property
    def identity(self) -> EncoderIdentity:
        """What makes the vectors."""
        return self._encoder.identity

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prompt and special tokens included."""
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""
        return self._encoder.count_tokens(texts)

    def encode_query(self, question: str) -> Query:
        """Encode one question; not remembered."""
        return self._encoder.encode_query(question)

    def encode_passages(self, inputs: Sequence[PassageInput], progress: Callable[[int], None]) -> Encoded:
        """Take from the cache what is there and encode the rest; see `Encoder`."""
        keys = [_key(self.identity, item) for item in inputs]
        found = self._read(keys, inputs)
        missing = [number for number, key in enumerate(keys) if key not in found]
        progress(len(inputs) - len(missing))
        for start in range(0, len(missing), SLICE):
            part = missing[start : start + SLICE]
            done = len(inputs) - len(missing) + start
            fresh = self._encode([inputs[n] for n in part], _after(done, progress))
            rows = {keys[n]: row for n, row in zip(part, fresh, strict=True)}
            self._write(rows)
            found |= rows
        empty = np.zeros((0, self.identity.dimension), np.float32)
        passages = [found[key][0][:1] for key in keys]
        windows = [found[key][0][1:] for key in keys]
        return Encoded(
            np.concatenate([empty, *passages]),
            np.concatenate([empty, *windows]),
            [found[key][1] for key in keys],
            len(inputs) - len(missing),
        )

    def _encode(self, inputs: list[PassageInput], progress: Callable[[int], None]) -> Iterator[_Row]:
        encoded = self._encoder.encode_passages(inputs, progress)
        start = 0
        for row, item in enumerate(inputs):
            end = start + len(item.windows)
            vectors = np.concatenate([encoded.passages[row : row + 1], encoded.windows[start:end]])
            yield vectors, encoded.tokens[row]
            start = end

    def _read(self, keys: list[bytes], inputs: Sequence[PassageInput]) -> dict[bytes, _Row]:
        found: dict[bytes, _Row] = {}
        sizes = {
            key: 4 * self.identity.dimension * (1 + len(item.windows))
            for key, item in zip(keys, inputs, strict=True)
        }
        today = date.today().toordinal()

        def read(cache: sqlite3.Connection) -> None:
            for key, size in sizes.items():
                row = cache.execute("SELECT vectors, tokens FROM vectors WHERE key = ?", (key,)).fetchone()
                if row and len(row[0]) == size and len(row[1]) % TOKEN.itemsize == 0:
                    vectors = np.frombuffer(row[0], np.float32).reshape(-1, self.identity.dimension)
                    found[key] = vectors, np.frombuffer(row[1], TOKEN)
            stale = today - NOTED_AFTER_DAYS
            cache.executemany(
                "UPDATE vectors SET used = ? WHERE key = ? AND used < ?",
                [(today, key, stale) for key in found],
            )
            cache.execute("DELETE FROM vectors WHERE used < ?", (today - KEPT_DAYS,))

        self._transact(read)
        return found

    def _write(self, rows: dict[bytes, _Row]) -> None:
        today = date.today().toordinal()
        values = [
            (key, vectors.tobytes(), tokens.tobytes(), today) for key, (vectors, tokens) in rows.items()
        ]
        self._transact(
            lambda cache: cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", values)
        )

    def _transact(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Do all of the work or nothing; a failure is logged, and what it would have given is encoded instead."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as cache, cache:
                cache.execute(_SCHEMA)
                cache.execute("CREATE INDEX IF NOT EXISTS used ON vectors (used)")
                work(cache)
        except (sqlite3.Error, OSError) as error:
            _log.warning(
                "The cache of vectors %s cannot be used (%s); passages are encoded anew. "
                "If this comes back, delete that file.",
                self._path,
                error,
            )


def _after(start: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    return lambda done: progress(start + done)


def _key(identity: EncoderIdentity, item: PassageInput) -> bytes:
    spans = ",".join(f"{window.start}-{window.end}" for window in item.windows)
    return hashlib.sha256(
        f"{identity}\n{spans}\n{item.start}\n{item.text}".encode("utf-8", "surrogatepass")
    ).digest()
