"""Lines of PDF pages to blocks: headings by size and weight, paragraphs over columns and pages."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from search27.extraction.draft import PAGE_BREAK, Piece
from search27.extraction.lines import SENTENCE_END, continues, is_item, join, without_bullet, words_of
from search27.extraction.markup import CAPTION, CAPTION_MAXIMUM
from search27.extraction.pdf_layout import Line
from search27.extraction.repair import close_guillemets
from search27.types import BlockKind

HEADING_GROWTH = 1.12
NOTE_SHRINK = 0.9
HEADING_MAXIMUM = 160
HEADING_LEVELS = 4
GAP = 1.35
MARGIN_WIDTH = 10.0
CHARACTER_WIDTH = 0.45
SLACK = 0.1
FULL_LINES = 3
FULL_SHARE = 0.92
NUMBERED_CAPTION = re.compile(r"(?:figure|fig\.|tableau|schéma|carte|photo)\s*\d+\s*[:.–-]", re.IGNORECASE)
TOC_LINE = re.compile(r" … \d+\Z")
NOTE = re.compile(r"(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)]?|\*)\s+[^\W\d_]{2}")


@dataclass(slots=True)
class _Block:
    """Lines that belong together, with the physical page of each."""

    lines: list[Line]
    pages: list[int]

    @property
    def last(self) -> Line:
        return self.lines[-1]


def pieces_of_pages(pages: Sequence[Sequence[Line]]) -> list[Piece]:
    """Blocks of a document.

    Args:
        pages: Lines of each page in reading order.
    """
    body = _body_size(pages)
    layout = _Layout(body, _steps(pages), _right_edges(pages))
    blocks: list[_Block] = []
    for number, lines in enumerate(pages, start=1):
        for line in lines:
            if blocks and _belongs(blocks[-1], line, number, layout):
                blocks[-1].lines.append(line)
                blocks[-1].pages.append(number)
            else:
                blocks.append(_Block([line], [number]))
    words = words_of("\n".join(line.text for lines in pages for line in lines))
    levels = _levels(blocks, body)
    return _rejoin([_piece(block, body, levels, words) for block in blocks], words)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Measures of a document: size of its running text, usual line steps by size, right edges by margin."""

    body: float
    steps: dict[float, float]
    edges: dict[tuple[int, int], float]

    def is_short(self, line: Line, page: int, following: Line) -> bool:
        """Whether a line stops where the next one's first word would have fitted (amply, if unended)."""
        edge = self.edges[page, round(line.left / MARGIN_WIDTH)]
        first = CHARACTER_WIDTH * line.size * (1 + len(following.text.split(" ", 1)[0]))
        slack = 0.0 if SENTENCE_END.search(line.text) else SLACK * (edge - line.left)
        return line.right + first + slack < edge


def _right_edges(pages: Sequence[Sequence[Line]]) -> dict[tuple[int, int], float]:
    """Farthest right end of the lines that share a left margin, by page and margin."""
    edges: dict[tuple[int, int], float] = {}
    for number, lines in enumerate(pages, start=1):
        for line in lines:
            key = number, round(line.left / MARGIN_WIDTH)
            edges[key] = max(edges.get(key, 0.0), line.right)
    return edges


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes = Counter[float]()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _steps(pages: Sequence[Sequence[Line]]) -> dict[float, float]:
    """Usual distance from line to line for each font size."""
    found: dict[float, list[float]] = {}
    for lines in pages:
        for above, below in pairwise(lines):
            step = above.y - below.y
            if above.size == below.size and 0 < step < 3 * above.size:
                found.setdefault(above.size, []).append(step)
    return {size: statistics.median_low(steps) for size, steps in found.items()}


def _belongs(block: _Block, line: Line, page: int, layout: _Layout) -> bool:
    """Whether a line goes on with the block above it."""
    last = block.last
    if line.table or last.table:
        return line.table and last.table and block.pages[-1] == page and last.y > line.y
    if TOC_LINE.search(last.text) or is_item(line.text) or abs(line.size - last.size) > 0.08 * last.size:
        return False
    heading = _is_heading(block, layout.body)
    if line.bold != last.bold and (heading or line.bold):
        return False
    if block.pages[-1] != page or line.y >= last.y:
        return not heading and (continues(last.text, line.text) or _is_full(block))
    if last.y - line.y > GAP * layout.steps.get(last.size, 1.3 * last.size):
        return False
    if heading or not line.text[0].isupper():
        return True
    indented = line.left > last.left + 0.7 * line.size and line.left - block.lines[0].left > 0.5 * line.size
    ended = SENTENCE_END.search(last.text) is not None
    return not (layout.is_short(last, page, line) or (ended and indented))


def _is_full(block: _Block) -> bool:
    """Whether the last line reaches the block's right edge, as only one paragraph's last line in ten does."""
    widest = max(len(line.text) for line in block.lines)
    return len(block.lines) >= FULL_LINES and len(block.last.text) >= FULL_SHARE * widest


def _is_heading(block: _Block, body: float) -> bool:
    text = " ".join(line.text for line in block.lines)
    if len(text) > HEADING_MAXIMUM or is_item(text) or not re.search(r"[^\W\d_]{2}", text):
        return False
    if block.last.size >= HEADING_GROWTH * body:
        return True
    return (
        all(line.bold for line in block.lines) and block.last.size >= body * 0.95 and text[-1] not in ".,;:"
    )


def _levels(blocks: Sequence[_Block], body: float) -> dict[float, int]:
    sizes = sorted({block.last.size for block in blocks if _is_heading(block, body)}, reverse=True)
    return {size: min(rank, HEADING_LEVELS) for rank, size in enumerate(sizes, start=1)}


def _piece(block: _Block, body: float, levels: dict[float, int], words: Counter[str]) -> Piece:
    if block.last.table:
        return Piece("table", "\n".join(line.text for line in block.lines), 0, block.pages[0])
    text = ""
    for place, line in enumerate(block.lines):
        breaks = PAGE_BREAK * (block.pages[place] - block.pages[place - 1]) if place else ""
        text = join(text, breaks + line.text, words) if place else line.text
    text = close_guillemets(text)
    kind, level = _kind(block, text, body), 0
    if kind == "heading":
        level = levels.get(block.last.size, HEADING_LEVELS)
    return Piece(kind, without_bullet(text) if kind == "list_item" else text, level, block.pages[0])


def _kind(block: _Block, text: str, body: float) -> BlockKind:
    if _is_heading(block, body):
        return "heading"
    if NUMBERED_CAPTION.match(text) or (len(text) <= CAPTION_MAXIMUM and CAPTION.match(text)):
        return "caption"
    if block.last.size <= NOTE_SHRINK * body and NOTE.match(text):
        return "note"
    return "list_item" if is_item(text) else "paragraph"


def _rejoin(pieces: Sequence[Piece], words: Counter[str]) -> list[Piece]:
    """Join a paragraph with its rest where only notes or captions stand between them."""
    joined: list[Piece] = []
    for piece in pieces:
        place = len(joined) - 1
        while place >= 0 and joined[place].kind in ("note", "caption"):
            place -= 1
        last = joined[place] if place >= 0 else None
        flowing = last is not None and last.kind in ("paragraph", "list_item") and piece.kind == "paragraph"
        if last is not None and flowing and continues(last.text, piece.text):
            breaks = PAGE_BREAK * (piece.page - last.page - last.text.count(PAGE_BREAK))
            joined[place] = Piece(last.kind, join(last.text, breaks + piece.text, words), 0, last.page)
        else:
            joined.append(piece)
    return joined
