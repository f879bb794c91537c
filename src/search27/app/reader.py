"""A publication's text as escaped HTML: headings, paragraphs, pages, and the cited stretch marked."""

from __future__ import annotations

from html import escape

from search27.app import formats
from search27.app.markup import marked, shifted
from search27.app.texts import Texts
from search27.types import Block, BlockKind, Document, PageSpan, Passage, Span

CITED = "s27-cited"
CELL = " | "

_TAGS: dict[BlockKind, str] = {
    "paragraph": "p",
    "list_item": "li",
    "quote": "blockquote",
    "table": "pre",
    "caption": "figcaption",
    "note": "small",
}


def cited_span(document: Document, passage: Passage | None, quote: str) -> Span | None:
    """Where the cited words stand now: the quote, or the whole passage."""
    if quote:
        start = document.text.find(quote, passage.span.start if passage else 0)
        start = start if start >= 0 else document.text.find(quote)
        return Span(start, start + len(quote)) if start >= 0 else None
    return passage.span if passage else None


def document_html(document: Document, cited: Span | None, texts: Texts) -> str:
    """The text by blocks, a sign where each page begins, the id `CITED` on the first marked block."""
    pieces = []
    pages = list(document.pages)
    anchored = False
    in_list = False
    for block in _without_title(document):
        if in_list != (block.kind == "list_item"):
            pieces.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        begun = [pages.pop(0) for _ in range(sum(page.start < block.end for page in pages))]
        touches = cited is not None and block.start < cited.end and cited.start < block.end
        anchor = f' id="{CITED}"' if touches and not anchored else ""
        anchored = anchored or touches
        pieces.append(_block_html(document.text, block, begun, cited, anchor, texts))
    if in_list:
        pieces.append("</ul>")
    return f'<article class="s27-reader" lang="{escape(document.info.language)}">{"".join(pieces)}</article>'


def _page_sign(page: PageSpan, texts: Texts) -> str:
    return f'<span class="s27-page">{escape(formats.pages([page.page], texts))}</span>'


def _without_title(document: Document) -> tuple[Block, ...]:
    """The blocks, less a first heading that repeats the title above it; page signs need every block."""
    first = document.blocks[0] if document.blocks and not document.pages else None
    repeats = (
        first is not None
        and first.kind == "heading"
        and document.text[first.start : first.end] == document.info.title
    )
    return document.blocks[1:] if repeats else document.blocks


def _block_html(
    text: str, block: Block, begun: list[PageSpan], cited: Span | None, anchor: str, texts: Texts
) -> str:
    """One block, cut where pages begin."""
    if block.kind == "table" and CELL in text[block.start : block.end]:
        return "".join(_page_sign(page, texts) for page in begun) + _table_html(text, block, cited, anchor)
    tag = f"h{min(block.level + 1, 6)}" if block.kind == "heading" else _TAGS[block.kind]
    pieces = []
    position = block.start
    for page in begun:
        cut = max(page.start, position)
        pieces += [_marked(text, position, cut, cited), _page_sign(page, texts)]
        position = cut
    pieces.append(_marked(text, position, block.end, cited))
    return f"<{tag}{anchor}>{''.join(pieces)}</{tag}>"


def _table_html(text: str, block: Block, cited: Span | None, anchor: str) -> str:
    rows = []
    position = block.start
    for line in text[block.start : block.end].split("\n"):
        cells = []
        for cell in line.split(CELL):
            cells.append(f"<td>{_marked(text, position, position + len(cell), cited)}</td>")
            position += len(cell) + len(CELL)
        position += len("\n") - len(CELL)
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f'<div class="s27-table"{anchor}><table>{"".join(rows)}</table></div>'


def _marked(text: str, start: int, end: int, cited: Span | None) -> str:
    return marked(text[start:end], [shifted(cited, start)] if cited else [])
