"""Lexical retrieval: BM25 over French tokens, kept as plain arrays and JSON (nothing pickled)."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import bm25s
import numpy as np
from numpy.typing import NDArray

from search27.errors import IndexCorrupt
from search27.french import analyse

K1 = 0.9
B = 0.5


class Lexical(Protocol):
    """What retrieval asks of an index by words."""

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 score of every text for a query: float32, (n,), 0 where no word is shared."""

    def rarity(self, tokens: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of each token, ≥ 0; highest for one that no text holds."""

    def __len__(self) -> int:
        """Number of texts."""


class LexicalIndex:
    """BM25 scores of every indexed text for a query.

    Source: S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009, in
    Lucene's variant; `K1` and `B`: docs/adr/0005-french-analysis.md.
    """

    def __init__(self, ranking: bm25s.BM25) -> None:
        self._ranking = ranking

    @classmethod
    def build(cls, texts: Iterable[str]) -> LexicalIndex:
        """Index texts in order; a text's place is its row in `scores`."""
        vocabulary: dict[str, int] = {}
        rows = [
            array("i", [vocabulary.setdefault(token, len(vocabulary)) for token in analyse(text)])
            for text in texts
        ]
        return cls.of_words(rows, vocabulary)

    @classmethod
    def of_words(cls, rows: Iterable[array[int]], vocabulary: dict[str, int]) -> LexicalIndex:
        """Index texts of which the words are known.

        Args:
            rows: Word numbers of each text, in order.
            vocabulary: Of each word its number; numbers follow the words' first appearance.
        """
        rows = list(rows)
        ranking = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numpy", csc_backend="numpy")
        if vocabulary:
            ranking.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        else:
            _index_nothing(ranking, len(rows))
        return cls(ranking)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Open a saved index; its arrays stay on disk, mapped.

        Raises:
            IndexCorrupt: A file is missing, unreadable or at odds with the others.
        """
        try:
            ranking = bm25s.BM25.load(
                folder, mmap=True, allow_pickle=False, override_params={"backend": "numpy"}
            )
            _check(ranking)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexCorrupt(
                f"The lexical index in {folder} cannot be read ({error}). Run: search27 build"
            ) from error
        return cls(ranking)

    def save(self, folder: Path) -> None:
        """Write the index into a folder, which is made if it does not exist."""
        self._ranking.save(folder, show_progress=False, allow_pickle=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """BM25 score of every text for a query: float32, (n,), 0 where no word is shared."""
        numbers = self._ranking.get_tokens_ids(analyse(query))
        scores: NDArray[np.float32] = self._ranking.get_scores_from_ids(numbers)
        return scores

    def rarity(self, tokens: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of each token, ≥ 0; highest for one that no text holds."""
        limits, texts = self._ranking.scores["indptr"], len(self)
        rarity = {}
        for token in tokens:
            number = self._ranking.vocab_dict.get(token)
            holding = 0 if number is None else int(limits[number + 1] - limits[number])
            rarity[token] = inverse_document_frequency(texts, holding)
        return rarity

    def vocabulary(self) -> dict[str, tuple[int, int]]:
        """Of each token its number and how many texts hold it."""
        limits = self._ranking.scores["indptr"]
        return {
            token: (int(number), int(limits[number + 1] - limits[number]))
            for token, number in self._ranking.vocab_dict.items()
        }

    def weights(self) -> Iterator[dict[int, float]]:
        """Of each text, in order, what each of its tokens (by number) adds to a score."""
        data, indices, indptr = (self._ranking.scores[name] for name in ("data", "indices", "indptr"))
        order = np.argsort(indices, kind="stable")
        tokens = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))[order]
        limits = np.searchsorted(indices[order], np.arange(len(self) + 1))
        for first, last in pairwise(limits):
            yield dict(zip(tokens[first:last].tolist(), data[order[first:last]].tolist(), strict=True))

    def __len__(self) -> int:
        return int(self._ranking.scores["num_docs"])


def inverse_document_frequency(texts: int, holding: int) -> float:
    """Rarity of a token that `holding` of `texts` hold, ≥ 0.

    Source: Robertson and Zaragoza, 2009, as Lucene writes it: ln(1 + (n - df + 0.5) / (df + 0.5)).
    """
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def _index_nothing(ranking: bm25s.BM25, size: int) -> None:
    """Make an index of texts without words, which bm25s cannot average."""
    ranking.scores = {
        "data": np.zeros(0, np.float32),
        "indices": np.zeros(0, np.int32),
        "indptr": np.zeros(2, np.int32),
        "num_docs": size,
    }
    ranking.vocab_dict = {}
    ranking.nonoccurrence_array = None


def _check(ranking: bm25s.BM25) -> None:
    data, indices, indptr = (ranking.scores[name] for name in ("data", "indices", "indptr"))
    if not len(data) == len(indices) == indptr[-1]:
        raise ValueError(f"{len(data)} scores for {len(indices)} places, {indptr[-1]} expected")
    if max(ranking.vocab_dict.values(), default=0) > len(indptr) - 2:
        raise ValueError("more words than columns")
    if len(indices) and not 0 <= indices.min() <= indices.max() < ranking.scores["num_docs"]:
        raise ValueError("a score belongs to no text")
