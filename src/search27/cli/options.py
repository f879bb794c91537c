"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search27.types import KINDS, Filters

FIRST_YEAR, LAST_YEAR = 1900, 2999

Corpus = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of publications.", show_default="corpus")
]
Index = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of the built index.", show_default="index")
]
Encoder = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Hub id or folder of the encoder.", show_default="bundled"),
]
Generate = Annotated[
    bool,
    typer.Option("--generate", help="Let the language model of the settings write; verify what it writes."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def not_blank(question: str) -> str:
    """Refuse a question without a word."""
    if not question.strip():
        raise typer.BadParameter("it is empty; give at least one word")
    return question


Question = Annotated[str, typer.Argument(help="A question or words, in quotes.", callback=not_blank)]
YearFrom = Annotated[
    int | None,
    typer.Option(min=FIRST_YEAR, max=LAST_YEAR, metavar="YEAR", help="Published in this year or later."),
]
YearTo = Annotated[
    int | None,
    typer.Option(min=FIRST_YEAR, max=LAST_YEAR, metavar="YEAR", help="Published in this year or before."),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", metavar="|".join(KINDS), help="Of this kind; repeat for several."),
]
Authors = Annotated[
    list[str] | None, typer.Option("--author", metavar="NAME", help="By this author; repeat for several.")
]
Categories = Annotated[
    list[str] | None, typer.Option("--category", metavar="NAME", help="In this category; repeat for several.")
]


def filters(
    year_from: int | None,
    year_to: int | None,
    kinds: list[str] | None,
    authors: list[str] | None,
    categories: list[str] | None,
) -> Filters:
    """Filters of a search from its options."""
    unknown = sorted(set(kinds or ()) - set(KINDS))
    if unknown:
        raise typer.BadParameter(f"--kind {unknown[0]!r} is none of {', '.join(KINDS)}")
    if year_from is not None and year_to is not None and year_from > year_to:
        raise typer.BadParameter(f"--year-from {year_from} is after --year-to {year_to}")
    chosen = tuple(kind for kind in KINDS if kind in (kinds or ()))
    return Filters((year_from, year_to), chosen, tuple(authors or ()), tuple(categories or ()))
