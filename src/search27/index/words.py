"""The analysed words of all passages, on disk: a build analyses only the texts that are new."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt
from search27.index.rows import RowWriter

FILE = "words.npy"
STARTS = "word_starts.npy"
VOCABULARY = "words.json"


class WordIndex:
    """One run of word numbers a passage, and the words that they stand for."""

    def __init__(self, numbers: NDArray[np.int32], starts: NDArray[np.int64], words: Sequence[str]) -> None:
        self._numbers = numbers
        self._starts = starts
        self._words = words

    def of(self, first: int, last: int) -> list[list[str]]:
        """Words of the passages from `first` up to, not including, `last`."""
        limits = self._starts[first : last + 1]
        numbers = self._numbers[limits[0] : limits[-1]].tolist() if first < last else []
        words = [self._words[number] for number in numbers]
        return [words[one - limits[0] : other - limits[0]] for one, other in pairwise(limits)]

    def rows(self) -> Iterator[array[int]]:
        """Word numbers of each passage, in order."""
        for first, last in pairwise(self._starts):
            yield array("i", self._numbers[first:last].tobytes())

    def vocabulary(self) -> dict[str, int]:
        """Of each word its number; numbers follow the words' first appearance."""
        return {word: number for number, word in enumerate(self._words)}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what a `WordWriter` wrote; numbers stay on disk, mapped.

        Raises:
            IndexCorrupt: A file is missing or cannot be read as what it should be.
        """
        try:
            starts = np.load(folder / STARTS)
            numbers = np.load(folder / FILE, mmap_mode="r") if starts[-1] else np.zeros(0, np.int32)
            words = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorrupt(f"{folder.name}/{FILE} or what belongs to it is damaged.") from error
        return cls(numbers, starts, words)


class WordWriter:
    """Writes `FILE`, `STARTS` and `VOCABULARY`, document by document."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._vocabulary: dict[str, int] = {}
        self._sizes: list[int] = []
        self._rows = RowWriter(folder / FILE, np.int32)

    def add(self, parts: Iterable[Sequence[str]]) -> None:
        """Append the words of some passages, in the order of the store."""
        number = self._vocabulary.setdefault
        for words in parts:
            self._sizes.append(len(words))
            self._rows.add(np.array([number(word, len(self._vocabulary)) for word in words], np.int32))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._rows.__exit__(*raised)
        np.save(self._folder / STARTS, np.cumsum([0, *self._sizes], dtype=np.int64))
        (self._folder / VOCABULARY).write_text(
            json.dumps(list(self._vocabulary), ensure_ascii=False), encoding="utf-8"
        )
