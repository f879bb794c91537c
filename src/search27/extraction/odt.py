"""OpenDocument texts (ODT): headings, paragraphs, lists, tables and metadata."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from odfdo import Document as OpenDocument

from search27.errors import ExtractionError
from search27.extraction.archive import check_archive
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.lines import is_item, without_bullet
from search27.extraction.meta import Meta, authors_of, complete, parse_day, sensible_title
from search27.extraction.repair import repair_line
from search27.sources.folder import SourceFile
from search27.types import BlockKind, Document, Link

CONTAINERS = (
    "text:section",
    "text:list",
    "text:list-item",
    "text:list-header",
    "draw:frame",
    "draw:text-box",
)


def read_odt(source: SourceFile, content: bytes) -> Document:
    """Read an ODT file.

    Raises:
        ExtractionError: The file is damaged or is another kind of OpenDocument.
        EncryptedDocument: The file is protected by a password.
        EmptyDocument: The file holds no text.
        LimitExceeded: The archive unpacks to more than a reader may take.
    """
    check_archive(source.id, content)
    try:
        document = OpenDocument(io.BytesIO(content))
        body = document.body
        pieces = list(_pieces(body, "paragraph"))
        links = tuple(_links(body))
        own = _metadata(document.meta)
    except MemoryError:
        raise
    except Exception as error:
        # odfdo lets KeyError, AttributeError and lxml's errors out for damaged files.
        raise ExtractionError(f"{source.id} is a damaged ODT ({error}). Open and save it again.") from error
    title = next((piece.text for piece in pieces if piece.kind == "heading"), "")
    meta, warnings = complete(source, own.or_else(Meta(title=title)), "deliverable")
    return assemble(source.id, Draft(meta, pieces, links=links, warnings=warnings))


def _pieces(parent: Any, kind: BlockKind) -> Iterator[Piece]:
    for element in parent.children:
        tag = element.tag
        if tag == "table:table":
            yield from _table(element)
        elif tag in CONTAINERS:
            yield from _pieces(element, "list_item" if tag == "text:list" else kind)
        elif tag in ("text:h", "text:p"):
            text = repair_line(element.inner_text)
            if text:
                yield _piece(element, text, kind)


def _piece(element: Any, text: str, kind: BlockKind) -> Piece:
    style = (element.style or "").lower()
    if element.tag == "text:h":
        return Piece("heading", text, min(int(element.level or 1), 6))
    if style == "title":
        return Piece("heading", text, 1)
    if kind == "list_item" or is_item(text):
        return Piece("list_item", without_bullet(text))
    return Piece("quote" if style.startswith("quot") else kind, text)


def _table(table: Any) -> Iterator[Piece]:
    rows = []
    for row in table.get_elements("descendant::table:table-row"):
        cells = [repair_line(_cell_text(cell)) for cell in row.get_elements("table:table-cell")]
        rows.append(" | ".join(cell for cell in cells if cell))
    if text := "\n".join(row for row in rows if row):
        yield Piece("table", text)


def _cell_text(cell: Any) -> str:
    return " ".join(part.inner_text for part in cell.get_elements("descendant::text:p"))


def _links(body: Any) -> Iterator[Link]:
    for anchor in body.get_elements("descendant::text:a"):
        url = anchor.get_attribute("xlink:href") or ""
        text = repair_line(anchor.inner_text)
        if url.startswith(("http://", "https://")) and text:
            yield Link(url, text)


def _metadata(meta: Any) -> Meta:
    return Meta(
        title=sensible_title(meta.title),
        date=parse_day(meta.creation_date),
        modified=parse_day(meta.date),
        authors=authors_of(meta.initial_creator or meta.creator),
    )
