"""A converted model run by ONNX Runtime: text to token vectors, without PyTorch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from search27.embedding.exported import INPUTS, OUTPUT, exported_model

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]
EncodedText = tuple[Vectors, Vectors, Numbers]
"""A text's vector (dim,), unit length, its tokens' vectors (tokens, dim) and their character offsets (tokens, 2)."""

MAX_TOKENS = 512
_PADDING = 1
_THREADS = "OMP_NUM_THREADS"


class TokenSession:
    """Tokenizer and model of one folder; safe to share between threads.

    One text is computed by all threads together; of many batches each thread takes one, which leaves it less to wait
    for. `OMP_NUM_THREADS` bounds the threads, as it does PyTorch's; by default there is one a core.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._model = exported_model(folder)
        self._threads = int((os.environ.get(_THREADS) or "0").split(",")[0])

    @cached_property
    def _together(self) -> onnxruntime.InferenceSession:
        return self._open(self._threads)

    @cached_property
    def _apart(self) -> onnxruntime.InferenceSession:
        return self._open(1)

    def _open(self, threads: int) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # A thread that spins while it waits takes a core from NumPy, which goes on with the result.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(self._model), options, providers=["CPUExecutionProvider"])

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

    def token_vectors(self, ids: Numbers, mask: Numbers, apart: bool = False) -> Vectors:
        """Vectors of a padded batch: float32, (texts, tokens, dim); rows of padding mean nothing.

        Args:
            ids: Token ids, (texts, tokens).
            mask: 1 where there is a token, else 0, (texts, tokens).
            apart: On the thread that calls, instead of on all.
        """
        session = self._apart if apart else self._together
        result: Vectors = session.run([OUTPUT], dict(zip(INPUTS, (ids, mask), strict=True)))[0]
        return result

    def encode(self, texts: Sequence[str]) -> list[EncodedText]:
        """One batch, by all threads together."""
        return self._encode(texts, apart=False)

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[list[EncodedText]]:
        """Many batches in their order, each by a thread of its own."""
        with ThreadPoolExecutor(self._threads or os.cpu_count()) as pool:
            yield from pool.map(partial(self._encode, apart=True), batches)

    def _encode(self, texts: Sequence[str], apart: bool) -> list[EncodedText]:
        encoded = self.tokenise(texts)
        batch = self.token_vectors(*padded(encoded), apart)
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
