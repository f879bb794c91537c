"""Numbers, amounts, ordinals and dates of a text, French or English, as values that compare across spellings.

`7 400 €`, `7400 euros` and `7,4 k€` are one amount; `une cinquantaine` is 50; `4 décembre` is a date without
year, which `le 4 décembre 2025` supports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from search27.french.words import fold
from search27.types import Span

Unit = Literal["", "€", "%", "ordinal"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number; `values` holds each way to read it (`25,000` is 25 or 25 000)."""

    values: frozenset[float]
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class DateMention:
    """A day, month or year as far as the text gives them; a year alone is a date too."""

    day: int | None
    month: int | None
    year: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says in numbers, in order of appearance."""

    quantities: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]

    def supports_quantity(self, claim: Quantity) -> bool:
        """Whether the same number stands here with the same unit, or where one of the two has none."""
        years = {float(date.year) for date in self.dates if date.year}
        if claim.unit == "" and claim.values & years:
            return True
        return any(
            claim.values & found.values and (claim.unit == found.unit or _may_lack(claim.unit, found.unit))
            for found in self.quantities
        )

    def supports_date(self, claim: DateMention) -> bool:
        """Whether one date here agrees in day and month; a year that it lacks may stand elsewhere in the text."""
        numbers = {value for found in self.quantities for value in found.values if found.unit == ""}
        years = {date.year for date in self.dates} | numbers
        if claim.month is None:
            return claim.year in years
        for date in self.dates:
            if date.month != claim.month or (date.year and claim.year and date.year != claim.year):
                continue
            has_day = claim.day in (None, date.day) or (date.day is None and claim.day in numbers)
            if has_day and (claim.year is None or claim.year == date.year or claim.year in years):
                return True
        return False


_MONTHS = (
    "janvier|janv january|jan",
    "février|fevrier|févr|fév february|feb",
    "mars march",
    "avril|avr april|apr",
    "mai may",
    "juin june",
    "juillet|juil july|jul",
    "août|aout august|aug",
    "septembre|sept september|sep",
    "octobre|oct october",
    "novembre|nov november",
    "décembre|decembre|déc december|dec",
)
_MONTH_OF = {
    fold(name): number
    for number, names in enumerate(_MONTHS, 1)
    for name in re.split(r"[| ]", names)
}
_AMBIGUOUS_MONTHS = {"jan", "feb", "march", "may", "apr", "jul", "aug", "sep", "oct", "nov", "dec", "avr", "janv"}
"""Words or short forms that are a month only beside a day or a year."""

_SPACE = "[ \u00a0\u202f]"
_MONTH = "(?:" + "|".join(sorted(map(re.escape, re.split(r"[| ]", "|".join(_MONTHS))), key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_NUMBER_WORDS = {
    "zero": 0, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80,
    "nonante": 90, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_COLLECTIVES = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000, "dozen": 12,
}  # fmt: skip
_SCALES = {
    "cent": 100, "cents": 100, "hundred": 100, "mille": 1000, "thousand": 1000, "million": 10**6,
    "millions": 10**6, "milliard": 10**9, "milliards": 10**9, "billion": 10**9, "billions": 10**9,
}  # fmt: skip
_ORDINALS = {
    "premier": 1, "premiere": 1, "first": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "third": 3,
    "quatrieme": 4, "fourth": 4, "cinquieme": 5, "fifth": 5, "sixieme": 6, "sixth": 6, "septieme": 7,
    "seventh": 7, "huitieme": 8, "eighth": 8, "neuvieme": 9, "ninth": 9, "dixieme": 10, "tenth": 10,
}  # fmt: skip
_ROMAN = {"i": 1, "v": 5, "x": 10}
_SUFFIX_SCALE = {"k": 1000, "m": 10**6, "md": 10**9}
_ORDINAL_SUFFIXES = {"e", "er", "ere", "eme", "nd", "nde", "st", "rd", "th", "ieme"}

_WORD_NUMBER = "|".join(sorted({*_NUMBER_WORDS, "zéro"} | set(_SCALES), key=len, reverse=True))
_MENTION = re.compile(
    rf"""(?<![\w.,])(?:
      (?P<iso>{_YEAR}-[01]\d-[0-3]\d)(?!\d)
    | (?P<numeric>[0-3]?\d[/.][01]?\d[/.]{_YEAR})(?!\d)
    | (?:(?P<first>{_DAY})\s?(?:,|au|et|à|-|–|to|and)\s?)?(?:(?P<day>{_DAY})\s(?:of\s)?)(?P<month>{_MONTH})
      (?:,?\s(?P<year>{_YEAR})(?!\d))?
    | (?P<en_month>{_MONTH})\s(?P<en_day>{_DAY})(?:,?\s(?P<en_year>{_YEAR}))?(?!\w)
    | (?P<only_month>{_MONTH})(?:\s(?P<only_year>{_YEAR})(?!\d))?
    | (?P<roman>[IVX]+)(?:e|ème|er)(?!\w)
    | (?P<digits>\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?)
      {_SPACE}?(?P<suffix>(?<=\d)[^\W\d_]+)?
    | (?P<words>(?:{_WORD_NUMBER})(?:(?:\s(?:et\s|and\s)?|-(?:et-)?)(?:une?\b|one\b|{_WORD_NUMBER}))*)(?!\w)
    | (?P<collective>(?:dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|
      centaine|millier|dozen)(?!\w))
    | (?P<half>(?:la\smoitié|half)(?!\w))
    | (?P<ordinal>(?:première?|deuxième|seconde?|troisième|quatrième|cinquième|sixième|septième|huitième|
      neuvième|dixième|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?!\w))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    rf"{_SPACE}?(?P<scale>milliers|mille|millions?|milliards?|thousand|billions?|[kKM](?={_SPACE}?(?:€|euros?\b)))?"
    rf"{_SPACE}?(?:d['’]|de{_SPACE}|of{_SPACE})?"
    r"(?P<unit>€|euros?\b|%|pour[ \u00a0-]?cents?\b|per[ -]?cent\b)?",
    re.IGNORECASE,
)
