"""Sentences with one thing changed, as a language model would get it wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from search27.answer.names import names_of
from search27.french.words import fold

Corrupt = Callable[[str, random.Random], str | None]
"""Gives the changed sentence, None where it has nothing of that kind."""

MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
]  # fmt: skip
PLACES = [
    "Paris", "Lyon", "Marseille", "Lille", "Nantes", "Rennes", "Grenoble", "Bordeaux", "Strasbourg", "Toulouse",
    "Montpellier", "Mulhouse", "Dunkerque", "Copenhague", "Londres", "Bruxelles", "Berlin", "Barcelone", "Lisbonne",
    "Amsterdam", "Toronto", "Vienne", "Milan", "Helsinki", "Danemark", "Italie", "Espagne", "Finlande", "Belgique",
    "Bretagne", "Bourgogne", "Champagne", "Corse",
]  # fmt: skip
NAMES = ["Marchetti", "Kowalczyk", "Delorme", "Vasseur", "Lindqvist", "Ortega", "Bouvier", "Hartmann"]
NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w.,]\d|(?:e|er)\b)")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
MONTH = re.compile(rf"\b(?:\d{{1,2}}(?:er)? (?:{'|'.join(MONTHS)})|(?:{'|'.join(set(MONTHS) - {'mai'})}))\b")
PLACE = re.compile(rf"\b(?:{'|'.join(PLACES)})\b")
VERB = re.compile(
    r"(?<!n['’])(?<!ne )\b(est|sont|a|ont|peut|doit|permet|fait|était|avait|veut|voit)\b(?! pas)"
)
DENIED = re.compile(r"\b(?:ne |n['’])(\w+) (?:pas|plus|jamais)\b")


def other_number(text: str, chance: random.Random) -> str | None:
    """Another number of about the size; a year counts as a date."""
    numbers = [match for match in NUMBER.finditer(text) if not YEAR.fullmatch(match[0])]
    return _changed(text, numbers, chance, lambda old: _near_number(old, chance))


def other_date(text: str, chance: random.Random) -> str | None:
    """Another year near by, another month, or another day of the month."""
    dates = [*YEAR.finditer(text), *MONTH.finditer(text)]
    return _changed(text, dates, chance, lambda old: _near_date(old, chance))


def other_name(text: str, chance: random.Random) -> str | None:
    """One word of a name, other than a place, exchanged for a name that no publication holds."""
    names = [name for name in names_of(text) if not PLACE.fullmatch(name) and fold(name) != "region"]
    return text.replace(chance.choice(names), chance.choice(NAMES), 1) if names else None


def other_place(text: str, chance: random.Random) -> str | None:
    """Another town or country, which the publications name too."""
    places = list(PLACE.finditer(text))
    return _changed(text, places, chance, lambda old: chance.choice([new for new in PLACES if new != old]))


def negation(text: str, chance: random.Random) -> str | None:
    """A denied verb affirmed, else a verb denied."""
    denied = DENIED.search(text)
    if denied:
        return text[: denied.start()] + denied[1] + text[denied.end() :]
    found = VERB.search(text)
    if not found:
        return None
    ne = "n'" if found[1][0] in "aeéo" else "ne "
    return f"{text[: found.start()]}{ne}{found[1]} pas{text[found.end() :]}"


def _changed(
    text: str, places: list[re.Match[str]], chance: random.Random, change: Callable[[str], str]
) -> str | None:
    if not places:
        return None
    match = chance.choice(places)
    return text[: match.start()] + change(match[0]) + text[match.end() :]


def _near_number(old: str, chance: random.Random) -> str:
    value = int(float(old.replace(",", ".")))
    return str(value + chance.choice((1, 2, 3, 7, 10)) * max(1, value // 10))


def _near_date(old: str, chance: random.Random) -> str:
    if YEAR.fullmatch(old):
        return str(int(old) + chance.choice((-7, -3, -2, -1, 1, 2, 3, 7)))
    day, _, month = old.rpartition(" ")
    if day and chance.random() < 0.5:
        number = int(re.sub(r"\D", "", day))
        return f"{number % 28 + 1} {month}"
    return f"{day} {chance.choice([new for new in MONTHS if new != month])}".strip()


CORRUPTIONS: dict[str, Corrupt] = {
    "number": other_number,
    "date": other_date,
    "name": other_name,
    "place": other_place,
    "negation": negation,
}
