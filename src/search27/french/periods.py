"""The years that a question speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

Period = tuple[int | None, int | None]
"""First and last year, both included; None leaves an end open."""

_YEAR = r"((?:19|20)\d\d)"
_EPIDEMIC = (
    r"(?:l[ae] )?(?:crise (?:du )?)?"
    r"(?:covid(?:-?19)?|pandémie|pandemie|pandemic|(?:premier )?confinement|lockdown)"
)
_BETWEEN = re.compile(
    rf"(?:entre|de|from|between) {_YEAR} (?:et|à|a|and|to|until) {_YEAR}|{_YEAR} ?[-–] ?{_YEAR}"
)
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], Period]], ...] = (
    (_BETWEEN, lambda m, _: (min(_years(m)), max(_years(m)))),
    (re.compile(rf"(?:années|annees) {_YEAR}|\b{_YEAR}s\b"), lambda m, _: (_years(m)[0], _years(m)[0] + 9)),
    (re.compile(rf"(?:depuis|since|à partir de|a partir de|dès) {_YEAR}"), lambda m, _: (_years(m)[0], None)),
    (re.compile(rf"(?:après|apres|after) {_YEAR}"), lambda m, _: (_years(m)[0] + 1, None)),
    (re.compile(rf"(?:avant|before) {_YEAR}"), lambda m, _: (None, _years(m)[0] - 1)),
    (re.compile(rf"(?:avant|before|pre-?) ?{_EPIDEMIC}"), lambda *_: (None, 2019)),
    (
        re.compile(rf"(?:après|apres|after|post-?|depuis|sortir du|sortie du) ?{_EPIDEMIC}"),
        lambda *_: (2020, None),
    ),
    (re.compile(rf"(?:pendant|durant|during) {_EPIDEMIC}"), lambda *_: (2020, 2021)),
    (
        re.compile(r"l['’]an (?:dernier|passé)|l['’]année (?:dernière|passée)|last year"),
        lambda _, now: (now - 1, now - 1),
    ),
    (re.compile(r"cette année|this year"), lambda _, now: (now, now)),
    (re.compile(r"ces dernières années|récemment|recently|in recent years"), lambda _, now: (now - 3, None)),
    (re.compile(rf"\b{_YEAR}\b"), lambda m, _: (_years(m)[0], _years(m)[0])),
)


def period_of(question: str, today: date) -> Period | None:
    """The years that a question names or implies, None where it names none.

    Args:
        question: French or English, with or without accents.
        today: From which « l'an dernier » counts.
    """
    text = question.casefold()
    for pattern, period in _RULES:
        if match := pattern.search(text):
            return period(match, today.year)
    return None


def _years(match: re.Match[str]) -> list[int]:
    return [int(year) for year in match.groups() if year]
