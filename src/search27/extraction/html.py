"""Saved web pages: main text and metadata by trafilatura, blocks by the HTML walk."""

from __future__ import annotations

from typing import Any

import lxml.html
import trafilatura

from search27.errors import EmptyDocument
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.encoding import decode
from search27.extraction.markup import parse_fragment, pieces_of
from search27.extraction.meta import Meta, authors_of, complete, parse_day
from search27.extraction.remarks import remark
from search27.extraction.repair import repair_line
from search27.sources.folder import SourceFile
from search27.types import Document


def read_html(source: SourceFile, content: bytes) -> Document:
    """Read an HTML page: its main text without menus, banners and footers.

    Raises:
        EmptyDocument: The page holds no text.
    """
    html, warnings = decode(content)
    found = trafilatura.extract_metadata(html)
    own = Meta(authors=_authors(html)).or_else(_metadata(found) if found is not None else Meta())
    main = trafilatura.extract(html, output_format="html", include_links=True, include_comments=False)
    pieces, links = pieces_of(_body(main), own.url) if main else ([], [])
    if not pieces:
        pieces, links = pieces_of(_body(html), own.url)
        warnings += (remark("no_main_text"),)
    if not pieces:
        raise EmptyDocument(f"{source.id} holds no text: its page may be drawn by a script. Save it as PDF.")
    meta, guesses = complete(source, own, "article" if own.date else "page")
    pieces = _with_title(pieces, own.title)
    return assemble(source.id, Draft(meta, pieces, links=tuple(links), warnings=(*guesses, *warnings)))


def _body(html: str) -> Any:
    root = lxml.html.document_fromstring(html) if html.strip() else parse_fragment("")
    body = root.find("body")
    return root if body is None else body


def _authors(html: str) -> tuple[str, ...]:
    """Authors as the page states them; trafilatura takes the digits out of names such as `La 27e Région`."""
    root = lxml.html.document_fromstring(html)
    stated = root.xpath("//meta[@name='author' or @property='author']/@content")
    return tuple(dict.fromkeys(name for text in stated for name in authors_of(text)))


def _metadata(found: Any) -> Meta:
    return Meta(
        title=repair_line(found.title or ""),
        date=parse_day(found.date),
        authors=authors_of(found.author),
        url=found.url or "",
        categories=tuple(repair_line(name) for name in found.categories or () if name.strip()),
    )


def _with_title(pieces: list[Piece], title: str) -> list[Piece]:
    """Drop a first heading that only repeats the title, which the document carries already."""
    if len(pieces) > 1 and pieces[0].kind == "heading" and pieces[0].text == title:
        return pieces[1:]
    return pieces
