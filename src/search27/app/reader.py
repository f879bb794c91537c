"""A publication's text as escaped HTML: headings, paragraphs, pages, and the cited stretch marked."""

from __future__ import annotations

from html import escape

from search27.app import formats
from search27.app.markup import marked, shifted
from search27.app.texts import Texts
from search27.types import Block, BlockKind, Document, PageSpan, Passage, Span

CITED = "s27-cited"

_TAGS: dict[BlockKind, str] = {
    "paragraph": "p",
    "list_item": "li",
    "quote": "blockquote",
    "table": "pre",
    "caption": "figcaption",
    "note": "small",
}


def cited_span(document: Document, passage: Passage | None, quote: str) -> Span | None:
    """Where the cited words stand now: the quote inside or after the passage, anywhere, or the whole passage."""
    if quote:
        start = document.text.find(quote, passage.span.start if passage else 0)
        start = start if start >= 0 else document.text.find(quote)
        return Span(start, start + len(quote)) if start >= 0 else None
    return passage.span if passage else None


def document_html(document: Document, cited: Span | None, texts: Texts) -> str:
    """The whole text by blocks, with a sign where each page begins and the anchor `s27-cited` on the mark's block."""
    pieces = []
    pages = list(document.pages)
    anchored = False
    in_list = False
    for block in document.blocks:
        if in_list != (block.kind == "list_item"):
            pieces.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        signs = "".join(_page_sign(pages.pop(0), texts) for _ in range(_begun(pages, block)))
        touches = cited is not None and block.start < cited.end and cited.start < block.end
        anchor = f' id="{CITED}"' if touches and not anchored else ""
        anchored = anchored or touches
        pieces.append(_block_html(document.text, block, cited, signs, anchor))
    if in_list:
        pieces.append("</ul>")
    return f'<article class="s27-reader" lang="{escape(document.info.language)}">{"".join(pieces)}</article>'


def _begun(pages: list[PageSpan], block: Block) -> int:
    """How many of the pages still to be signed begin before this block ends."""
    return sum(page.start < block.end for page in pages)


def _page_sign(page: PageSpan, texts: Texts) -> str:
    return f'<span class="s27-page">{escape(formats.pages([page.page], texts))}</span>'


def _block_html(text: str, block: Block, cited: Span | None, signs: str, anchor: str) -> str:
    body = text[block.start : block.end]
    spans = [shifted(cited, block.start)] if cited else []
    tag = f"h{min(block.level + 1, 6)}" if block.kind == "heading" else _TAGS[block.kind]
    return f"<{tag}{anchor}>{signs}{marked(body, spans)}</{tag}>"
