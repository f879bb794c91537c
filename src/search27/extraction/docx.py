"""Word files (DOCX): headings, paragraphs, lists, tables and core properties."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from search27.errors import ExtractionError
from search27.extraction.archive import check_archive
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.lines import is_item, without_bullet
from search27.extraction.meta import Meta, authors_of, complete, parse_day, sensible_title
from search27.extraction.repair import repair_line
from search27.sources.folder import SourceFile
from search27.types import BlockKind, Document, Link

HEADING_STYLE = re.compile(r"(?:heading|titre)\s*(\d)", re.IGNORECASE)
TITLE_STYLES = ("title", "titre")
STYLE_KINDS: tuple[tuple[str, BlockKind], ...] = (
    ("list", "list_item"),
    ("liste", "list_item"),
    ("quote", "quote"),
    ("citation", "quote"),
    ("caption", "caption"),
    ("légende", "caption"),
    ("footnote", "note"),
)


def read_docx(source: SourceFile, content: bytes) -> Document:
    """Read a DOCX file.

    Raises:
        ExtractionError: The file is damaged.
        EncryptedDocument: The file is protected by a password.
        EmptyDocument: The file holds no text.
        LimitExceeded: The archive unpacks to more than a reader may take.
    """
    check_archive(source.id, content)
    try:
        word = docx.Document(io.BytesIO(content))
        pieces = [piece for item in word.iter_inner_content() for piece in _pieces(item)]
        links = tuple(_links(word))
        own = _metadata(word.core_properties)
    except MemoryError:
        raise
    except Exception as error:
        # python-docx lets KeyError, AttributeError and lxml's errors out for damaged files.
        raise ExtractionError(f"{source.id} is a damaged DOCX ({error}). Open and save it again.") from error
    title = next((piece.text for piece in pieces if piece.kind == "heading"), "")
    meta, warnings = complete(source, own.or_else(Meta(title=title)), "deliverable")
    return assemble(source.id, Draft(meta, pieces, links=links, warnings=warnings))


def _pieces(item: Paragraph | Table) -> Iterator[Piece]:
    if isinstance(item, Table):
        rows = []
        for row in item.rows:
            # A merged cell is given once for each column that it spans.
            cells = dict.fromkeys(repair_line(cell.text) for cell in row.cells)
            rows.append(" | ".join(cell for cell in cells if cell))
        if text := "\n".join(row for row in rows if row):
            yield Piece("table", text)
        return
    text = repair_line(item.text)
    if text:
        kind, level = _kind(item, text)
        yield Piece(kind, without_bullet(text) if kind == "list_item" else text, level)


def _kind(paragraph: Paragraph, text: str) -> tuple[BlockKind, int]:
    style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if match := HEADING_STYLE.match(style):
        return "heading", min(int(match.group(1)) or 1, 6)
    if style in TITLE_STYLES:
        return "heading", 1
    for prefix, kind in STYLE_KINDS:
        if style.startswith(prefix) and style != "list paragraph":
            return kind, 0
    properties = paragraph._p.pPr
    if (properties is not None and properties.numPr is not None) or is_item(text):
        return "list_item", 0
    return "paragraph", 0


def _links(word: Any) -> Iterator[Link]:
    for paragraph in word.paragraphs:
        for hyperlink in paragraph.hyperlinks:
            if hyperlink.url.startswith(("http://", "https://")) and hyperlink.text.strip():
                yield Link(hyperlink.url, repair_line(hyperlink.text))


def _metadata(properties: Any) -> Meta:
    return Meta(
        title=sensible_title(properties.title),
        date=parse_day(properties.created),
        modified=parse_day(properties.modified),
        authors=authors_of(properties.author),
    )
