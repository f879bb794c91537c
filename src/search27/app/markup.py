"""Corpus text and typed text made safe: escaped HTML with `<mark>`, and literal Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from search27.types import Span

# ASCII punctuation may be escaped with a backslash in CommonMark; Streamlit's own `:name[…]`, `$…$` and
# `:icon:` begin with characters of this list too.
# Source: CommonMark 0.31, section 2.4.
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")


def literal(text: str) -> str:
    """Markdown that shows `text` as it is: no links, images, formulas, colours, icons or line breaks."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def marked(text: str, spans: Iterable[Span]) -> str:
    """Escaped HTML of `text` with the spans inside `<mark>`.

    Args:
        text: Plain text.
        spans: Character ranges of `text`; those that overlap or touch become one mark.
    """
    pieces = []
    position = 0
    for span in merged(spans, len(text)):
        pieces.append(escape(text[position : span.start]))
        pieces.append(f"<mark>{escape(text[span.start : span.end])}</mark>")
        position = span.end
    return "".join([*pieces, escape(text[position:])])


def passage_html(text: str, spans: Iterable[Span]) -> str:
    """A passage for a card: as `marked`, its blocks on lines of their own without blank lines between."""
    return marked(text, spans).replace("\n\n", "\n")


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Spans cut to `[0, length)`, sorted, with those that overlap or touch joined and empty ones dropped."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda item: (item.start, item.end)):
        start, end = max(span.start, 0), min(span.end, length)
        if start >= end:
            continue
        if result and start <= result[-1].end:
            result[-1] = Span(result[-1].start, max(end, result[-1].end))
        else:
            result.append(Span(start, end))
    return result


def shifted(span: Span, origin: int) -> Span:
    """`span` counted from `origin` instead of from 0."""
    return Span(span.start - origin, span.end - origin)
