"""Running heads, page numbers and the like: what stands on page after page and is no part of the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from search27.extraction.pdf_layout import Line

EDGE_SHARE = 0.15
EDGE_LINES = 3
SAME_HEIGHT = 8.0
SHORT_DOCUMENT = 8
FOLIO_SHARE = 0.6
FOLIO = re.compile(
    r"(?:[-–—|·]|p(?:age|\.)?)?\s*(\d{1,4})\s*(?:[-–—|·]|(?:/|sur|of)\s*\d{1,4})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PageLines:
    """Lines of a page before the columns are told apart; `bottom` and `top` bound the page."""

    lines: Sequence[Line]
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Furniture:
    """What to leave out.

    Attributes:
        heights: Baselines of furniture, for each page.
        texts: Its words, digits made alike, for each page.
        labels: Printed number of a page by its physical number (1-based).
    """

    heights: Sequence[set[float]]
    texts: Sequence[set[str]]
    labels: dict[int, str]

    def holds(self, page: int, y: float, text: str = "") -> bool:
        """Whether something at this height of page `page` (0-based), or a line of this text, is furniture."""
        near = any(abs(y - height) < SAME_HEIGHT / 2 for height in self.heights[page])
        return near or _key(text) in self.texts[page]


def find_furniture(pages: Sequence[PageLines]) -> Furniture:
    """Find lines at the pages' edges that repeat (numbers apart), and lone page numbers that count up."""
    edges = [_edge_lines(page) for page in pages]
    places: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, lines in enumerate(edges):
        for line in lines:
            places[_key(line.text)].append((number, line.y))
    heights: list[set[float]] = [set() for _ in pages]
    texts: list[set[str]] = [set() for _ in pages]
    for key, found in places.items():
        for number, y in found:
            alike = {other for other, height in found if abs(height - y) < SAME_HEIGHT}
            if len(alike) >= (2 if len(pages) <= SHORT_DOCUMENT else 3):
                heights[number].add(y)
                texts[number].add(key)
    return Furniture(heights, texts, _folios(edges, heights))


def _edge_lines(page: PageLines) -> list[Line]:
    edge = EDGE_SHARE * (page.top - page.bottom)
    ordered = sorted(page.lines, key=lambda line: line.y)
    low = [line for line in ordered[:EDGE_LINES] if line.y < page.bottom + edge]
    high = [line for line in ordered[-EDGE_LINES:] if line.y > page.top - edge]
    return low + [line for line in high if line not in low]


def _key(text: str) -> str:
    """A line's words in alphabetical order: left and right pages often mirror their heads."""
    return " ".join(sorted(re.sub(r"\d+", "#", text.casefold()).split()))


def _folios(edges: Sequence[Sequence[Line]], heights: Sequence[set[float]]) -> dict[int, str]:
    """Printed numbers that differ from the physical ones by one amount; marks their lines in `heights`."""
    found = []
    for number, lines in enumerate(edges, start=1):
        for line in lines:
            lone = FOLIO.fullmatch(line.text)
            values = [lone.group(1)] if lone else []
            if not lone and line.y in heights[number - 1]:
                values = re.findall(r"(?<!\d)\d{1,3}(?!\d)", line.text)
            found += [(number, int(value), line.y, bool(lone)) for value in values]
    if not found:
        return {}
    offset, _ = Counter(value - number for number, value, _, _ in found).most_common(1)[0]
    fitting = [(number, y, lone) for number, value, y, lone in found if value - number == offset]
    pages = {number for number, _, _ in fitting}
    if len(pages) < 2 or len(pages) < FOLIO_SHARE * len({number for number, *_ in found}):
        return {}
    for number, y, alone in fitting:
        if alone:
            heights[number - 1].add(y)
    return {
        number: str(number + offset) for number in range(min(pages), max(pages) + 1) if number + offset > 0
    }
