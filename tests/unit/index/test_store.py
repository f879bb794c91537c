from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from search27.index.store import Entry, Store, StoreWriter
from search27.types import Block, Document, DocumentInfo, Link, PageRef, PageSpan, Passage, Span

TEXT = "Forêts\n\nUne forêt peut être un commun. Elle se gère à plusieurs."
PAGES = (PageSpan(PageRef(14, "12"), 0, 20), PageSpan(PageRef(15, "13"), 20, len(TEXT)))


def _entry(identity: str) -> Entry:
    info = DocumentInfo(
        identity, "Forêts", date(2025, 3, 1), None, ("La 27e Région",), "report", "", ("Communs",)
    )
    document = Document(
        info,
        TEXT,
        (Block("heading", 0, 6, 1), Block("paragraph", 8, len(TEXT))),
        PAGES,
        (Link("https://example.org/", "la charte"),),
        ("date guessed",),
    )
    refs = tuple(page.page for page in PAGES)
    passage = Passage(f"{identity}#0", identity, TEXT, Span(0, len(TEXT)), refs, "Forêts", 1)
    return Entry(document, identity, "key", (passage,), ((Span(8, 39), Span(40, len(TEXT))),))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    writer = StoreWriter(tmp_path / "store.sqlite")
    for identity in ("a.pdf", "b.pdf"):
        writer.add(_entry(identity))
    writer.close()
    return Store(tmp_path / "store.sqlite")


def test_what_was_written_is_read_back_whole(store: Store) -> None:
    assert store.entry(1) == _entry("b.pdf")


def test_a_passage_is_exactly_its_span(store: Store) -> None:
    [passage] = store.passages([1])
    assert passage.text == TEXT[passage.span.start : passage.span.end]
    assert [page.label for page in passage.pages] == ["12", "13"]


def test_passages_come_in_the_order_asked(store: Store) -> None:
    assert [passage.id for passage in store.passages([1, 0])] == ["b.pdf#0", "a.pdf#0"]


def test_positions_tie_windows_to_passages_to_documents(store: Store) -> None:
    assert store.document_of.tolist() == [0, 1]
    assert store.passage_of.tolist() == [0, 0, 1, 1]
    assert store.windows_of.tolist() == [0, 2, 4]
    assert store.window_spans([3, 0]) == [Span(40, len(TEXT)), Span(8, 39)]


def test_unknown_documents_have_no_position(store: Store) -> None:
    assert store.position("b.pdf") == 1
    assert store.position("c.pdf") is None


def test_keys_list_each_source_with_its_documents(store: Store) -> None:
    assert store.keys() == {"a.pdf": ("key", [0]), "b.pdf": ("key", [1])}


def test_the_store_cannot_be_written_by_a_reader(store: Store) -> None:
    with pytest.raises(Exception, match="readonly"):
        store._connection.execute("DELETE FROM documents")
