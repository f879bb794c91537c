from __future__ import annotations

from datetime import date

import pytest

from search27 import Library
from search27.retrieval import _same, _shingles, matches
from search27.types import DocumentInfo, Filters

INFO = DocumentInfo(
    "a.md", "Titre", date(2019, 5, 1), None, ("Élodie Dupré",), "article", "", ("Communs", "Forêts")
)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), True),
        (Filters(years=(2019, 2019)), True),
        (Filters(years=(2020, None)), False),
        (Filters(years=(None, 2018)), False),
        (Filters(kinds=("report", "article")), True),
        (Filters(kinds=("report",)), False),
        (Filters(authors=("elodie dupre",)), True),
        (Filters(authors=("Dupré",)), False),
        (Filters(categories=("forets", "autre")), True),
        (Filters(categories=("autre",)), False),
        (Filters(years=(2019, None), categories=("autre",)), False),
    ],
)
def test_filters(filters: Filters, expected: bool) -> None:
    assert matches(INFO, filters) is expected


def test_an_undated_publication_fails_a_filter_on_years() -> None:
    assert not matches(DocumentInfo("b.md", "Sans date"), Filters(years=(2000, None)))


def test_near_duplicates_share_most_word_runs() -> None:
    text = "un lieu commun se gère à plusieurs et ne se décrète pas depuis un bureau"
    assert _same(_shingles(text), _shingles(text + " fermé"))
    assert not _same(
        _shingles(text), _shingles("la forêt se gère à plusieurs, dit la charte signée hier soir")
    )


def test_hits_are_ordered_limited_and_resolve(starter_library: Library) -> None:
    hits = starter_library.search("Comment gérer une forêt comme un commun ?", k=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        text = starter_library.publication(hit.document.id).text
        assert hit.passage.text == text[hit.passage.span.start : hit.passage.span.end]
        assert len(hit.passage.text) <= 1200
    assert "Tronc Commun" in hits[0].document.title or "Tronc Commun" in hits[0].passage.text


def test_the_same_text_in_two_publications_is_one_hit_with_both_sources(starter_library: Library) -> None:
    hits = starter_library.search("forêts gouvernance collective chartes Normandie Vosges", k=20)
    texts = [_shingles(hit.passage.text) for hit in hits]
    assert not any(_same(one, other) for n, one in enumerate(texts) for other in texts[:n])
    retriever = starter_library._retriever
    assert retriever.is_copy(0, 0)
    assert not retriever.is_copy(0, 1)


def test_blank_questions_find_nothing_and_k_must_be_positive(starter_library: Library) -> None:
    assert starter_library.search("  ") == []
    with pytest.raises(ValueError, match="at least 1"):
        starter_library.search("forêt", k=0)
