"""Plain text whose lines were cut to a width (text taken out of a PDF, mostly) back into blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from search27.extraction.draft import PAGE_BREAK, Piece
from search27.extraction.frames import SUBTITLE_LEVEL, Para, is_address, is_open, order_frames
from search27.extraction.lines import (
    SENTENCE_END,
    closes_early,
    continues,
    continues_address,
    is_item,
    join,
    join_all,
    without_bullet,
    words_of,
)
from search27.extraction.repair import close_guillemets

MONTHS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
AMOUNT = re.compile(r"\d[\d\s.,]*[KM]?\s?€\Z")
OPEN_END = re.compile(
    r"(?:[,&(–]|(?<![^\s’'])(?:et|ou|de|du|des|d’|l’|le|la|les|à|au|aux|en|un|une|dans|sur|pour|par|avec|que|qui))\Z",
    re.IGNORECASE,
)
AMOUNT_START = re.compile(r"\d[\d\s.,]*[KM]?\s?€")
CELL_BREAK = re.compile(r"(?<=€) (?=[^\W\d_])")
DAY_ENTRY = re.compile(r"\d{1,2}(?:[-–]\d{1,2})?\.\d{1,2}(?:[-–]\d{1,2}\.\d{1,2})?\s+[^\W\d_]")
NO_TITLE = re.compile(
    r"[«\"“(\[—–]|articles?\b|voir\b|retrouvez\b|lire\b|télécharg|à télécharger|extrait\b", re.IGNORECASE
)
VERB = re.compile(r"\b(?:est|sont|ont|était|étaient|sera|seront|a été|ne)\b")
REFERENCE = re.compile(rf"\b(?:{MONTHS}) \d{{4}}\Z", re.IGNORECASE)
TITLE_MAXIMUM = 90
LONG_TITLE = 60
TITLE_LINES = 4
CELL_MAXIMUM = 100
WRAPPED_SHARE = 0.2


def pieces_of_text(text: str, page: int = 0) -> list[Piece]:
    """Blocks of a repaired text.

    Args:
        text: Line feeds end lines, blank lines end paragraphs, form feeds end pages.
        page: Number of the first page, 0 where the text has none.
    """
    groups = _groups(text)
    words = words_of(text)
    if _is_wrapped(groups):
        paras = [para for group in groups for para in _split_group(group, words)]
        paras = _rejoin(order_frames(_without_false_titles(_quotes(_cells(paras)))), words)
    else:
        paras = [_classify([line.strip(" \t")]) for group in groups for line in group]
    return _place(paras, page)


def _groups(text: str) -> list[list[str]]:
    """Runs of lines between blank lines; page breaks move to the beginning of the next line with text."""
    groups: list[list[str]] = [[]]
    breaks = ""
    for line in text.replace(PAGE_BREAK, f"\n\n{PAGE_BREAK}").split("\n"):
        breaks += PAGE_BREAK * line.count(PAGE_BREAK)
        line = line.replace(PAGE_BREAK, "")
        if not line.strip():
            groups.append([])
            continue
        if line[0] in " \t" and groups[-1] and not is_item(line.strip()):
            groups.append([])
        groups[-1].append(breaks + line.rstrip())
        breaks = ""
    return [group for group in groups if group and not re.fullmatch(r"\f*\s*\d{1,3}", "".join(group))]


def _is_wrapped(groups: Sequence[Sequence[str]]) -> bool:
    """Whether many lines stop within a sentence that the next line goes on with."""
    pairs = [(a, b.strip()) for group in groups for a, b in pairwise(group)]
    cut = sum(not SENTENCE_END.search(a.rstrip()) and b[:1].islower() for a, b in pairs)
    return len(pairs) > 2 and cut >= WRAPPED_SHARE * len(pairs)


def _split_group(group: Sequence[str], words: Counter[str]) -> Iterator[Para]:
    frame = group[0].lstrip(PAGE_BREAK)[0] in " \t"
    lines = [re.sub(r"[ \t]+", " ", line).strip(" ") for line in group]
    start, above = 0, ""
    for index in range(len(lines)):
        if index + 1 == len(lines) or _breaks(lines, start, index):
            segment = lines[start : index + 1]
            para = _classify(segment, words)
            if para.kind == above == "heading":
                para = replace(para, level=SUBTITLE_LEVEL)
            yield replace(para, frame=frame and start == 0)
            above = para.kind
            start = index + 1


def _breaks(lines: Sequence[str], start: int, index: int) -> bool:
    """Whether a block ends with line `index`; `start` is the block's first line."""
    line, following = lines[index], lines[index + 1]
    if is_item(following) or DAY_ENTRY.match(following):
        return True
    if following[0].islower() or AMOUNT_START.match(following) or continues_address(line, following):
        return False
    if AMOUNT.search(line) and len(line) <= CELL_MAXIMUM:
        return True
    if SENTENCE_END.search(line) or REFERENCE.search(line):
        return closes_early(lines, index)
    if is_item(lines[start]) or DAY_ENTRY.match(lines[start]):
        return False
    if _is_capitals(line) or _is_capitals(following):
        return _ends_capitals(lines, index)
    short = index - start < TITLE_LINES
    return short and closes_early(lines, index) and _is_title(" ".join(lines[start : index + 1]))


def _ends_capitals(lines: Sequence[str], index: int) -> bool:
    """Whether a title in capitals begins or ends after line `index`, and not a name within a sentence."""
    line, following = lines[index], lines[index + 1]
    if _is_capitals(line) == _is_capitals(following) or not _is_title(line):
        return False
    after = next((text for text in lines[index + 1 :] if not _is_capitals(text)), "")
    return not after[:1].islower()


def _classify(lines: Sequence[str], words: Counter[str] | None = None) -> Para:
    text = close_guillemets(join_all(lines, words or Counter()))
    bare = text.lstrip(PAGE_BREAK)
    if is_item(bare):
        return Para("list_item", text[: len(text) - len(bare)] + without_bullet(bare))
    if DAY_ENTRY.match(bare):
        return Para("list_item", text)
    if _is_title(bare) and (len(lines) == 1 or len(bare) <= LONG_TITLE or _is_capitals(bare)):
        return Para("heading", text, 1 if _is_capitals(bare) else 2)
    return Para("paragraph", text)


def _is_title(text: str) -> bool:
    first = text[0]
    return (
        len(text) <= TITLE_MAXIMUM
        and (first.isupper() or first.isdigit())
        and bool(re.search(r"[^\W\d_]{3}", text))
        and (text[-1] not in ".,;:!?…»€)&-" or bool(re.search(r"\(\d{1,3}\)\Z", text)))
        and not VERB.search(text)
        and not NO_TITLE.match(text)
        and not REFERENCE.search(text)
        and not re.search(r"https?:|www\.|€", text)
        and not SENTENCE_END.search(text)
    )


def _is_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and all(c.isupper() for c in letters)


def _cells(paras: Sequence[Para]) -> list[Para]:
    """Bring labels and amounts together: neighbours that end with an amount become lines of one table."""
    merged: list[Para] = []
    for para in paras:
        last = merged[-1] if merged else None
        label = last is not None and last.kind != "table" and len(last.text) <= CELL_MAXIMUM
        if last is not None and label and AMOUNT_START.match(para.text) and len(para.text) <= CELL_MAXIMUM:
            merged.pop()
            para = Para("table", f"{last.text} {para.text}", frame=last.frame)
        elif AMOUNT.search(para.text) and len(para.text) <= CELL_MAXIMUM and not is_item(para.text):
            para = replace(para, kind="table", level=0)
        previous = merged[-1] if merged else None
        if previous and previous.kind == para.kind == "table":
            glue = " " if AMOUNT.fullmatch(para.text) else "\n"
            para = replace(merged.pop(), text=previous.text + glue + para.text)
        merged.append(replace(para, text=CELL_BREAK.sub("\n", para.text)) if para.kind == "table" else para)
    return merged


def _quotes(paras: Sequence[Para]) -> list[Para]:
    """Mark as a quotation the paragraph in guillemets that a `— Name` follows, and join the two."""
    marked: list[Para] = []
    for para in paras:
        last = marked[-1] if marked else None
        if last and para.text.startswith(("— ", "– ")) and last.text.lstrip(PAGE_BREAK).startswith("«"):
            marked[-1] = replace(last, kind="quote", text=f"{last.text} {para.text}")
        else:
            marked.append(para)
    return marked


def _without_false_titles(paras: Sequence[Para]) -> list[Para]:
    """Take back a title where the text goes on in lower case, or another title of its rank follows."""
    checked: list[Para] = []
    for para, after in zip(paras, [*paras[1:], None], strict=True):
        if para.kind == "heading" and after is not None:
            goes_on = after.kind == "paragraph" and continues(para.text, after.text)
            empty = after.kind == "heading" and after.level == para.level == 2
            if (goes_on and not (checked and is_open(checked[-1]))) or empty:
                para = replace(para, kind="paragraph", level=0)
        checked.append(para)
    return checked


def _rejoin(paras: Sequence[Para], words: Counter[str]) -> list[Para]:
    """Join what a blank line, a column's or a page's end cut within a sentence."""
    joined: list[Para] = []
    for para in paras:
        last = joined[-1] if joined else None
        if last and last.kind in ("paragraph", "list_item") and para.kind in ("paragraph", "heading"):
            open_end = OPEN_END.search(last.text) and not para.frame and not is_address(para)
            if open_end or continues(last.text, para.text):
                joined[-1] = replace(last, text=close_guillemets(join(last.text, para.text, words)))
                continue
        joined.append(para)
    return joined


def _place(paras: Sequence[Para], page: int) -> list[Piece]:
    pieces = []
    for para in paras:
        pieces.append(Piece(para.kind, para.text, para.level, page))
        page += para.text.count(PAGE_BREAK) if page else 0
    return pieces
