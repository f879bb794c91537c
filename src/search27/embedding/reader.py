"""The reader: reads question and passage together and says which sentences answer.

It is the bundled model with an upper half of its own. The lower half reads question and passage apart, so that its
training could keep what it makes of every passage. Source: S. MacAvaney et al., Efficient Document Re-Ranking for
Transformers by Precomputing Term Representations, 2020; docs/adr/0022-a-reader-of-sentences.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from search27.embedding.bundled import PROMPTS, READER_NAME, bundled_folder, bundled_path
from search27.embedding.encoder import PassageInput
from search27.embedding.exported import HEAD, MODEL, exported_model
from search27.embedding.session import TokenSession, Vectors, telling_of_damage
from search27.types import Span

UNREAD = 0.0
"""Score of a sentence beyond the longest text that the model reads, which is also that of "no answer here"."""


@lru_cache(maxsize=1)
def _session_of(folder: Path) -> TokenSession:
    """One session a process: a library that follows a build shares the one before."""
    return TokenSession(folder)


@dataclass(frozen=True, slots=True)
class _Head:
    """Makes a sentence's score of token vectors: float32, `sentence` and `whole` (dim,)."""

    sentence: Vectors
    whole: Vectors
    likeness: float
    bias: float

    @classmethod
    def load(cls, folder: Path) -> Self:
        from safetensors.numpy import load_file

        with telling_of_damage(folder):
            parts = {
                name: values.astype(np.float32) for name, values in load_file(str(folder / HEAD)).items()
            }
        return cls(
            parts["reader.sentence"],
            parts["reader.whole"],
            float(parts["reader.likeness"][0]),
            float(parts["reader.bias"][0]),
        )

    def score(self, asked: Vectors, sentence: Vectors) -> float:
        """Of a sentence's tokens (tokens, dim), read with those of the question."""
        told, question = sentence.mean(axis=0), asked.mean(axis=0)
        alike = told @ question / (np.linalg.norm(told) * np.linalg.norm(question))
        return float(told @ self.sentence + asked[0] @ self.whole + self.likeness * alike + self.bias)


class Reader:
    """Scores sentences; the model is converted and loaded when first needed."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @cached_property
    def _session(self) -> TokenSession:
        return _session_of(bundled_folder(self._cache, READER_NAME))

    @cached_property
    def _head(self) -> _Head:
        return _Head.load(bundled_folder(self._cache, READER_NAME))

    @property
    def is_made(self) -> bool:
        """Whether the converted model lies in the cache."""
        return (bundled_path(self._cache, READER_NAME) / MODEL).is_file()

    def make(self) -> None:
        """Convert the model where it is not there yet: half a minute, once.

        Raises:
            EncoderUnavailable: It cannot be made.
        """
        exported_model(bundled_folder(self._cache, READER_NAME))

    def scores(self, question: str, passages: Sequence[PassageInput]) -> list[Vectors]:
        """Log-odds of each sentence against "no answer here", float32, (sentences,), for each passage.

        Args:
            question: A question, French or English.
            passages: With sentences in the place of windows.

        Raises:
            EncoderUnavailable: The model cannot be made or read.
        """
        told = [PROMPTS["document"] + passage.text for passage in passages]
        found = self._session.encode_pairs(PROMPTS["query"] + question, told)
        return [
            self._sentence_scores(passage.windows, *pair)
            for passage, pair in zip(passages, found, strict=True)
        ]

    def _sentence_scores(
        self, sentences: Sequence[Span], asked: Vectors, told: Vectors, offsets: NDArray[np.int64]
    ) -> Vectors:
        starts, ends = offsets.T - len(PROMPTS["document"])
        scores = np.full(len(sentences), UNREAD, np.float32)
        for row, span in enumerate(sentences):
            inside = (ends > span.start) & (starts < span.end) & (ends > starts)
            if inside.any():
                scores[row] = self._head.score(asked, told[inside])
        return scores
