"""Everything that search27 raises on purpose.

```
Search27Error
├ ConfigError
├ SourceError: SourceNotFound, UnsupportedFormat, SyncFailed
├ ExtractionError: EncryptedDocument, EmptyDocument, LimitExceeded
├ EncoderUnavailable
├ IndexStoreError: IndexNotFound, IndexIncompatible, IndexCorrupt
├ AnswerError: GeneratorUnavailable, InvalidCitation
└ MissingExtra (also ImportError)
```

A message says what was found, what was expected, and what to run. Misuse by a programmer raises ValueError.
"""

from __future__ import annotations

from typing import Self


class Search27Error(Exception):
    """Base of all errors that a user can meet."""


class ConfigError(Search27Error):
    """A setting is unknown, ill-typed or contradicts another."""


class SourceError(Search27Error):
    """Publications cannot be listed or brought in."""


class SourceNotFound(SourceError):
    """The corpus folder or one of its files does not exist."""


class UnsupportedFormat(SourceError):
    """No extractor reads this kind of file."""


class SyncFailed(SourceError):
    """A site could not be brought into the corpus."""


class ExtractionError(Search27Error):
    """A document's text cannot be read."""


class EncryptedDocument(ExtractionError):
    """The document asks for a password."""


class EmptyDocument(ExtractionError):
    """The document holds no text."""


class LimitExceeded(ExtractionError):
    """The document takes more time, memory or space than its share."""


class EncoderUnavailable(Search27Error):
    """The encoder, or the reranker, cannot be loaded."""

    @classmethod
    def absent(cls, model: str, error: Exception, offline: str) -> Self:
        """A model that is neither on disk nor on the hub; `offline` says what to do without network."""
        return cls(
            f"The {model} is neither a folder here nor could it be downloaded ({type(error).__name__}). "
            f"Offline, {offline}."
        )


class IndexStoreError(Search27Error):
    """The index cannot be read or written."""


class IndexNotFound(IndexStoreError):
    """There is no index in this folder."""


class IndexIncompatible(IndexStoreError):
    """The index was made by another format or encoder."""


class IndexCorrupt(IndexStoreError):
    """A file of the index is missing or differs from its manifest."""


class AnswerError(Search27Error):
    """An answer cannot be made."""


class GeneratorUnavailable(AnswerError):
    """The language model's endpoint does not answer."""


class InvalidCitation(AnswerError):
    """A citation does not resolve to a passage."""


class MissingExtra(Search27Error, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the extra {extra!r}. Run: pip install -c constraints.txt -e '.[{extra}]'"
        )
        self.extra = extra
