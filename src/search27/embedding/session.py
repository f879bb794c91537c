"""A converted model run by OpenVINO: text to token vectors, without PyTorch."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property, partial
from pathlib import Path

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import properties
from tokenizers import Encoding, Tokenizer

from search27.embedding.encoder import FLOAT32
from search27.embedding.exported import WORDS, exported_model
from search27.errors import EncoderUnavailable

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]
EncodedText = tuple[Vectors, Vectors, Numbers]
"""A text's vector (dim,), unit length, its tokens' vectors (tokens, dim) and their character offsets (tokens, 2)."""

MAX_TOKENS = 512
_PADDING = 1
_STEP = 16
"""Batches are padded to whole steps: OpenVINO prepares itself for each new shape, and keeps what it prepared."""
_DEVICE = "CPU"
_THREADS = "OMP_NUM_THREADS"
_NAMES = {"f32": FLOAT32, "bf16": "bfloat16", "f16": "float16"}

# OpenVINO's bindings load NumPy's interface when an array is first asked for; two threads that do so at once wait for
# each other for ever (pybind11 keeps a C++ guard while it takes Python's lock). Here only one thread imports.
openvino.Tensor(np.zeros(1, np.float32)).data  # noqa: B018


@cache
def passage_numerics() -> str:
    """In which numbers this machine computes passages: float32, or shorter ones where its processor has them."""
    chosen: str = openvino.Core().get_property(_DEVICE, properties.hint.inference_precision).to_string()
    return _NAMES.get(chosen, chosen)


class _Request(threading.local):
    """What a thread keeps to run a model: requests are not shared, and one that has run before runs faster."""

    def __init__(self, model: openvino.CompiledModel) -> None:
        self.run = model.create_infer_request().infer


class WordTable:
    """Vectors of words on disk, read row by row: a mapped table would soon be in memory as a whole."""

    def __init__(self, path: Path) -> None:
        table = np.load(path, mmap_mode="r")
        self._first, self._dimension, self._row_bytes = table.offset, table.shape[1], table[0].nbytes
        self._file = path.open("rb", buffering=0)

    def __getitem__(self, ids: Numbers) -> Vectors:
        """Vectors of ids of any shape: float32, (*shape, dim)."""
        kinds, places = np.unique(ids, return_inverse=True)
        rows = b"".join(
            os.pread(self._file.fileno(), self._row_bytes, self._first + int(kind) * self._row_bytes)
            for kind in kinds
        )
        return np.frombuffer(rows, np.float32).reshape(-1, self._dimension)[places.reshape(ids.shape)]


class TokenSession:
    """Tokenizer and model of one folder, `EncoderUnavailable` where they are damaged; safe to share between threads.

    A question is computed in float32 on every machine, by all threads together; of many batches of passages each
    thread takes one, in `passage_numerics()`. `OMP_NUM_THREADS` bounds the threads, as it does PyTorch's; by
    default there is one a core.
    """

    def __init__(self, folder: Path) -> None:
        self._model = exported_model(folder)
        with _telling_of_damage(folder):
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self.words = WordTable(folder / WORDS)
        self._tokenizer.no_truncation()
        self._threads = int((os.environ.get(_THREADS) or "0").split(",")[0])

    @cached_property
    def _question(self) -> _Request:
        return self._compiled({properties.hint.inference_precision: openvino.Type.f32}, streams=1)

    @cached_property
    def _passages(self) -> _Request:
        return self._compiled({}, streams=self._threads or os.cpu_count() or 1)

    def _compiled(self, numbers: dict[str, object], streams: int) -> _Request:
        settings = {
            properties.inference_num_threads: self._threads,
            properties.num_streams: streams,
            # The app and a build that it starts share the cores.
            properties.hint.enable_cpu_pinning: False,
        }
        with _telling_of_damage(self._model.parent):
            return _Request(openvino.Core().compile_model(str(self._model), _DEVICE, {**settings, **numbers}))

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

    def encode_question(self, text: str) -> EncodedText:
        """One text in float32, by all threads together."""
        return self._encode(self._question, [text])[0]

    def encode_batches(self, batches: Iterable[Sequence[str]]) -> Iterator[list[EncodedText]]:
        """Many batches of passages in their order, each by a thread of its own."""
        with ThreadPoolExecutor(self._threads or os.cpu_count()) as pool:
            yield from pool.map(partial(self._encode, self._passages), batches)

    def _encode(self, request: _Request, texts: Sequence[str]) -> list[EncodedText]:
        encoded = self.tokenise(texts)
        ids, mask = padded(encoded)
        batch = next(iter(request.run([self.words[ids], mask]).values()))
        result = []
        for item, vectors in zip(encoded, batch, strict=True):
            tokens = vectors[: len(item.ids)]
            mean = tokens.mean(axis=0)
            unit = mean / max(float(np.linalg.norm(mean)), 1e-12)
            result.append((unit, tokens, np.array(item.offsets, np.int64)))
        return result


@contextmanager
def _telling_of_damage(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # tokenizers knows no narrower one
        reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
        raise EncoderUnavailable(
            f"The encoder's files in {folder} cannot be read ({reason[0]}). "
            "Remove that folder and run the command again: they are made anew."
        ) from error


def padded(encoded: Sequence[Encoding]) -> tuple[Numbers, Numbers]:
    """Token ids and attention mask of a batch: int64, (texts, tokens), as long as the longest and a whole step."""
    longest = max(len(item.ids) for item in encoded)
    shape = (len(encoded), -(-longest // _STEP) * _STEP)
    ids, mask = np.full(shape, _PADDING, np.int64), np.zeros(shape, np.int64)
    for row, item in enumerate(encoded):
        ids[row, : len(item.ids)] = item.ids
        mask[row, : len(item.ids)] = 1
    return ids, mask
