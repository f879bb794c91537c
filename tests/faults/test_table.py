"""docs/operations.md shows what was counted, no more."""

from __future__ import annotations

from tests.faults.table import PAGE, read_results, with_table


def test_the_page_shows_the_results() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page, read_results()) == page
    assert all(row["cases"] > 0 for row in read_results())
