from __future__ import annotations

from datetime import date

from search27.app.facets import by_date, by_publication, facets_of
from search27.explore.atlas import Programme
from search27.types import DocumentInfo, Hit, Passage, Span

DOCUMENTS = [
    DocumentInfo("a", "A", date(2024, 1, 1), authors=("Zoé", " "), kind="article", categories=("Vie",)),
    DocumentInfo("b", "B", date(2025, 1, 1), authors=("Zoé", "Ali"), kind="article"),
    DocumentInfo("c", "C", None, kind="report"),
]


def hit(document: DocumentInfo, score: float) -> Hit:
    return Hit(score, Passage(f"{document.id}#0", document.id, "x", Span(0, 1)), document)


def test_each_publication_counts_once() -> None:
    facets = facets_of([*DOCUMENTS, DOCUMENTS[0]])
    assert facets.years == {2025: 1, 2024: 1}
    assert list(facets.kinds.items()) == [("article", 2), ("report", 1)]
    assert list(facets.authors.items()) == [("Zoé", 2), ("Ali", 1)]
    assert facets.categories == {"Vie": 1}


def test_no_names_no_facet() -> None:
    assert facets_of([DOCUMENTS[2]]).authors == {}
    assert facets_of([]).years == {}


def test_order_by_date_puts_undated_last_and_keeps_relevance_among_equals() -> None:
    hits = [hit(DOCUMENTS[2], 3), hit(DOCUMENTS[0], 2), hit(DOCUMENTS[1], 1), hit(DOCUMENTS[0], 0)]
    newest = [(item.document.id, item.score) for item in by_date(hits, newest_first=True)]
    oldest = [(item.document.id, item.score) for item in by_date(hits, newest_first=False)]
    assert newest == [("b", 1), ("a", 2), ("a", 0), ("c", 3)]
    assert oldest == [("a", 2), ("a", 0), ("b", 1), ("c", 3)]


def test_programmes_count_the_publications_at_hand_that_name_them() -> None:
    programmes = [Programme("Ruche", (), ("a", "b", "z"), ()), Programme("Puits", (), ("z",), ())]
    assert facets_of(DOCUMENTS, programmes).programmes == {"Ruche": 2}


def test_groups_keep_the_order_of_their_best_hit() -> None:
    hits = [hit(DOCUMENTS[1], 3), hit(DOCUMENTS[0], 2), hit(DOCUMENTS[1], 1)]
    assert [[item.score for item in group] for group in by_publication(hits)] == [[3, 1], [2]]
