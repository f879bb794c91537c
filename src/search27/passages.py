"""A document cut into passages: along headings, paragraphs and sentences, of near-equal length.

The cut is the cheapest one over all ways to group successive sentences (as a line breaker does for words):
it costs to leave the target length, to cut inside a paragraph, to mix sections, to end on a heading.
Source: D. E. Knuth and M. F. Plass, Breaking paragraphs into lines, 1981; docs/adr/0005-french-analysis.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from math import inf

from search27.french import split_sentences
from search27.types import Block, Document, DocumentInfo, PageRef, Passage, Span

PASSAGES_VERSION = "1"
"""Changes whenever the same document gives other passages, contexts or windows."""

MAX_CHARACTERS = 1_200
TARGET_TOKENS = 190
MAX_TOKENS = 480
"""Of a passage together with its context; leaves room for the prompt in an encoder of 512 tokens."""

MID_PARAGRAPH_COST = 0.15
LIST_ITEM_COST = 0.05
MIXED_SECTION_COST = 0.3
STRANDED_HEADING_COST = 10.0

MIN_SENTENCE_CHARACTERS = 25
_CONTEXT_PART_CHARACTERS = 200
_CUTS = (re.compile(r"\n"), re.compile(r"[;:,)»–—]\s"), re.compile(r"\s"))

CountTokens = Callable[[list[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, heading or table row, or part of a long one; `block` is its block's index."""

    start: int
    end: int
    block: int
    opens_block: bool
    tokens: int = 0


def split_document(
    document: Document, count_tokens: CountTokens, max_tokens: int = MAX_TOKENS
) -> list[Passage]:
    """Cut a document into passages, in reading order; captions and notes keep apart from the body.

    Args:
        document: Its blocks are cut; text outside blocks is left out.
        count_tokens: Gives the encoder's token count of each text, special tokens left out.
        max_tokens: Most tokens of a passage with its context.

    Returns:
        Passages without overlap, each at most `MAX_CHARACTERS` long, covering every block.
    """
    blocks = document.blocks
    room = _room(document, count_tokens, max_tokens)
    pieces = _fitting_pieces(document, count_tokens, room)
    passages: list[Passage] = []
    for part, group in groupby(pieces, key=lambda piece: _part(blocks[piece.block])):
        for run in _cheapest_grouping(document, list(group), room):
            span = Span(run[0].start, run[-1].end)
            passages.append(
                Passage(
                    id=f"{document.info.id}#{len(passages)}",
                    document_id=document.info.id,
                    text=document.text[span.start : span.end],
                    span=span,
                    pages=pages_of(document, span),
                    heading=_heading_above(document, run) if part == "body" else "",
                    paragraph=run[0].block + 1,
                )
            )
    return passages


def pages_of(document: Document, span: Span) -> tuple[PageRef, ...]:
    """The pages that a span of the document's text touches."""
    return tuple(part.page for part in document.pages if part.start < span.end and span.start < part.end)


def context(document: DocumentInfo, passage: Passage) -> str:
    """What is put before a passage's text to encode or index it: title and heading, on a line of its own."""
    return _context(document.title, "" if passage.text.startswith(passage.heading) else passage.heading)


def sentence_windows(passage_text: str) -> list[Span]:
    """Every two successive sentences of a passage, as spans of its text; the whole if it has only one.

    A sentence shorter than `MIN_SENTENCE_CHARACTERS` counts with the next one, the last with the one before.
    """
    sentences: list[Span] = []
    start: int | None = None
    for sentence in split_sentences(passage_text):
        start = sentence.start if start is None else start
        if sentence.end - start >= MIN_SENTENCE_CHARACTERS:
            sentences.append(Span(start, sentence.end))
            start = None
    if start is not None:
        begin = sentences.pop().start if sentences else start
        sentences.append(Span(begin, len(passage_text.rstrip())))
    if len(sentences) < 2:
        return sentences
    return [Span(first.start, second.end) for first, second in pairwise(sentences)]


def _context(title: str, heading: str) -> str:
    parts = [" ".join(part.split())[:_CONTEXT_PART_CHARACTERS] for part in (title, heading)]
    if parts[0].casefold() == parts[1].casefold():
        parts.pop()
    line = " — ".join(part for part in parts if part)
    return f"{line}\n" if line else ""


def _part(block: Block) -> str:
    return block.kind if block.kind in ("caption", "note") else "body"


def _room(document: Document, count_tokens: CountTokens, max_tokens: int) -> int:
    """Tokens that the longest context of the document leaves to a passage."""
    headings = [
        document.text[block.start : block.end] for block in document.blocks if block.kind == "heading"
    ]
    longest = max(count_tokens([_context(document.info.title, heading) for heading in ["", *headings]]))
    return max(max_tokens - longest, max_tokens // 4)


def _fitting_pieces(document: Document, count_tokens: CountTokens, room: int) -> list[_Piece]:
    """The document's sentences with their token counts, those over the limits cut near their middle."""
    pending = [piece for index in range(len(document.blocks)) for piece in _block_pieces(document, index)]
    fitting: list[_Piece] = []
    while pending:
        counts = count_tokens([document.text[piece.start : piece.end] for piece in pending])
        halves: list[_Piece] = []
        for piece, tokens in zip(pending, counts, strict=True):
            length = piece.end - piece.start
            if length > 1 and (length > MAX_CHARACTERS or tokens > room):
                halves += _halves(document.text, piece)
            else:
                fitting.append(replace(piece, tokens=tokens))
        pending = halves
    return sorted(fitting, key=lambda piece: piece.start)


def _block_pieces(document: Document, index: int) -> list[_Piece]:
    block = document.blocks[index]
    text = document.text[block.start : block.end]
    if block.kind == "heading":
        spans = [_stripped(text, 0, len(text))]
    elif block.kind == "table":
        spans = [_stripped(text, *line.span()) for line in re.finditer(r"[^\n]+", text)]
    else:
        spans = split_sentences(text)
    spans = [span for span in spans if span.start < span.end]
    return [
        _Piece(block.start + span.start, block.start + span.end, index, opens_block=place == 0)
        for place, span in enumerate(spans)
    ]


def _stripped(text: str, start: int, end: int) -> Span:
    inner = text[start:end].strip()
    begin = text.index(inner, start)
    return Span(begin, begin + len(inner))


def _halves(text: str, piece: _Piece) -> list[_Piece]:
    """Cut at the line end, clause mark or blank nearest to the middle, in that order of preference."""
    middle, quarter = (piece.start + piece.end) // 2, (piece.end - piece.start) // 4
    cut = middle
    for mark in _CUTS:
        places = [found.end() for found in mark.finditer(text, middle - quarter, middle + quarter)]
        if places:
            cut = min(places, key=lambda place: abs(place - middle))
            break
    left, right = _stripped(text, piece.start, cut), _stripped(text, cut, piece.end)
    return [
        _Piece(left.start, left.end, piece.block, piece.opens_block),
        _Piece(right.start, right.end, piece.block, opens_block=False),
    ]


def _cheapest_grouping(document: Document, pieces: list[_Piece], room: int) -> list[list[_Piece]]:
    """Successive pieces in groups within the limits, of least total cost."""
    is_heading = [document.blocks[piece.block].kind == "heading" for piece in pieces]
    sections = [
        *accumulate((here and not before for before, here in pairwise([False, *is_heading])), initial=0)
    ]
    cost, start_of = [0.0] + [inf] * len(pieces), [0] * (len(pieces) + 1)
    for stop in range(1, len(pieces) + 1):
        stranded = STRANDED_HEADING_COST * (is_heading[stop - 1] and stop < len(pieces))
        tokens = 0
        for start in range(stop - 1, -1, -1):
            tokens += pieces[start].tokens
            too_long = tokens > room or pieces[stop - 1].end - pieces[start].start > MAX_CHARACTERS
            if too_long and start < stop - 1:
                break
            mixed = MIXED_SECTION_COST * (sections[stop] - sections[start + 1])
            size = ((tokens - TARGET_TOKENS) / TARGET_TOKENS) ** 2
            total = cost[start] + size + mixed + stranded + _opening_cost(document, pieces[start])
            if total < cost[stop]:
                cost[stop], start_of[stop] = total, start
    groups = []
    stop = len(pieces)
    while stop:
        groups.append(pieces[start_of[stop] : stop])
        stop = start_of[stop]
    return groups[::-1]


def _opening_cost(document: Document, piece: _Piece) -> float:
    if not piece.opens_block:
        return MID_PARAGRAPH_COST
    return LIST_ITEM_COST if document.blocks[piece.block].kind == "list_item" else 0.0


def _heading_above(document: Document, run: list[_Piece]) -> str:
    """The heading nearest above the first words of the run that are not headings themselves."""
    blocks = document.blocks
    anchor = next((piece.block for piece in run if blocks[piece.block].kind != "heading"), run[-1].block)
    above = [block for block in blocks[: anchor + 1] if block.kind == "heading"]
    return " ".join(document.text[above[-1].start : above[-1].end].split()) if above else ""
