"""Where words stand on a PDF page, and the lines they make: columns left to right, each from top to bottom.

Coordinates are points (1/72 inch) in the page's own space, y growing upwards.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search27.extraction.repair import repair_characters

GUTTER_MINIMUM = 7.0
GUTTER_LINES = 4
COLUMN_CHARACTERS_PER_LINE = 14
CELL_GAP = 1.6
CELL_ALIGNMENT = 4.0
MARK = re.compile(r"[^\w\s]|\d{1,2}[.)]|[a-h]\)")
CELL_BREAK = " | "
LEADERS = re.compile(r"\s*(?:\.\s?){5,}")
SPLIT_ENDING = re.compile(r"(?<=[^\W\d_])·\s(?=[^\W\d_]{1,6}\b)")
ROW_OVERLAP = 0.45


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its box and the height of its baseline."""

    text: str
    y: float
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool

    @property
    def middle(self) -> float:
        """Height of the box's middle."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in reading order.

    Attributes:
        y: Height of its baseline.
        size: Font size of most of its characters, in points.
        bold: Whether all of it is bold.
        table: Whether it is the row of a table; then ` | ` parts its cells.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    table: bool = False


def lines_of(words: Sequence[Word]) -> tuple[list[Line], int]:
    """Lines of a page in reading order, and the largest number of columns side by side."""
    leaves: list[list[Word]] = []
    columns = _cut(list(words), leaves)
    return [line for leaf in leaves for line in _leaf_lines(rows_of(leaf))], columns


def rows_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words grouped into rows from top to bottom, each from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.middle):
        for row in rows[-3:]:
            anchor = row[0]
            shared = min(word.top, anchor.top) - max(word.bottom, anchor.bottom)
            if shared >= ROW_OVERLAP * min(word.top - word.bottom, anchor.top - anchor.bottom):
                row.append(word)
                break
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def _cut(words: list[Word], leaves: list[list[Word]]) -> int:
    """XY-cut: part a region at a gutter, else at its widest horizontal gap above a gutter, else keep it.

    Source: Nagy, Seth and Viswanathan, "A prototype document image analysis system", 1992.
    """
    if not words:
        return 0
    gutter = _gutter(words)
    if gutter is not None:
        left = [word for word in words if word.right <= gutter]
        right = [word for word in words if word.right > gutter]
        return _cut(left, leaves) + _cut(right, leaves)
    for upper, lower in _bands(words):
        if _gutter(upper) is not None or _gutter(lower) is not None:
            return max(_cut(upper, leaves), _cut(lower, leaves))
    leaves.append(words)
    return 1


def _bands(words: Sequence[Word]) -> list[tuple[list[Word], list[Word]]]:
    """Ways to part a region by a horizontal line that crosses no word, widest gap first."""
    ordered = sorted(words, key=lambda word: -word.top)
    gaps = []
    floor = ordered[0].bottom
    for place, (_, word) in enumerate(pairwise(ordered), start=1):
        if word.top < floor:
            gaps.append((floor - word.top, place))
        floor = min(floor, word.bottom)
    return [(ordered[:place], ordered[place:]) for _, place in sorted(gaps, reverse=True)]


def _gutter(words: Sequence[Word]) -> float | None:
    """Middle of the widest vertical strip that no word enters, if what stands on its sides are columns."""
    ordered = sorted(words, key=lambda word: word.left)
    wide = max(GUTTER_MINIMUM, 0.7 * statistics.median(word.size for word in words)) if words else 0
    strips = []
    edge = ordered[0].right if ordered else 0.0
    for word in ordered:
        if word.left - edge >= wide:
            strips.append((word.left - edge, (word.left + edge) / 2))
        edge = max(edge, word.right)
    for _, middle in sorted(strips, reverse=True):
        sides = (
            [word for word in words if word.right <= middle],
            [word for word in words if word.right > middle],
        )
        if all(_is_column(side) for side in sides) and _side_by_side(*sides):
            return middle
    return None


def _is_column(words: Sequence[Word]) -> bool:
    """Whether words make running text and not the cells of a table or the marks of a list."""
    rows = len(rows_of(words))
    characters = sum(len(word.text) for word in words)
    return rows >= GUTTER_LINES and characters >= COLUMN_CHARACTERS_PER_LINE * rows


def _side_by_side(left: Sequence[Word], right: Sequence[Word]) -> bool:
    shared = min(max(w.top for w in left), max(w.top for w in right)) - max(
        min(w.bottom for w in left), min(w.bottom for w in right)
    )
    return shared > 0


def clean(text: str) -> str:
    """Repaired characters and single blanks, dot leaders made one mark, no blank within `agent· es`."""
    text = LEADERS.sub(" … ", " ".join(repair_characters(text).split()))
    return SPLIT_ENDING.sub("·", text)


def _leaf_lines(rows: Sequence[Sequence[Word]]) -> list[Line]:
    """Lines of a region; rows near each other whose cells stand under each other are rows of a table."""
    cells = [_cells(row) for row in rows]
    in_table = [False] * len(rows)
    for place, above in enumerate(cells[:-1]):
        end = place + 1 if len(cells[place + 1]) > 1 else place + 2
        if len(above) > 1 and end < len(rows) and _are_rows(above, cells[end]):
            in_table[place : end + 1] = [True] * (end + 1 - place)
    lines: list[Line] = []
    for row, parts, table in zip(rows, cells, in_table, strict=True):
        line = line_of(row)
        if not table:
            lines.append(line)
        elif len(parts) == 1:
            # The rest of a label that took two lines: it belongs to the first cell of the row above.
            lines[-1] = replace(
                lines[-1], text=lines[-1].text.replace(CELL_BREAK, f" {line.text}{CELL_BREAK}", 1)
            )
        else:
            text = CELL_BREAK.join(clean(" ".join(word.text for word in part)) for part in parts)
            lines.append(replace(line, text=text, table=True))
    return lines


def _cells(row: Sequence[Word]) -> list[list[Word]]:
    """Parts of a row with wide gaps between them; a bullet or number is no part of its own."""
    parts = [[row[0]]]
    for before, word in pairwise(row):
        marks = len(parts) == 1 and len(parts[0]) == 1 and MARK.fullmatch(parts[0][0].text)
        if word.left - before.right >= CELL_GAP * word.size and not marks:
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _are_rows(above: Sequence[Sequence[Word]], below: Sequence[Sequence[Word]]) -> bool:
    """Whether two rows have their cells in the same columns; a justified line of single words has none."""
    loose = all(len(part) == 1 and not part[0].text[:1].isdigit() for part in (*above, *below))
    if len(above) != len(below) or loose:
        return False
    return all(
        min(abs(a[0].left - b[0].left), abs(a[-1].right - b[-1].right)) <= CELL_ALIGNMENT
        for a, b in zip(above, below, strict=True)
    )


def line_of(row: Sequence[Word]) -> Line:
    """The line that a row of words makes."""
    text = clean(" ".join(word.text for word in row))
    size = statistics.median_low(word.size for word in row for _ in word.text)
    return Line(
        text=text,
        left=row[0].left,
        right=max(word.right for word in row),
        y=statistics.median_low(word.y for word in row),
        size=round(size, 1),
        bold=all(word.bold for word in row),
    )
