"""The bundled encoder on ONNX Runtime, without PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from search27.embedding.bundled import BUNDLED_NAMES, bundled_folder, bundled_path
from search27.embedding.encoder import Encoder, SentenceTransformerEncoder
from search27.embedding.exported import is_available
from search27.embedding.session import MAX_TOKENS, EncodedText, TokenSession


def open_encoder(name: str, cache: Path) -> Encoder:
    """The encoder of a setting; nothing is loaded before it is needed.

    The bundled models run on ONNX Runtime where they can be exported, any other one in PyTorch.
    """
    if name in BUNDLED_NAMES and is_available(bundled_path(cache, name)):
        return OnnxEncoder(name, cache)
    return SentenceTransformerEncoder(name, cache)


@lru_cache(maxsize=2)
def _session_of(folder: Path) -> TokenSession:
    """One session a model: a library that follows a build shares the one before."""
    return TokenSession(folder)


class OnnxEncoder(SentenceTransformerEncoder):
    """A bundled model, exported once; its vectors equal PyTorch's within 1e-4."""

    @cached_property
    def _session(self) -> TokenSession:
        return _session_of(bundled_folder(self._cache, self._name))

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prompt and special tokens included."""
        return MAX_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""
        return self._session.count_tokens(texts)

    def _encode_batch(self, texts: list[str]) -> list[EncodedText]:
        return self._session.encode(texts)

    def _encode_batches(self, batches: Iterable[list[str]]) -> Iterator[list[EncodedText]]:
        return self._session.encode_batches(batches)
