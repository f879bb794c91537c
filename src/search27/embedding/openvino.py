"""The bundled encoder on OpenVINO, without PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path

from search27.embedding.bundled import BUNDLED_NAMES, bundled_folder
from search27.embedding.encoder import Encoder, EncoderIdentity, SentenceTransformerEncoder
from search27.embedding.session import MAX_TOKENS, EncodedText, TokenSession, passage_numerics


def open_encoder(name: str, cache: Path) -> Encoder:
    """The encoder of a setting; nothing is loaded before it is needed.

    The bundled models run on OpenVINO, any other one in PyTorch.
    """
    return (OpenVinoEncoder if name in BUNDLED_NAMES else SentenceTransformerEncoder)(name, cache)


@lru_cache(maxsize=2)
def _session_of(folder: Path) -> TokenSession:
    """One session a model: a library that follows a build shares the one before."""
    return TokenSession(folder)


class OpenVinoEncoder(SentenceTransformerEncoder):
    """A bundled model, exported once; in float32 its vectors equal PyTorch's within 1e-4."""

    @cached_property
    def _session(self) -> TokenSession:
        return _session_of(bundled_folder(self._cache, self._name))

    @cached_property
    def identity(self) -> EncoderIdentity:
        """What makes the vectors of passages; a question's are float32 on every machine."""
        return replace(super().identity, numerics=passage_numerics())

    @property
    def max_tokens(self) -> int:
        """Longest input in tokens, prompt and special tokens included."""
        return MAX_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""
        return self._session.count_tokens(texts)

    def _encode_question(self, text: str) -> EncodedText:
        return self._session.encode_question(text)

    def _encode_batches(self, batches: Iterable[list[str]]) -> Iterator[list[EncodedText]]:
        return self._session.encode_batches(batches)
