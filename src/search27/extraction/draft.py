"""What a reader hands over, and how it becomes a `Document`: one text, blocks, pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search27.errors import EmptyDocument, LimitExceeded
from search27.extraction.meta import LANGUAGES, Meta, guess_language
from search27.extraction.repair import repair_characters
from search27.types import Block, BlockKind, Document, DocumentInfo, Link, PageRef, PageSpan

PAGE_BREAK = "\f"
BLOCK_BREAK = "\n\n"
TEXT_MAXIMUM_CHARACTERS = 5_000_000
AFTER_BODY: tuple[BlockKind, ...] = ("caption", "note")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block on its way into a document.

    Attributes:
        text: May hold page breaks (form feeds): what follows one stands on the next page.
        level: 1–6 for headings, else 0.
        page: Physical page (1-based) on which the piece begins, 0 where the source has no pages.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A reader's result. `labels` gives a page's printed label where it differs from its number."""

    meta: Meta
    pieces: Sequence[Piece]
    labels: dict[int, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    warnings: tuple[str, ...] = ()


def assemble(document_id: str, draft: Draft) -> Document:
    """Lay the pieces one after the other, captions and notes last, and note where each page begins.

    Raises:
        EmptyDocument: No piece holds a letter or a digit.
        LimitExceeded: The text is longer than any publication's.
    """
    length = sum(len(piece.text) for piece in draft.pieces)
    if length > TEXT_MAXIMUM_CHARACTERS:
        raise LimitExceeded(
            f"{document_id} holds {length:,} characters of text; at most {TEXT_MAXIMUM_CHARACTERS:,} are indexed."
        )
    body = [piece for piece in draft.pieces if re.search(r"[^\W_]", piece.text)]
    ordered = [piece for piece in body if piece.kind not in AFTER_BODY]
    for kind in AFTER_BODY:
        ordered += [piece for piece in body if piece.kind == kind]
    if not ordered:
        raise EmptyDocument(f"{document_id} holds no text: nothing can be searched in it.")
    texts: list[str] = []
    blocks: list[Block] = []
    marks: list[tuple[int, int]] = []
    offset = 0
    for piece in ordered:
        text, piece_marks = _unmark(piece)
        marks += [(offset + start, page) for start, page in piece_marks]
        blocks.append(Block(piece.kind, offset, offset + len(text), piece.level))
        texts.append(text)
        offset += len(text) + len(BLOCK_BREAK)
    text = BLOCK_BREAK.join(texts)
    meta = draft.meta
    info = DocumentInfo(
        id=document_id,
        title=repair_characters(meta.title),
        date=meta.date,
        modified=meta.modified,
        authors=tuple(map(repair_characters, meta.authors)),
        kind=meta.kind or "page",
        url=repair_characters(meta.url),
        categories=tuple(map(repair_characters, meta.categories)),
        language=meta.language if meta.language in LANGUAGES else guess_language(text),
    )
    pages = _spans(marks, len(text), draft.labels)
    return Document(info, text, tuple(blocks), pages, _distinct(draft.links), draft.warnings)


def _unmark(piece: Piece) -> tuple[str, list[tuple[int, int]]]:
    """Take the page breaks out of a piece; give its text and (offset, page) of each page it touches."""
    page = piece.page
    parts: list[str] = []
    marks: list[tuple[int, int]] = []
    length = 0
    for part in piece.text.strip(" \n").split(PAGE_BREAK):
        if not parts:
            part = part.lstrip()
        if part:
            marks.append((length, page))
            parts.append(part)
            length += len(part)
        page += 1
    text = "".join(parts).rstrip()
    return text, [mark for mark in marks if piece.page and mark[0] < len(text)]


def _spans(marks: Sequence[tuple[int, int]], length: int, labels: dict[int, str]) -> tuple[PageSpan, ...]:
    """Spans that cover the text: a page reaches to where another begins."""
    starts = [mark for i, mark in enumerate(marks) if i == 0 or mark[1] != marks[i - 1][1]]
    ends = [start for start, _ in starts[1:]] + [length] * bool(starts)
    return tuple(
        PageSpan(PageRef(page, labels.get(page, str(page))), start, end)
        for (start, page), end in zip(starts, ends, strict=True)
    )


def _distinct(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple(dict.fromkeys(links))
