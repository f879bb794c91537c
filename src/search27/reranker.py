"""An optional cross-encoder: reads question and passage together, slower and finer than vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search27.errors import EncoderUnavailable

RERANKED = 20
"""Passages that are read with the question."""


class Reranker:
    """Any sentence-transformers cross-encoder, loaded when first needed."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(self._name)
        except (OSError, ValueError) as error:
            raise EncoderUnavailable.absent(
                f"reranker {self._name!r}", error, "give a model's folder or leave the setting out"
            ) from error

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question: float32, (n,), higher is better.

        Raises:
            EncoderUnavailable: The model is neither a folder nor can it be downloaded.
        """
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float32)
