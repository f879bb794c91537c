"""Dates of a text, French or English: days, months and years as far as the text gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search27.french.words import fold


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, month or year, as far as the text gives them; a year alone is a date too."""

    day: int | None = None
    month: int | None = None
    year: int | None = None


def take_dates(text: str) -> tuple[list[DateMention], str]:
    """The dates of a text, and the text with blanks in their places."""
    dates: list[DateMention] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            dates += _dates_of(match)
        text = pattern.sub(blank, text)
    return dates, text


_MONTHS = (
    ("janvier", "january", "janv"),
    ("février", "fevrier", "february", "févr"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july", "juil"),
    ("août", "aout", "august"),
    ("septembre", "september", "sept"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("décembre", "decembre", "december", "déc", "dec"),
)
_MONTH_NUMBERS = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names}
MONTHS = frozenset(_MONTH_NUMBERS)
"""Their names in French and English, folded."""
_NEEDS_COMPANY = {"may", "march", "sept", "nov", "oct", "dec", "janv", "févr", "juil", "déc"}
"""Also other words, or shortened: a month only beside a day or a year."""


def alternatives(words: set[str]) -> str:
    """A pattern that matches any of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


MONTH = rf"(?:{alternatives({name for names in _MONTHS for name in names})})\b\.?"
"""Pattern of a month's name, also shortened, beside a day or a year."""
LONE_MONTH = rf"(?:{alternatives({name for names in _MONTHS for name in names} - _NEEDS_COMPANY)})\b"
"""Pattern of a month's name that stands alone."""
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DATES = tuple(
    re.compile(rf"(?<![\w.,]){pattern}", re.IGNORECASE)
    for pattern in (
        rf"(?P<year>{_YEAR})-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)",
        rf"(?P<day>[0-3]?\d)[/.](?P<month>[01]?\d)[/.](?P<year>{_YEAR})",
        rf"(?:(?P<first>{_DAY})\s?(?:,|au|et|à|-|–|to|and)\s?)?(?P<day>{_DAY})\s(?:of\s)?(?P<month>{MONTH})"
        rf"(?:,?\s(?P<year>{_YEAR}))?",
        rf"(?P<month>{MONTH})\s(?:(?P<day>{_DAY})(?!\w)(?:,?\s(?P<year>{_YEAR}))?|(?P<only_year>{_YEAR}))",
        rf"(?P<month>{LONE_MONTH})",
        rf"(?P<year>{_YEAR})(?![\w%€]|[ \u00a0\u202f](?:€|euros?|%))(?![ \u00a0\u202f]\d{{3}}(?!\d))",
    )
)


def _dates_of(match: re.Match[str]) -> Iterator[DateMention]:
    """The date of a match; `du 27 au 29 octobre` gives both ends."""
    groups = match.groupdict()
    month = groups.get("month")
    number = (int(month) if month.isdigit() else _MONTH_NUMBERS[fold(month)]) if month else None
    year = groups.get("year") or groups.get("only_year")
    for day in (groups.get("first"), groups.get("day")):
        if day:
            yield DateMention(_leading_number(day), number, int(year) if year else None)
    if not groups.get("day"):
        yield DateMention(None, number, int(year) if year else None)


def _leading_number(text: str) -> int:
    return int("".join(character for character in text if character.isdigit()))


def blank(match: re.Match[str]) -> str:
    """As many blanks as a match has characters."""
    return " " * len(match[0])
