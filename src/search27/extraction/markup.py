"""HTML elements to pieces: headings, paragraphs, list items, quotes, tables, captions, notes and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from search27.extraction.draft import Piece
from search27.extraction.lines import BULLET, without_bullet
from search27.extraction.repair import repair_line
from search27.types import BlockKind, Link

DROPPED = re.compile(
    r"script|style|iframe|object|embed|noscript|svg|form|button|textarea|input|select|audio|video|template|"
    r"head|nav|canvas|map"
)
BLOCK = re.compile(
    r"p|div|section|article|main|header|footer|aside|ul|ol|li|dl|dt|dd|blockquote|pre|figure|figcaption|hr|"
    r"table|tr|td|th|caption|address|h[1-6]|details|summary|body|html|center"
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
WIDGETS = re.compile(
    r"hupso|addtoany|sharedaddy|share-buttons|jp-relatedposts|fenetremailto|screen-reader-text"
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CAPTION_CLASSES = re.compile(r"wp-caption-text|gallery-caption")
NOTE_MARKS = re.compile(r"wp-block-footnotes|footnote(?:s|-list|-western)?\b|sdfootnote\d")
CAPTION = re.compile(
    r"\W{0,2}(?:(?:crédits?|copyright|légende|illustrations?|images?|photos?|photographies?|sources? images?|"
    r"visuels?)\b[^.!?]{0,30}?(?:[:©]|\bd(?:e |[’'])|\bpar\b)|©|crédits?\b)",
    re.IGNORECASE,
)
NOTE_START = re.compile(r"(\[\d{1,3}\]|\(\d{1,3}\))\s*\S")
CAPTION_MAXIMUM = 160
BOLD_HEADING_MAXIMUM = 130
HEADING_MAXIMUM = 200
BOLD_LEVEL = 4
SMALL_LEVEL = 5
PLAIN_HEADING_MAXIMUM = 90
PLAIN_HEADING = re.compile(rf"(?![^.]*https?:)[^\W_a-zà-ÿ][^@]{{2,{PLAIN_HEADING_MAXIMUM}}}[^.,;:!…)\s]")
LINE_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of inline text with one weight; a line break is a run of its own."""

    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class _Context:
    """What the ancestors say about the text within."""

    kind: BlockKind = "paragraph"
    level: int = 0
    bold: bool = False


def parse_fragment(html: str) -> Any:
    """Parse a piece of HTML into one `div` element; an empty text gives an empty element."""
    # A form feed or a NUL in the source is no character of XML.
    return lxml.html.fragment_fromstring(re.sub(r"[\x00\x0c]", " ", html), create_parent="div")


def pieces_of(root: Any, base_url: str = "") -> tuple[list[Piece], list[Link]]:
    """Walk an element in document order; notes and captions are marked, not moved.

    Args:
        root: lxml element; scripts, widgets and forms in it are left out.
        base_url: Address against which relative links are resolved; links that stay relative are dropped.
    """
    walker = _Walker(base_url)
    walker.walk(root, _Context())
    walker.flush(_Context())
    return _plain_headings(mark_notes(walker.pieces)), walker.links


def mark_notes(pieces: Sequence[Piece]) -> list[Piece]:
    """Mark as notes the paragraphs that begin with `[1]` or `(1)` where an earlier text calls that number."""
    marked: list[Piece] = []
    seen = ""
    for piece in pieces:
        start = NOTE_START.match(piece.text)
        if start and piece.kind in ("paragraph", "list_item") and start.group(1) in seen:
            piece = replace(piece, kind="note")
        elif piece.kind != "note":
            seen += piece.text[1:]
        marked.append(piece)
    return marked


def _plain_headings(pieces: Sequence[Piece]) -> list[Piece]:
    """Make headings of the short unended paragraphs that stand alone between long ones."""
    headed = list(pieces)
    for place in range(1, len(pieces) - 1):
        before, piece, after = pieces[place - 1 : place + 2]
        around = before.kind != "heading" and after.kind == "paragraph"
        long = len(before.text) > PLAIN_HEADING_MAXIMUM and len(after.text) > 2 * PLAIN_HEADING_MAXIMUM
        if piece.kind == "paragraph" and around and long and PLAIN_HEADING.fullmatch(piece.text):
            headed[place] = replace(piece, kind="heading", level=BOLD_LEVEL)
    return headed


class _Walker:
    """Collects pieces and links; `runs` holds the inline text of the block that is open."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.pieces: list[Piece] = []
        self.links: list[Link] = []
        self.runs: list[_Run] = []
        self.under_image = False
        self.slides = False

    def walk(self, element: Any, context: _Context) -> None:
        """Take in an element and all that it holds."""
        tag = element.tag
        if not isinstance(tag, str) or DROPPED.fullmatch(tag) or _is_hidden(element):
            return
        if tag == "img":
            self.under_image = True
        elif tag == "br":
            self.runs.append(_Run(LINE_BREAK, context.bold))
        elif tag == "table" and not _is_layout(element):
            self.flush(context)
            self._table(element)
        elif BLOCK.fullmatch(tag):
            self.flush(context)
            inner = _inner(element, context)
            self._inside(element, inner)
            self.flush(inner)
        else:
            if tag == "a":
                self._link(element)
            bold = context.bold or tag in ("strong", "b")
            self._inside(element, replace(context, bold=bold))

    def flush(self, context: _Context) -> None:
        """Close the open block: its lines become one piece or several."""
        runs, self.runs = self.runs, []
        lines: list[list[_Run]] = [[]]
        for run in runs:
            if run.text == LINE_BREAK:
                lines.append([])
            else:
                lines[-1].append(run)
        pieces = _merge([piece for line in lines if (piece := _piece(line, context))])
        if len(pieces) == 1 and self._is_caption(pieces[0]):
            pieces = [Piece("caption", pieces[0].text)]
        if pieces:
            self.under_image = self.slides = False
        self.pieces += pieces

    def _is_caption(self, piece: Piece) -> bool:
        """Whether a block tells of the image or the slides above it (`Title from Author`)."""
        small_heading = piece.kind == "heading" and piece.level >= SMALL_LEVEL
        return (small_heading and self.under_image) or (self.slides and " from " in piece.text)

    def _inside(self, element: Any, context: _Context) -> None:
        if element.text:
            self._text(element.text, context)
        for child in element:
            self.walk(child, context)
            if child.tail:
                self._text(child.tail, context)

    def _text(self, text: str, context: _Context) -> None:
        self.runs.append(_Run(re.sub(r"[\r\n]", " ", text), context.bold))

    def _link(self, element: Any) -> None:
        text = repair_line(element.text_content())
        href = (element.get("href") or "").strip()
        try:
            url = urljoin(self.base_url, href)
            absolute = urlsplit(url).scheme in ("http", "https")
        except ValueError:
            return
        self.slides = self.slides or "slideshare.net" in href
        if text and absolute and not href.startswith("#"):
            self.links.append(Link(url, text))

    def _table(self, table: Any) -> None:
        for anchor in table.iter("a"):
            self._link(anchor)
        rows = [
            [repair_line(cell.text_content()) for cell in row.iter("td", "th")] for row in table.iter("tr")
        ]
        text = "\n".join(" | ".join(cells) for cells in rows if any(cells))
        caption = table.find("caption")
        if text:
            self.pieces.append(Piece("table", text))
        if caption is not None and (words := repair_line(caption.text_content())):
            self.pieces.append(Piece("caption", words))


def _inner(element: Any, context: _Context) -> _Context:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    tag = element.tag
    if context.kind in ("note", "caption"):
        return context
    if NOTE_MARKS.search(names):
        return _Context("note")
    if tag in ("figcaption", "dd") or CAPTION_CLASSES.search(names):
        return _Context("caption")
    if tag in HEADINGS:
        return _Context("heading", HEADINGS[tag])
    if tag == "li":
        return replace(context, kind="list_item")
    if tag == "blockquote":
        return replace(context, kind="quote")
    return context


def _piece(line: Sequence[_Run], context: _Context) -> Piece | None:
    text = repair_line("".join(run.text for run in line))
    if not re.search(r"[^\W_]", text):
        return None
    kind = context.kind
    if kind == "heading":
        return (
            Piece("heading", text, context.level)
            if len(text) <= HEADING_MAXIMUM
            else Piece("paragraph", text)
        )
    if kind not in ("paragraph", "heading"):
        return Piece(kind, without_bullet(text) if kind == "list_item" else text)
    if BULLET.match(text):
        return Piece("list_item", without_bullet(text))
    if len(text) <= CAPTION_MAXIMUM and CAPTION.match(text):
        return Piece("caption", text)
    bold = all(run.bold for run in line if re.search(r"\w", run.text))
    if bold and len(text) <= BOLD_HEADING_MAXIMUM and text[-1] not in ".,;…»":
        return Piece("heading", text, BOLD_LEVEL)
    return Piece("paragraph", text)


def _merge(pieces: Sequence[Piece]) -> list[Piece]:
    """Join the lines of one block again where a line break cut a sentence, a bracket, a heading or a caption."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last is not None and _is_cut(last, piece):
            merged[-1] = replace(last, text=f"{last.text} {piece.text}")
        else:
            merged.append(piece)
    return merged


def _is_cut(piece: Piece, following: Piece) -> bool:
    if piece.kind == following.kind and piece.kind in ("heading", "caption"):
        return True
    unended = piece.text[-1] not in ".!?…:;»" and following.text[0].islower()
    open_bracket = piece.text.count("(") > piece.text.count(")")
    alike = piece.kind == following.kind or {piece.kind, following.kind} == {"paragraph", "caption"}
    return alike and (unended or open_bracket)


def _is_hidden(element: Any) -> bool:
    """Whether readers of the page do not see an element, or it is a button of the site."""
    if element.get("hidden") is not None or HIDDEN.search(element.get("style") or ""):
        return True
    return bool(WIDGETS.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def _is_layout(table: Any) -> bool:
    return all(len(list(row.iter("td", "th"))) <= 1 for row in table.iter("tr"))
