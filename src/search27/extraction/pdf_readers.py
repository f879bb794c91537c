"""The two readers of a PDF page's text: pypdf in the order of the file, PDFium by the place of each glyph."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium
from pypdf import PageObject
from pypdfium2 import PdfTextPage

from search27.extraction.pdf_layout import Line, Word, clean
from search27.extraction.repair import repair_characters

HYPHEN_MARKS = "\ufffe\u0002\u00ad"
BOLD_WEIGHT = 600
BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
TOKENS_TOLERANCE = 0.03
ORDER_AGREEMENT = 0.9
GLYPHS_MAXIMUM = 200_000


def pypdf_lines(page: PageObject) -> list[Line]:
    """Lines as pypdf gives them, in the order of the file; the right edge is an estimate."""
    parts: list[tuple[str, float, float, float, bool]] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = math.sqrt(abs((tm[0] * tm[3] - tm[1] * tm[2]) * (cm[0] * cm[3] - cm[1] * cm[2])))
        bold = bool(BOLD_NAME.search(str((font or {}).get("/BaseFont", ""))))
        parts.append((text, x, y, size * scale, bold))

    page.extract_text(visitor_text=visit)
    lines: list[Line] = []
    run: list[tuple[str, float, float, float, bool]] = []
    for text, x, y, size, bold in parts:
        for place, piece in enumerate(text.split("\n")):
            if place:
                lines += _pypdf_line(run)
                run = []
            if piece.strip():
                run.append((piece, x, y, size, bold))
            elif piece and run:
                run.append((piece, *run[-1][1:]))
    return lines + _pypdf_line(run)


def _pypdf_line(run: Sequence[tuple[str, float, float, float, bool]]) -> list[Line]:
    if not run:
        return []
    # A soft hyphen that is drawn is a hyphen.
    text = clean("".join(part[0] for part in run).replace("\u00ad", "-"))
    sizes = Counter[float]()
    for part in run:
        sizes[round(part[3], 1)] += len(part[0].strip())
    size = sizes.most_common(1)[0][0]
    left, y = run[0][1], run[0][2]
    bold = all(part[4] for part in run if part[0].strip())
    return [Line(text, left, left + 0.48 * size * len(text), y, size, bold)] if text else []


def pdfium_words(page: PdfTextPage) -> list[Word]:
    """Words with their boxes, in the order of the file.

    A hyphen that PDFium marks as one of the line's end is given as `-`. A page of more than 200,000 glyphs is
    no page of text, and gives none.
    """
    words: list[Word] = []
    text, first, last = "", 0, 0
    previous: tuple[float, float] | None = None
    x, y = ctypes.c_double(), ctypes.c_double()
    count = page.count_chars()
    for index in range(count if count <= GLYPHS_MAXIMUM else 0):
        character = chr(pdfium.FPDFText_GetUnicode(page, index))
        if character.isspace() or character == "\0":
            if text:
                words.append(_word(page, text, first, last))
            text, previous = "", None
            continue
        pdfium.FPDFText_GetCharOrigin(page, index, x, y)
        place = (x.value, y.value)
        if text and previous is not None and _jumps(previous, place, page, index):
            words.append(_word(page, text, first, last))
            text = ""
        if not text:
            first = index
        text += "-" if character in HYPHEN_MARKS else character
        last, previous = index, place
        if character in HYPHEN_MARKS[:2]:
            words.append(_word(page, text, first, last))
            text, previous = "", None
    if text:
        words.append(_word(page, text, first, last))
    return [word for word in words if word.text]


def _jumps(before: tuple[float, float], after: tuple[float, float], page: PdfTextPage, index: int) -> bool:
    if after[0] >= before[0] and abs(after[1] - before[1]) < 1:
        return False
    size = _size(page, index)
    return after[0] < before[0] - size or abs(after[1] - before[1]) > 0.6 * size


def _word(page: PdfTextPage, text: str, first: int, last: int) -> Word:
    start, end = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(page, first, start)
    pdfium.FPDFText_GetLooseCharBox(page, last, end)
    if end.right <= end.left:
        pdfium.FPDFText_GetLooseCharBox(page, max(first, last - 1), end)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(page, first, x, y)
    return Word(
        text=repair_characters(text),
        y=y.value,
        left=min(start.left, end.left),
        right=max(start.right, end.right),
        bottom=min(start.bottom, end.bottom),
        top=max(start.top, end.top),
        size=_size(page, first),
        bold=_is_bold(page, first),
    )


def _size(page: PdfTextPage, index: int) -> float:
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(page, index))
    if pdfium.FPDFText_GetMatrix(page, index, matrix):
        size *= math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0
    return round(size, 1)


def _is_bold(page: PdfTextPage, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(page, index) >= BOLD_WEIGHT:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(page, index, name, 128, flags)
    return 0 < length <= 128 and bool(BOLD_NAME.search(name.value.decode("utf-8", "replace")))


def second_is_better(first: Sequence[Line], second: Sequence[Line], columns: int) -> bool:
    """Whether PDFium's reading of a page is to be taken instead of pypdf's.

    It is where pypdf found nothing; where the numbers of words differ by more than 3 % (words broken up or
    run together); where PDFium's shows a table; and where the page has columns and fewer than nine in ten
    neighbouring words are neighbours in both readings (columns read across).

    Source: ADR 0003.
    """
    ours, theirs = _tokens(first), _tokens(second)
    if not theirs:
        return False
    if abs(len(ours) - len(theirs)) > TOKENS_TOLERANCE * len(theirs) or any(line.table for line in second):
        return True
    if columns < 2:
        return False
    shared = (Counter(pairwise(ours)) & Counter(pairwise(theirs))).total()
    return shared < ORDER_AGREEMENT * (len(theirs) - 1)


def _tokens(lines: Sequence[Line]) -> list[str]:
    return [word for line in lines for word in line.text.split() if word != "|"]
