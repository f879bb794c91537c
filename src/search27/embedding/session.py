"""A converted model run by ONNX Runtime: text to token vectors, without PyTorch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from search27.embedding.exported import INPUTS, OUTPUT, exported_model

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

MAX_TOKENS = 512
_PADDING = 1
_THREADS = "OMP_NUM_THREADS"


class TokenSession:
    """Tokenizer and model of one folder; safe to share between threads.

    `OMP_NUM_THREADS` bounds its threads, as it does PyTorch's; by default it takes every core.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int((os.environ.get(_THREADS) or "0").split(",")[0])
        self._session = onnxruntime.InferenceSession(
            str(exported_model(folder)), options, providers=["CPUExecutionProvider"]
        )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without special tokens, however long it is."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(item.ids) for item in encoded]

    def tokenise(self, texts: Sequence[str]) -> list[Encoding]:
        """Tokens of each text with their offsets, cut at `MAX_TOKENS`, special tokens included."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for item in encoded:
            item.truncate(MAX_TOKENS - self._tokenizer.num_special_tokens_to_add(is_pair=False))
        return [self._tokenizer.post_process(item) for item in encoded]

    def token_vectors(self, ids: Numbers, mask: Numbers) -> Vectors:
        """Vectors of a padded batch: float32, (texts, tokens, dim); rows of padding mean nothing."""
        result: Vectors = self._session.run([OUTPUT], dict(zip(INPUTS, (ids, mask), strict=True)))[0]
        return result

    def encode(self, texts: Sequence[str]) -> list[tuple[Vectors, Vectors, Numbers]]:
        """Each text's vector (dim,), unit length, its tokens' vectors (tokens, dim) and offsets (tokens, 2)."""
        encoded = self.tokenise(texts)
        batch = self.token_vectors(*padded(encoded))
        result = []
        for item, vectors in zip(encoded, batch, strict=True):
            tokens = vectors[: len(item.ids)]
            mean = tokens.mean(axis=0)
            unit = mean / max(float(np.linalg.norm(mean)), 1e-12)
            result.append((unit, tokens, np.array(item.offsets, np.int64)))
        return result


def padded(encoded: Sequence[Encoding]) -> tuple[Numbers, Numbers]:
    """Token ids and attention mask of a batch: int64, (texts, longest)."""
    shape = (len(encoded), max(len(item.ids) for item in encoded))
    ids, mask = np.full(shape, _PADDING, np.int64), np.zeros(shape, np.int64)
    for row, item in enumerate(encoded):
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = 1
    return ids, mask
