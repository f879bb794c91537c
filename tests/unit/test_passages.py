"""Documents cut into passages."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import make_document

from search27.embedding.encoder import SentenceTransformerEncoder
from search27.french import split_sentences
from search27.passages import (
    MAX_CHARACTERS,
    MAX_TOKENS,
    MIN_SENTENCE_CHARACTERS,
    TARGET_TOKENS,
    context,
    sentence_windows,
    split_document,
)
from search27.types import Block, BlockKind, Document, DocumentInfo, PageRef, Passage, Span

SENTENCE = "Les habitants du quartier et les agents de la ville dessinent ensemble le futur jardin."


def quarter_of_characters(texts: list[str]) -> list[int]:
    return [-(-len(text) // 4) for text in texts]


def words(texts: list[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def split(document: Document) -> list[Passage]:
    return split_document(document, quarter_of_characters)


def paragraph(sentences: int) -> str:
    return " ".join([SENTENCE] * sentences)


def test_a_short_document_is_one_passage() -> None:
    document = make_document("# Le jardin\n\nUn projet.\n\nUne suite.", id="notes/jardin.md")
    (passage,) = split(document)
    assert passage == Passage(
        id="notes/jardin.md#0",
        document_id="notes/jardin.md",
        text="Le jardin\n\nUn projet.\n\nUne suite.",
        span=Span(0, 33),
        heading="Le jardin",
        paragraph=1,
    )


def test_a_document_without_words_has_no_passage() -> None:
    assert split(make_document([" ", "\n"])) == []
    assert split(Document(DocumentInfo("vide.md", "Vide"), "", ())) == []


def test_a_long_section_is_cut_into_near_equal_passages() -> None:
    passages = split(make_document([paragraph(19)]))
    sentences = [passage.text.count(".") for passage in passages]
    assert sum(sentences) == 19
    assert len(passages) > 1
    assert max(sentences) - min(sentences) <= 1


def test_passages_are_about_the_target_long() -> None:
    passages = split(make_document([paragraph(4)] * 30))
    mean = sum(quarter_of_characters([passage.text for passage in passages])) / len(passages)
    assert mean == pytest.approx(TARGET_TOKENS, rel=0.15)


def test_a_cut_prefers_the_end_of_a_paragraph() -> None:
    passages = split(make_document([paragraph(8), paragraph(9), paragraph(10)]))
    assert [passage.text for passage in passages] == [paragraph(8), paragraph(9), paragraph(10)]
    assert [passage.paragraph for passage in passages] == [1, 2, 3]


def test_a_heading_opens_the_passage_it_heads() -> None:
    passages = split(make_document(["# Avant", paragraph(9), "# Après", paragraph(9)]))
    assert [passage.text.split("\n\n")[0] for passage in passages] == ["Avant", "Après"]
    assert [passage.heading for passage in passages] == ["Avant", "Après"]
    assert [passage.paragraph for passage in passages] == [1, 3]


def test_later_passages_of_a_section_keep_its_heading() -> None:
    passages = split(make_document(["# Le jardin", "## Le début", paragraph(20)]))
    assert len(passages) > 1
    assert {passage.heading for passage in passages} == {"Le début"}
    assert passages[0].text.startswith("Le jardin\n\nLe début\n\n")


def test_small_sections_share_a_passage() -> None:
    passages = split(make_document(["# Un", paragraph(3), "# Deux", paragraph(3), "# Trois", paragraph(9)]))
    assert [passage.heading for passage in passages] == ["Un", "Trois"]


def test_a_long_sentence_is_cut_at_clauses_and_a_long_word_anywhere() -> None:
    clauses = "; ".join(["les habitants du quartier dessinent ensemble le futur jardin"] * 40)
    passages = split(make_document([clauses, "a" * 3_000]))
    assert max(len(passage.text) for passage in passages) <= MAX_CHARACTERS
    assert all(passage.text.endswith((";", "jardin", "a")) for passage in passages)
    assert "".join(passage.text for passage in passages).count("a" * 700) >= 4


def test_captions_and_notes_keep_apart() -> None:
    text = "Un texte court.\n\nUne légende.\n\nUne autre.\n\nUne note."
    kinds: list[BlockKind] = ["paragraph", "caption", "caption", "note"]
    places = [(0, 15), (17, 29), (31, 41), (43, 52)]
    blocks = tuple(Block(kind, start, end) for kind, (start, end) in zip(kinds, places, strict=True))
    passages = split(Document(DocumentInfo("a.md", "A"), text, blocks))
    assert [passage.text for passage in passages] == [
        "Un texte court.",
        "Une légende.\n\nUne autre.",
        "Une note.",
    ]


def test_pages_are_those_that_the_span_touches() -> None:
    document = make_document(
        [paragraph(8), "\f" + paragraph(4), "\f" + paragraph(4), "\f" + paragraph(8)],
        labels=["iv", "1", "2", "3"],
    )
    passages = split(document)
    assert [passage.pages for passage in passages] == [
        (PageRef(1, "iv"),),
        (PageRef(2, "1"), PageRef(3, "2")),
        (PageRef(4, "3"),),
    ]


def test_the_limit_holds_with_the_real_tokenizer(encoder: SentenceTransformerEncoder) -> None:
    dense = " ".join(f"{n}·{n * 7919} €/m² — ŒÆ%§" for n in range(400))
    document = make_document(["# Un titre de section", dense, paragraph(30)], title="Un titre de document")
    texts = [context(document.info, p) + p.text for p in split_document(document, encoder.count_tokens)]
    assert max(encoder.count_tokens(texts)) <= MAX_TOKENS


PART = st.lists(
    st.sampled_from(
        [SENTENCE, "Oui.", "M. Petit,", "1 200 €", "x" * 700, "un mot " * 90, "«", "\n", "?", "Élu.e.s"]
    )
).map(" ".join)
KINDS = st.sampled_from(get_args(BlockKind))
BLOCKS = st.lists(st.tuples(KINDS, st.one_of(PART, st.text())), max_size=12)


def document_of(parts: list[tuple[BlockKind, str]]) -> Document:
    text, blocks = "", []
    for kind, part in parts:
        blocks.append(Block(kind, len(text), len(text) + len(part), level=int(kind == "heading")))
        text += part + "\n\n"
    return Document(DocumentInfo("a.md", "Un titre"), text, tuple(blocks))


@given(BLOCKS)
def test_passages_are_exact_bounded_and_cover_the_document(parts: list[tuple[BlockKind, str]]) -> None:
    document = document_of(parts)
    passages = split_document(document, words)
    place = 0
    for number, passage in enumerate(passages):
        span = passage.span
        assert passage.id == f"a.md#{number}"
        assert passage.text == document.text[span.start : span.end]
        assert 0 < len(passage.text) <= MAX_CHARACTERS
        assert sum(words([context(document.info, passage), passage.text])) <= MAX_TOKENS
        assert not document.text[place : span.start].strip()
        block = document.blocks[passage.paragraph - 1]
        assert block.start <= span.start < block.end
        place = span.end
    assert not document.text[place:].strip()


@given(BLOCKS)
def test_no_passage_starts_inside_a_sentence_that_fits(parts: list[tuple[BlockKind, str]]) -> None:
    document = document_of([(kind, part) for kind, part in parts if kind not in ("table", "heading")])
    starts = {passage.span.start for passage in split(document)}
    for block in document.blocks:
        for sentence in split_sentences(document.text[block.start : block.end]):
            if sentence.end - sentence.start <= MAX_CHARACTERS:
                inside = range(block.start + sentence.start + 1, block.start + sentence.end)
                assert starts.isdisjoint(inside)


@given(BLOCKS)
def test_captions_notes_and_body_never_share_a_passage(parts: list[tuple[BlockKind, str]]) -> None:
    document = document_of(parts)
    for passage in split(document):
        kinds = {
            block.kind if block.kind in ("caption", "note") else "body"
            for block in document.blocks
            if block.start < passage.span.end and passage.span.start < block.end
            and document.text[block.start : block.end].strip()
        }  # fmt: skip
        assert len(kinds) == 1


@pytest.mark.parametrize(
    ("title", "heading", "text", "expected"),
    [
        ("Le jardin", "", "Un texte.", "Le jardin\n"),
        ("Le jardin", "Le début", "Un texte.", "Le jardin — Le début\n"),
        ("Le jardin", "LE JARDIN", "Un texte.", "Le jardin\n"),
        ("Le jardin", "Le début", "Le début\n\nUn texte.", "Le jardin\n"),
        ("", "Le début", "Un texte.", "Le début\n"),
        ("", "", "Un texte.", ""),
        ("Le\n jardin", "", "Un texte.", "Le jardin\n"),
    ],
)
def test_context_names_title_and_heading_once(title: str, heading: str, text: str, expected: str) -> None:
    passage = Passage("a.md#0", "a.md", text, Span(0, len(text)), heading=heading)
    assert context(DocumentInfo("a.md", title), passage) == expected


def test_windows_hold_two_sentences() -> None:
    text = "La première phrase est assez longue. La deuxième phrase l'est aussi. La troisième phrase de même."
    windows = sentence_windows(text)
    assert [text[window.start : window.end] for window in windows] == [
        "La première phrase est assez longue. La deuxième phrase l'est aussi.",
        "La deuxième phrase l'est aussi. La troisième phrase de même.",
    ]


@pytest.mark.parametrize("text", ["Oui.", "Oui. Non.", "Une seule phrase, mais assez longue."])
def test_one_sentence_is_one_window(text: str) -> None:
    assert sentence_windows(text) == [Span(0, len(text))]


def test_short_sentences_join_their_neighbour() -> None:
    text = "Pourquoi ? Parce que le jardin manque d'eau. Le conseil vote enfin le budget. Bravo !"
    assert sentence_windows(text) == [Span(0, len(text))]


@given(PART)
def test_windows_cover_the_passage(text: str) -> None:
    windows = sentence_windows(text)
    assert bool(windows) == bool(text.strip())
    if windows:
        assert text[: windows[0].start].strip() == text[windows[-1].end :].strip() == ""
    for first, second in pairwise(windows):
        assert first.start < second.start < first.end < second.end
        assert second.end - second.start >= 2 * MIN_SENTENCE_CHARACTERS
