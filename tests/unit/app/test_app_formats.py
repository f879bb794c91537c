from __future__ import annotations

from datetime import date

import pytest

from search27.app import formats
from search27.app.texts import Texts
from search27.types import Citation, DocumentInfo, PageRef, Passage, Span


def passage(heading: str = "", pages: tuple[PageRef, ...] = ()) -> Passage:
    return Passage("a.md#0", "a.md", "texte", Span(0, 5), pages, heading, paragraph=4)


def test_days(fr: Texts, en: Texts) -> None:
    assert formats.day(date(2019, 3, 12), fr) == "12 mars 2019"
    assert formats.day(date(2024, 8, 1), fr) == "1er août 2024"
    assert formats.day(date(2019, 3, 12), en) == "12 March 2019"
    assert formats.day(None, fr) == "sans date"


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ((), ""),
        ((PageRef(3, "3"),), "p. 3"),
        ((PageRef(14, "12"),), "p. 12, PDF 14"),
        ((PageRef(3, "3"), PageRef(4, "4")), "p. 3 à 4"),
        ((PageRef(14, "12"), PageRef(15, "13")), "p. 12 à 13, PDF 14"),
        ((PageRef(2, "ii"),), "p. ii, PDF 2"),
    ],
)
def test_pages(refs: tuple[PageRef, ...], expected: str, fr: Texts) -> None:
    assert formats.pages(refs, fr) == expected


def test_a_place_without_pages_is_paragraph_and_heading(fr: Texts) -> None:
    assert formats.place(passage("Le budget"), (), fr) == "§ 4, Le budget"
    assert formats.place(passage(), (), fr) == "§ 4"
    assert formats.place(passage("Un titre"), (), fr, title="Un titre") == "§ 4"


def test_a_citation_stands_on_its_own_pages(fr: Texts) -> None:
    both = (PageRef(3, "3"), PageRef(4, "4"))
    citation = Citation(1, "x", Span(0, 1), passage(pages=both), DocumentInfo("a", "A"), both[1:])
    assert formats.citation_place(citation, fr) == "p. 4"


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (0, "0 passage", "0 passages"),
        (1, "1 passage", "1 passage"),
        (2, "2 passages", "2 passages"),
        (12345, "12\u202f345 passages", "12,345 passages"),
    ],
)
def test_counts(number: int, french: str, english: str, fr: Texts, en: Texts) -> None:
    assert formats.passages(number, fr) == french
    assert formats.passages(number, en) == english


def test_kind_and_date(fr: Texts) -> None:
    info = DocumentInfo("a.pdf", "A", date(2025, 1, 2), kind="report")
    assert formats.described(info, fr) == "Rapport · 2 janvier 2025"


def test_confidence_in_words(fr: Texts) -> None:
    assert [formats.confidence(value, fr).split(",")[0] for value in (0.9, 0.4, 0.2)] == [
        "bonne",
        "moyenne",
        "faible",
    ]


def test_decimals_and_moments(fr: Texts, en: Texts) -> None:
    assert (formats.decimal(12.34, fr), formats.decimal(12.34, en)) == ("12,3", "12.3")
    day, time = formats.moment("2026-11-24T12:30:00+00:00", fr)
    assert day.endswith("novembre 2026")
    assert len(time) == 5
