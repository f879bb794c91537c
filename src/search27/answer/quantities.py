"""Numbers, amounts, ordinals and dates of a text, French or English, as values that compare across spellings.

`7 400 €`, `7400 euros` and `7,4 k€` are one amount; `une cinquantaine` is 50, `un quart` 25 %; `le 4 décembre` is a
date without year, which `4 décembre 2025` supports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from search27.answer.dates import DateMention, alternatives, blank, take_dates
from search27.french.words import fold

Unit = Literal["", "€", "%", "ordinal", "plural"]
"""`plural` is an order of magnitude: `des dizaines`, `des milliers`."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number; `values` holds each way to read it (`25,000` is 25 or 25 000), `in_row` whether a table has it."""

    values: frozenset[float]
    unit: Unit = ""
    in_row: bool = False

    def agrees(self, claim: Quantity) -> bool:
        """Whether a claim of this number in the claim's unit is borne out; a table has its unit elsewhere."""
        if not self.values & claim.values:
            return False
        if claim.unit == "":
            return self.unit not in ("ordinal", "plural")
        return self.unit == claim.unit or (self.unit == "" and (self.in_row or claim.unit == "ordinal"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says in numbers, each once, in order of appearance by kind."""

    quantities: tuple[Quantity, ...]
    dates: tuple[DateMention, ...]

    @property
    def _numbers(self) -> set[float]:
        return {value for found in self.quantities if found.unit == "" for value in found.values}

    def supports_quantity(self, claim: Quantity) -> bool:
        """Whether the same number stands here, in a unit that agrees."""
        if claim.unit == "" and claim.values & {float(date.year) for date in self.dates if date.year}:
            return True
        return any(found.agrees(claim) for found in self.quantities)

    def supports_date(self, claim: DateMention) -> bool:
        """Whether a date here agrees; a day or year that it lacks may stand elsewhere in the text."""
        numbers = self._numbers
        years = {date.year for date in self.dates} | numbers
        if claim.month is None:
            return claim.year in years
        return any(
            date.month == claim.month
            and (claim.day in (None, date.day) or (date.day is None and claim.day in numbers))
            and (claim.year in (None, date.year) or (date.year is None and claim.year in years))
            for date in self.dates
        )


def read(text: str) -> Reading:
    """Read every number, amount, ordinal and date of a text."""
    dates, rest = take_dates(text)
    whole = _SHARE.sub(blank, rest)
    quantities = [*_shares(rest), *_digits(whole, text), *_spelled(_DIGITS.sub(blank, whole))]
    return Reading(tuple(dict.fromkeys(quantities)), tuple(dict.fromkeys(dates)))


def merged(readings: Sequence[Reading]) -> Reading:
    """What several texts say together."""
    quantities = dict.fromkeys(found for reading in readings for found in reading.quantities)
    return Reading(
        tuple(quantities), tuple(dict.fromkeys(date for reading in readings for date in reading.dates))
    )


_SPACE = "[ \u00a0\u202f]"
_SIGN = rf"€|euros?(?!\w)|%|pour{_SPACE}?cent(?!\w)|per ?cent(?!\w)"
_UNIT = (
    rf"(?:{_SPACE}?(?P<scale>(?:dizaines|centaines|milliers|millions?|milliards?|thousand|billions?)(?!\w)|(?:k|M|Md)(?={_SPACE}?(?:€|euro))))?"
    rf"(?:{_SPACE}?(?:d['’]|de{_SPACE}|of{_SPACE})?(?P<unit>{_SIGN}))?"
)
_SHARED_UNIT = (
    rf"(?:(?=(?:{_SPACE}?[-–]{_SPACE}?|{_SPACE}(?:à|et|ou|to|and|or){_SPACE})"
    rf"\d+(?:[ \u00a0\u202f.,]\d+)*{_SPACE}?(?P<shared>{_SIGN})))?"
)
"""Of the first number of `5 à 50 %`."""
_DIGITS = re.compile(
    rf"(?:(?<![\w.,])|(?<=\dh))(?:(?P<euro>€){_SPACE}?)?"
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?:(?P<ordinal>(?:er|ère|e|ème|ième|nde?|st|rd|th)(?!\w))|{_UNIT}{_SHARED_UNIT})"
)
_MINUS = re.compile(rf"(?<![^\s(|])(?<!\d{_SPACE})[-−]")
"""Neither a hyphen nor the dash of a range."""
_SCALES = {
    "dizaine": 10, "centaine": 100, "millier": 10**3, "thousand": 10**3, "k": 10**3, "million": 10**6, "M": 10**6,
    "milliard": 10**9, "billion": 10**9, "Md": 10**9,
}  # fmt: skip
_ROMAN = re.compile(r"(?<!\w)(?P<roman>[IVX]+)(?:e|ème|er|ère)(?!\w)")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def _digits(text: str, original: str) -> Iterator[Quantity]:
    """Numbers in digits; the original, in which dates still stand, tells their signs and rows."""
    for match in _DIGITS.finditer(text):
        values = _readings(match["number"])
        scale = _SCALES[match["scale"].rstrip("s")] if match["scale"] else 1
        if match.start() and _MINUS.match(original, match.start() - 1):
            scale = -scale
        sign = match["euro"] or match["unit"] or match["shared"]
        unit: Unit = "ordinal" if match["ordinal"] else _unit(sign)
        scaled = frozenset(round(value * scale, 6) for value in values)
        yield Quantity(scaled, unit, _is_in_row(original, match.start()))
    for match in _ROMAN.finditer(text):
        yield Quantity(frozenset([float(_roman(match["roman"]))]), "ordinal")


def _is_in_row(text: str, place: int) -> bool:
    """Whether the line at a place has the mark between cells."""
    end = text.find("\n", place)
    return "|" in text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]


def _unit(text: str | None) -> Unit:
    if not text:
        return ""
    return "€" if text[0] in "€eE" else "%"


def _readings(number: str) -> set[float]:
    plain = "".join(number.split())
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        plain = plain.replace(".", "")
    values = {float(plain.replace(",", "."))}
    if re.fullmatch(r"\d{1,3},\d{3}", plain):
        values.add(float(plain.replace(",", "")))
    return values


def _roman(numeral: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(
        -value if value < after else value for value, after in zip(values, [*values[1:], 0], strict=True)
    )


_WORDS = {
    "zéro": 0, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "nonante": 90, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dizaine": 10, "douzaine": 12,
    "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50,
    "soixantaine": 60, "centaine": 100, "millier": 1000, "dozen": 12,
}  # fmt: skip
_PLURALS = {"dizaines": 10, "douzaines": 12, "centaines": 100, "milliers": 1000}
_MULTIPLIERS = {
    "cent": 100, "cents": 100, "hundred": 100, "mille": 1000, "thousand": 1000, "million": 10**6,
    "millions": 10**6, "milliard": 10**9, "milliards": 10**9, "billion": 10**9,
    **_PLURALS,
}  # fmt: skip
_ORDINALS = {
    "premier": 1, "première": 1, "first": 1, "deuxième": 2, "second": 2, "seconde": 2, "troisième": 3,
    "third": 3, "quatrième": 4, "fourth": 4, "cinquième": 5, "fifth": 5, "sixième": 6, "sixth": 6,
    "septième": 7, "seventh": 7, "huitième": 8, "eighth": 8, "neuvième": 9, "ninth": 9, "dixième": 10,
    "tenth": 10,
}  # fmt: skip
ORDINALS = frozenset(map(fold, _ORDINALS))
"""Folded; `Seconde Guerre` names a number."""
_HALVES = {"moitié": 50, "half": 50}
_PARTS = {
    "un tiers": 33, "le tiers": 33, "1/3": 33, "deux tiers": 67, "2/3": 67, "un quart": 25, "le quart": 25,
    "1/4": 25, "trois quarts": 75, "3/4": 75,
}  # fmt: skip
_SHARES = _HALVES | _PARTS
_SHARE = re.compile(
    rf"(?<!\w)(?:(?:{alternatives(set(_HALVES))})(?!\w)|(?:{alternatives(set(_PARTS))})"
    rf"(?={_SPACE}d(?:es?\b|u\b|['’])|{_SPACE}?[.,;:!?)»]|$)(?!{_SPACE}de{_SPACE}confiance))",
    re.IGNORECASE,
)
"""`un tiers des agents`; neither `un tiers-lieu` nor `un tiers de confiance`."""
_WORD = alternatives({*_WORDS, *_MULTIPLIERS})
NUMBER_WORD = rf"(?:{_WORD}|moitié|tiers|quart|half)\b"
"""Pattern of a word that counts, French or English; `un` and `une`, which are articles too, do not."""
_SPELLED = re.compile(
    rf"(?<![\w-])(?P<words>(?:{_WORD})(?!\w)(?:(?:{_SPACE}(?:et|and){_SPACE}|-et-|-|{_SPACE})(?:une?|one|{_WORD})(?!\w))*)"
    rf"{_UNIT}|(?<!\w)(?P<ordinal>{alternatives(set(_ORDINALS))})s?(?!\w)",
    re.IGNORECASE,
)


def _shares(text: str) -> Iterator[Quantity]:
    for match in _SHARE.finditer(text):
        yield Quantity(frozenset([float(_SHARES[match[0].lower()])]), "%")


def _spelled(text: str) -> Iterator[Quantity]:
    for match in _SPELLED.finditer(text):
        if match["ordinal"]:
            yield Quantity(frozenset([float(_ORDINALS[match["ordinal"].lower()])]), "ordinal")
        else:
            scale = _SCALES.get((match["scale"] or "").lower().rstrip("s"), 1)
            unit: Unit = "plural" if match["words"].lower() in _PLURALS else _unit(match["unit"])
            yield Quantity(frozenset([float(_value(match["words"]) * scale)]), unit)


def _value(words: str) -> int:
    """Value of a number in words: `quatre-vingt-dix-sept` is 97, `deux mille trois cents` 2 300."""
    total, current, last = 0, 0, ""
    for word in re.findall(r"[^\W_]+", words.lower()):
        if word in _MULTIPLIERS and _MULTIPLIERS[word] >= 1000:
            total += max(current, 1) * _MULTIPLIERS[word]
            current = 0
        elif word in _MULTIPLIERS:
            current = max(current, 1) * _MULTIPLIERS[word]
        elif word in ("vingt", "vingts") and last == "quatre":
            current += 76
        else:
            current += _WORDS.get(word, 1 if word in ("un", "une", "one") else 0)
        last = word
    return total + current
