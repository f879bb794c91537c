"""Which reader takes a file: by its first bytes, then by its extension."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from search27.errors import EmptyDocument, ExtractionError, LimitExceeded, UnsupportedFormat
from search27.sources.folder import SourceFile
from search27.types import Document

FILE_MAXIMUM_BYTES = 300_000_000
READ = "Readable: PDF, DOCX, ODT, HTML, Markdown, TXT and WordPress JSON."
MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm", ".xhtml")
TEXT = (".txt", ".text")
SUFFIXES = (".pdf", ".docx", ".odt", *HTML, *MARKDOWN, *TEXT, ".json")
SIGNATURES = (
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file; save it as DOCX or PDF"),
    (b"{\\rtf", "an RTF file; save it as DOCX or PDF"),
    (b"\x89PNG", "an image; only text can be searched"),
    (b"\xff\xd8\xff", "an image; only text can be searched"),
    (b"GIF8", "an image; only text can be searched"),
    (b"Rar!", "an archive; unpack it into the corpus"),
    (b"7z\xbc\xaf", "an archive; unpack it into the corpus"),
    (b"\x1f\x8b", "an archive; unpack it into the corpus"),
)


def read(source: SourceFile) -> tuple[Document, ...]:
    """Read one file with the reader for what it holds; see `search27.extraction.extract` for the errors."""
    content = _content(source)
    suffix = PurePosixPath(source.id).suffix.lower()
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        from search27.extraction.pdf import read_pdf

        return (read_pdf(source, content),)
    if head.startswith(b"PK\x03\x04"):
        return (_read_archive(source, content),)
    for signature, found in SIGNATURES:
        if head.startswith(signature):
            raise UnsupportedFormat(f"{source.id} is {found}.")
    if suffix in (".pdf", ".docx", ".odt"):
        raise ExtractionError(
            f"{source.id} is no {suffix[1:].upper()} in spite of its name: it begins with {head[:20]!r}. "
            "Fetch it again or rename it."
        )
    return _read_text(source, content, suffix, head[:15].lower())


def _content(source: SourceFile) -> bytes:
    try:
        size = source.path.stat().st_size
        if size > FILE_MAXIMUM_BYTES:
            raise LimitExceeded(f"{source.id} has {size:,} bytes; at most {FILE_MAXIMUM_BYTES:,} are read.")
        content = source.path.read_bytes()
    except OSError as error:
        raise ExtractionError(f"{source.id} cannot be opened: {error.strerror}.") from error
    if not content.strip():
        raise EmptyDocument(f"{source.id} is an empty file.")
    return content


def _read_text(source: SourceFile, content: bytes, suffix: str, head: bytes) -> tuple[Document, ...]:
    if suffix == ".json":
        from search27.extraction.wordpress import read_posts

        return read_posts(source, content)
    if suffix in HTML or (not suffix and head.startswith((b"<!doctype html", b"<html"))):
        from search27.extraction.html import read_html

        return (read_html(source, content),)
    if suffix in MARKDOWN or suffix in TEXT:
        from search27.extraction.text import read_markdown, read_plain

        return (read_markdown(source, content) if suffix in MARKDOWN else read_plain(source, content),)
    raise UnsupportedFormat(
        f"{source.id}: files of the kind {suffix or 'without extension'!r} are not read. {READ}"
    )


def _read_archive(source: SourceFile, content: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise ExtractionError(f"{source.id} is a damaged DOCX or ODT ({error}). Fetch it again.") from error
    if "word/document.xml" in names:
        from search27.extraction.docx import read_docx

        return read_docx(source, content)
    if "mimetype" in names and "content.xml" in names:
        from search27.extraction.odt import read_odt

        return read_odt(source, content)
    raise UnsupportedFormat(f"{source.id} is neither DOCX nor ODT, though packed like one. {READ}")
