"""What is kept of a text's tokens, so that question and passage can be compared token by token.

A token's vector is centred, turned onto the principal axes of the tokens of the corpus that the encoder was trained
on, cut to the first of them and scaled to length 1. The means and axes belong to the encoder and lie in its folder.
Source: O. Khattab and M. Zaharia, ColBERT, 2020; measured in docs/adr/0021-token-vectors.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Tokens = NDArray[np.void]
"""Records of `TOKEN`, one a token."""

DIMENSION = 128
TOKEN = np.dtype([("start", "<i2"), ("vector", "i1", (DIMENSION,))])
"""A token of a passage: where it starts in the passage's text, the blank before a word included, and its vector.

What stands before the text starts at -1.
"""
STEPS = 254
"""Integer steps of a vector's entries: those of a unit vector of 128 entries seldom leave ±0.5."""
FILE = "tokens.safetensors"
PREFIX = "tokens."
NO_TOKENS: Tokens = np.zeros(0, TOKEN)


@dataclass(frozen=True, slots=True)
class TokenSpace:
    """Where tokens are compared.

    Attributes:
        passage_mean: Mean token vector of passages, float32, (dim,).
        query_mean: Mean token vector of questions, float32, (dim,).
        axes: float32, (dim, DIMENSION), unit columns.
    """

    passage_mean: Vectors
    query_mean: Vectors
    axes: Vectors

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The space of the encoder in `folder`; None where it has none."""
        path = folder / FILE
        if not path.is_file():
            return None
        from safetensors.numpy import load_file

        arrays = {name: values.astype(np.float32) for name, values in load_file(str(path)).items()}
        return cls(**{name.removeprefix(PREFIX): values for name, values in arrays.items()})

    def passage(self, tokens: Vectors, starts: NDArray[np.int64]) -> Tokens:
        """Records of a passage's tokens (n, dim) that start at `starts` (n,)."""
        records = np.zeros(len(tokens), TOKEN)
        limits = np.iinfo(np.int16)
        records["start"] = np.clip(starts, -1, limits.max)
        vectors = self._project(tokens - self.passage_mean)
        records["vector"] = np.clip(np.rint(vectors * STEPS), -127, 127).astype(np.int8)
        return records

    def query(self, tokens: Vectors) -> Vectors:
        """A question's tokens (n, dim) as they are compared: float32, (n, DIMENSION), unit rows."""
        return self._project(tokens - self.query_mean)

    def _project(self, centred: Vectors) -> Vectors:
        turned = centred @ self.axes
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(turned / np.maximum(lengths, 1e-9), np.float32)


def likeness(query: Vectors, tokens: Tokens) -> Vectors:
    """Cosine of each question token with each token of a text: float32, (query tokens, text tokens)."""
    result: Vectors = query @ tokens["vector"].astype(np.float32).T
    return result / np.float32(STEPS)
