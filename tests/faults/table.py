"""Put the results of `make faults` into docs/operations.md: `python -m tests.faults.table`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.faults.tally import RESULTS

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
BEGIN, END = "<!-- faults: begin -->\n", "<!-- faults: end -->"
HEAD = "| promise | fault | cases | result | run |\n|---|---|---|---|---|\n"


def table(rows: list[dict[str, Any]]) -> str:
    """The results as a Markdown table; a case is counted only once it held."""
    lines = [
        f"| {row['promise']} | {row['fault']} | {row['cases']:,} | held{'; ' * bool(row['note'])}{row['note']} "
        f"| {row['date']} |"
        for row in rows
    ]
    return HEAD + "\n".join(lines) + "\n"


def with_table(page: str, rows: list[dict[str, Any]]) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}{table(rows)}{END}{rest.partition(END)[2]}"


def read_results() -> list[dict[str, Any]]:
    """Rows of the results file."""
    rows: list[dict[str, Any]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return rows


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), read_results()), encoding="utf-8")
