"""Text to vectors: the protocol, and its implementation by sentence-transformers."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search27.embedding.bundled import BUNDLED_NAMES, PROMPTS, bundled_folder, bundled_revision
from search27.embedding.tokens import DIMENSION, NO_TOKENS, Tokens, TokenSpace
from search27.errors import EncoderUnavailable
from search27.types import Span

Vectors = NDArray[np.float32]

BATCH_TOKENS = 512
"""Tokens a forward pass takes, padding included: larger batches no longer fit a core's cache (ADR 0018)."""
FLOAT32 = "float32"
_E5 = "e5"


@dataclass(frozen=True, slots=True)
class PassageInput:
    """What is encoded of a passage: its context and text in one string.

    Attributes:
        windows: Counts in that string, as does `start`, where the passage's own text begins.
    """

    text: str
    windows: tuple[Span, ...]
    start: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question encoded: its vector, float32, (dim,), unit length, and its tokens, (tokens, DIMENSION).

    Where the encoder has no token space there are no tokens: (0, DIMENSION).
    """

    vector: Vectors
    tokens: Vectors


@dataclass(frozen=True, slots=True)
class Encoded:
    """Passages encoded, in the order given.

    Attributes:
        passages: float32, (n, dim), unit rows.
        windows: float32, (windows, dim), unit rows, those of the first passage first.
        tokens: Records of each passage's tokens, none where the encoder has no token space.
        cached: How many of the passages were not encoded now, but found in a cache.
    """

    passages: Vectors
    windows: Vectors
    tokens: list[Tokens]
    cached: int = 0


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What makes vectors: those of two encoders mix only where all fields are equal.

    Attributes:
        numerics: In which numbers the model computes passages. PyTorch and OpenVINO agree within 1e-4 in float32.
    """

    name: str
    revision: str
    dimension: int
    query_prompt: str
    passage_prompt: str
    numerics: str = FLOAT32

    def understands(self, other: EncoderIdentity) -> bool:
        """Whether questions of this encoder can be asked of vectors that the other made, in whichever numbers."""
        return replace(self, numerics=other.numerics) == other


class Encoder(Protocol):
    """What the build and the query path ask of an encoder."""

    @property
    def identity(self) -> EncoderIdentity:
        """What makes the vectors; may load the model."""

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prompt and special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""

    def encode_query(self, question: str) -> Query:
        """Encode one question."""

    def encode_passages(self, inputs: Sequence[PassageInput], progress: Callable[[int], None]) -> Encoded:
        """Encode passages with their windows and tokens.

        Args:
            inputs: Passages in order.
            progress: Called with the number of passages encoded so far.
        """


class SentenceTransformerEncoder:
    """Any sentence-transformers model, loaded when first needed.

    A window's vector is the mean of its tokens' vectors in the pass that encodes its passage, so that windows
    cost nothing and know their context. Source: Günther et al., "Late Chunking", 2024; measured in ADR 0007.
    """

    def __init__(self, name: str, cache: Path) -> None:
        self._name = name
        self._cache = cache

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer

        _quieten()
        if self._name in BUNDLED_NAMES:
            return SentenceTransformer(
                str(bundled_folder(self._cache, self._name)), device="cpu", local_files_only=True
            )
        try:
            return SentenceTransformer(self._name)
        except (OSError, ValueError) as error:
            raise EncoderUnavailable.absent(
                f"encoder {self._name!r}", error, 'set encoder = "bundled" or give a model\'s folder'
            ) from error

    @cached_property
    def identity(self) -> EncoderIdentity:
        """What makes the vectors; the bundled models need not be loaded for it."""
        if self._name in BUNDLED_NAMES:
            return EncoderIdentity(
                self._name, bundled_revision(self._name), 384, PROMPTS["query"], PROMPTS["document"]
            )
        query, passage = self._prompts
        dimension = int(self._model.get_embedding_dimension())
        numerics = str(next(self._model.parameters()).dtype).removeprefix("torch.")
        return EncoderIdentity(self._name, self._revision(), dimension, query, passage, numerics)

    def _revision(self) -> str:
        folder = Path(self._name)
        if folder.is_dir():
            digest = hashlib.sha256()
            for path in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.bin")]):
                digest.update(path.read_bytes())
            return digest.hexdigest()[:12]
        return str(getattr(self._model[0].auto_model.config, "_commit_hash", None) or "unknown")

    @cached_property
    def _prompts(self) -> tuple[str, str]:
        if self._name in BUNDLED_NAMES:
            return PROMPTS["query"], PROMPTS["document"]
        prompts = self._model.prompts or {}
        passage = prompts.get("document") or prompts.get("passage") or ""
        if not prompts.get("query") and _E5 in Path(self._name).name.lower():
            return PROMPTS["query"], PROMPTS["document"]
        return prompts.get("query") or "", passage

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prompt and special tokens included."""
        return int(self._model.max_seq_length or 512)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, truncation=False, verbose=False
        )
        return [len(ids) for ids in encoded["input_ids"]]

    @cached_property
    def _space(self) -> TokenSpace | None:
        if self._name in BUNDLED_NAMES:
            return TokenSpace.load(bundled_folder(self._cache, self._name))
        return TokenSpace.load(Path(self._name))

    def encode_query(self, question: str) -> Query:
        """Encode one question."""
        prompt = self._prompts[0]
        vector, tokens, offsets = self._encode_question(
            prompt + question.encode("utf-8", "replace").decode("utf-8")
        )
        if self._space is None:
            return Query(vector, np.zeros((0, DIMENSION), np.float32))
        return Query(vector, self._space.query(tokens[offsets[:, 1] > len(prompt)]))

    def encode_passages(self, inputs: Sequence[PassageInput], progress: Callable[[int], None]) -> Encoded:
        """Encode passages in batches of like length; see `Encoder`."""
        dimension = self.identity.dimension
        vectors = np.zeros((len(inputs), dimension), np.float32)
        windows = [np.zeros((len(item.windows), dimension), np.float32) for item in inputs]
        records: list[Tokens] = [NO_TOKENS] * len(inputs)
        prompt = self._prompts[1]
        done = 0
        batches = _batches(self.count_tokens([prompt + item.text for item in inputs]))
        texts = ([prompt + inputs[number].text for number in batch] for batch in batches)
        for batch, encoded in zip(batches, self._encode_batches(texts), strict=True):
            for number, (vector, tokens, offsets) in zip(batch, encoded, strict=True):
                item, places = inputs[number], offsets - len(prompt)
                vectors[number] = vector
                windows[number] = _pool_windows(item.windows, tokens, places)
                if self._space is not None:
                    own = places[:, 1] > 0
                    records[number] = self._space.passage(tokens[own], places[own, 0] - item.start)
            done += len(batch)
            progress(done)
        flat = np.concatenate(windows) if windows else np.zeros((0, dimension), np.float32)
        return Encoded(vectors, flat, records)

    def _encode_question(self, text: str) -> tuple[Vectors, Vectors, NDArray[np.int64]]:
        return self._encode_batch([text])[0]

    def _encode_batches(
        self, batches: Iterable[list[str]]
    ) -> Iterator[list[tuple[Vectors, Vectors, NDArray[np.int64]]]]:
        return map(self._encode_batch, batches)

    def _encode_batch(self, texts: list[str]) -> list[tuple[Vectors, Vectors, NDArray[np.int64]]]:
        """Vector, token vectors and token offsets of each text."""
        outputs = self._model.encode(
            texts,
            batch_size=len(texts),
            output_value=None,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        result = []
        for offsets, output in zip(self._offsets(texts), outputs, strict=True):
            tokens = output["token_embeddings"].float().cpu().numpy()[: len(offsets)]
            result.append((output["sentence_embedding"].float().cpu().numpy(), tokens, offsets))
        return result

    def _offsets(self, texts: list[str]) -> list[NDArray[np.int64]]:
        """Character range of each token of each text, special tokens included: int64, (tokens, 2)."""
        tokenised = self._model.tokenizer(
            texts, truncation=True, max_length=self.max_tokens, return_offsets_mapping=True, verbose=False
        )
        return [np.array(offsets) for offsets in tokenised["offset_mapping"]]


def _pool_windows(windows: Sequence[Span], tokens: Vectors, offsets: NDArray[np.int64]) -> Vectors:
    """Mean of the token vectors whose characters lie in each window; unit rows.

    A window beyond the encoder's limit has no tokens: it gets the mean of all, which its passage has too.
    """
    pooled = np.empty((len(windows), tokens.shape[1]), np.float32)
    for row, window in enumerate(windows):
        inside = (
            (offsets[:, 1] > window.start) & (offsets[:, 0] < window.end) & (offsets[:, 1] > offsets[:, 0])
        )
        pooled[row] = tokens[inside].mean(axis=0) if inside.any() else tokens.mean(axis=0)
    norms = np.linalg.norm(pooled, axis=1, keepdims=True)
    unit: Vectors = pooled / np.maximum(norms, 1e-12)
    return unit


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Group indices by like length, longest first, so that little padding is computed."""
    batches: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lambda n: (-lengths[n], n)):
        longest = lengths[batches[-1][0]] if batches else 0
        if batches and (len(batches[-1]) + 1) * longest <= BATCH_TOKENS:
            batches[-1].append(number)
        else:
            batches.append([number])
    return batches


def _quieten() -> None:
    """Keep the model library's progress bars and notices off the terminal."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
