"""Documents are one text whose blocks and pages fit together."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import cast, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.errors import EmptyDocument
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.meta import Meta
from search27.types import BlockKind, Document, Link, PageRef

KINDS = st.sampled_from(cast(tuple[BlockKind, ...], get_args(BlockKind)))
TEXTS = st.text(alphabet="ab é.\f\n", max_size=30)


def check(document: Document) -> None:
    blocks = document.blocks
    texts = [document.text[block.start : block.end] for block in blocks]
    assert document.text == "\n\n".join(texts)
    assert all(text == text.strip() and text for text in texts)
    assert all(0 <= block.start < block.end <= len(document.text) for block in blocks)
    assert all(one.end < other.start for one, other in pairwise(blocks))
    pages = document.pages
    if pages:
        assert pages[0].start == 0
        assert pages[-1].end == len(document.text)
        assert all(one.end == other.start for one, other in pairwise(pages))
        assert all(span.start < span.end for span in pages)


@given(st.lists(st.tuples(KINDS, TEXTS), max_size=12), st.booleans())
def test_text_blocks_and_pages_fit_together(parts: list[tuple[BlockKind, str]], paged: bool) -> None:
    pieces, page = [], 1
    for kind, text in parts:
        pieces.append(Piece(kind, text, 0, page if paged else 0))
        page += text.count("\f")
    draft = Draft(Meta(title="t"), pieces)
    if not any(re.search(r"\w", piece.text) for piece in pieces):
        with pytest.raises(EmptyDocument, match="a holds no text"):
            assemble("a", draft)
        return
    document = assemble("a", draft)
    check(document)
    assert bool(document.pages) is paged
    assert "\f" not in document.text


def test_pages_begin_where_the_marks_stood() -> None:
    pieces = [Piece("paragraph", "un mot cou\fpé", page=1), Piece("paragraph", "fin", page=2)]
    document = assemble("a", Draft(Meta(), pieces, {2: "18"}))
    assert document.text == "un mot coupé\n\nfin"
    assert [(span.page, span.start, span.end) for span in document.pages] == [
        (PageRef(1, "1"), 0, 10),
        (PageRef(2, "18"), 10, 17),
    ]


def test_captions_and_notes_come_after_the_body() -> None:
    kinds: list[BlockKind] = ["note", "paragraph", "caption", "heading"]
    document = assemble("a", Draft(Meta(), [Piece(kind, kind) for kind in kinds]))
    assert [block.kind for block in document.blocks] == ["paragraph", "heading", "caption", "note"]


def test_separators_are_no_blocks_and_links_are_kept_once() -> None:
    link = Link("https://exemple.fr", "ici")
    document = assemble(
        "a", Draft(Meta(), [Piece("paragraph", "____"), Piece("paragraph", "a")], links=(link, link))
    )
    assert document.text == "a"
    assert document.links == (link,)


def test_no_metadata_holds_what_utf8_cannot() -> None:
    meta = Meta(
        title="Le \ud83d plan", authors=("A\udcff",), url="https://exemple.fr/\ud800", categories=("\ud83dx",)
    )
    info = assemble("a.md", Draft(meta, [Piece("paragraph", "Un texte.")])).info
    assert (info.title, info.authors, info.categories) == ("Le  plan", ("A",), ("x",))
    assert info.url == "https://exemple.fr/"


@pytest.mark.parametrize(("stated", "language"), [("en", "en"), ("es", "fr"), ("", "fr")])
def test_a_language_other_than_the_two_is_guessed(stated: str, language: str) -> None:
    draft = Draft(Meta(language=stated), [Piece("paragraph", "Le texte est en français.")])
    assert assemble("a.md", draft).info.language == language
