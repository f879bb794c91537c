"""The tokens of all passages, on disk and mapped: second-stage scores for passages and for their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from search27.embedding.tokens import TOKEN, Tokens, Vectors, likeness
from search27.index.rows import RowWriter
from search27.types import Span

FILE = "tokens.npy"
STARTS = "token_starts.npy"
NO_MATCH = 0.0
"""Likeness to a text without tokens."""


class TokenIndex:
    """One run of records a passage; empty where the encoder keeps no tokens."""

    def __init__(self, records: Tokens, starts: NDArray[np.int64]) -> None:
        self._records = records
        self._starts = starts

    def __len__(self) -> int:
        """Number of passages."""
        return len(self._starts) - 1

    @property
    def is_kept(self) -> bool:
        """Whether the encoder kept any tokens."""
        return len(self._records) > 0

    def of(self, first: int, last: int) -> list[Tokens]:
        """Records of the passages from `first` up to, not including, `last`."""
        return [self._records[self._starts[n] : self._starts[n + 1]] for n in range(first, last)]

    def scores(self, query: Vectors, positions: NDArray[np.int64]) -> Vectors:
        """Mean, over the question's tokens, of the likeness of each passage's likest token: float32, (n,).

        Args:
            query: float32, (tokens, DIMENSION).
            positions: Passages, rows of the store.
        """
        scores = np.full(len(positions), NO_MATCH, np.float32)
        parts = [self._records[self._starts[n] : self._starts[n + 1]] for n in positions]
        held = [place for place, part in enumerate(parts) if len(part)]
        if held and len(query):
            found = likeness(query, np.concatenate([parts[place] for place in held]))
            offsets = np.cumsum([0, *(len(parts[place]) for place in held[:-1])])
            scores[held] = np.maximum.reduceat(found, offsets, axis=1).mean(axis=0)
        return scores

    def span_likeness(self, query: Vectors, position: int, spans: Sequence[Span]) -> list[Vectors]:
        """Likeness of each of the question's tokens to each token of some stretches of one passage's text.

        A token belongs to the stretch that it starts in; one that begins a word starts at the blank before it.

        Args:
            query: float32, (tokens, DIMENSION).
            position: Row of the store.
            spans: Counts in the passage's text.

        Returns:
            For each stretch float32, (question's tokens, its tokens).
        """
        records = self._records[self._starts[position] : self._starts[position + 1]]
        found, starts = likeness(query, records), records["start"]
        return [found[:, (starts >= max(span.start - 1, 0)) & (starts < span.end)] for span in spans]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what a `TokenWriter` wrote; records stay on disk, mapped."""
        starts = np.load(folder / STARTS)
        if not starts[-1]:
            return cls(np.zeros(0, TOKEN), starts)
        return cls(np.load(folder / FILE, mmap_mode="r"), starts)


class TokenWriter:
    """Writes `FILE` and `STARTS`, document by document."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: list[int] = []
        self._rows = RowWriter(folder / FILE, TOKEN)

    def add(self, parts: Iterable[Tokens]) -> None:
        """Append the records of some passages, in the order of the store."""
        for part in parts:
            self._sizes.append(len(part))
            self._rows.add(part)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._rows.__exit__(*raised)
        np.save(self._folder / STARTS, np.cumsum([0, *self._sizes], dtype=np.int64))
