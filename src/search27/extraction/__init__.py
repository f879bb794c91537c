"""From a source file to documents: text, blocks, pages and metadata. Parsers are imported on use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search27.sources.folder import SourceFile
    from search27.types import Document

EXTRACTION_VERSION = "2"
"""Changes whenever the same file would give another document; a build reuses nothing from another version."""


def extract(source: SourceFile) -> tuple[Document, ...]:
    """Read one file into its documents (several for a list of WordPress posts).

    Raises:
        UnsupportedFormat: No reader for this kind of file; the message names what was found.
        EncryptedDocument: The file asks for a password.
        EmptyDocument: The file holds no text.
        LimitExceeded: The file is larger than a reader may take.
        ExtractionError: The file is damaged.
    """
    from search27.extraction.formats import read

    return read(source)
