"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from search27.answer.dates import LONE_MONTH
from search27.answer.quantities import NUMBER_WORD
from search27.french import analyse

Asked = Literal["person", "date", "amount", "number", "place", "list", "definition", "reason", "other"]

_I = re.IGNORECASE
_OPENING = r"(?:^|[.?!:;,«(–-] ?|\b(?:et|mais|c['’]est|and|but) )"
"""Before a question word that is no relative pronoun."""
_WHICH = r"quel(?:le)?s? (?:(?:est|sont|était|fut|a été) )?(?:l[ea] |les |l['’])?"
_NAME = r"[A-ZÀ-Ý][\w’'-]+"
_PERSONS = (
    "personne|élue?|maire|auteure?|autrice|artiste|sociologue|designer|philosophe|directeur|directrice|"
    "intervenante?|président|présidente|chercheuse|chercheur|fondateur|fondatrice|ministre|animateur|économiste"
)

_QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        "definition",
        re.compile(
            r"qu['’ ]?est[- ]ce qu(?:e? (?!.*\bfai)|['’](?=une? \S+(?: \S+){0,3} ?[?,]))|c['’]est quoi|"
            r"que signifie|que désigne|définition|que veut dire|what does \w+ mean\b|"
            r"what (?:is|are)\b(?! the (?:total )?(?:budget|amount|cost|price|number|date)\b)",
            _I,
        ),
    ),
    (
        "amount",
        re.compile(
            rf"\b{_WHICH}(?:budgets?|montants?|coûts?|prix|sommes?|subventions?|financements?|tarifs?)\b|"
            r"combien (?:d['’]argent|d['’]euros|coûte|a coûté|coûtait|paie|payait|s['’]élèv)|"
            r"how much|\bbudget total\b|\bcost\b",
            _I,
        ),
    ),
    (
        "number",
        re.compile(rf"\bcombien\b|how (?:many|long)|\b{_WHICH}(?:nombre|durée|part|pourcentage)\b", _I),
    ),
    (
        "date",
        re.compile(
            rf"\b{_WHICH}(?:année|date|mois|jour|époque)\b|\b(?:depuis|de|pour|c['’]est|c['’]était) quand\b|"
            r"\bquand (?:est|sont|était|fut|a|ont|aura|doit|peut|commence|s['’]|se |\?)|"
            r"\bquand\b[^,?]*-(?:t-)?(?:ils?|elles?|on)\b|"
            r"\bwhen (?:is|are|was|were|did|do|does|will|has|have)\b|(?:what|which) (?:year|date|month)\b",
            _I,
        ),
    ),
    (
        "place",
        re.compile(
            rf"{_OPENING}(?:d['’]|jusqu['’])?où\b(?! en\b)|\boù ?\?|"
            r"(?:dans|à|de) quel(?:le)?s? (?:villes?|pays|régions?|lieux?|quartiers?|"
            rf"communes?|bâtiments?|endroits?|départements?|territoires?)|{_OPENING}where\b",
            _I,
        ),
    ),
    (
        "person",
        re.compile(
            rf"{_OPENING}(?:(?:à|a|par|avec|de|pour|chez|selon|sur) )?qui\b(?= )|quel(?:le)?s? (?:{_PERSONS})s?\b|"
            rf"{_OPENING}(?:(?:by|with|for|to|from) )?who(?:m|se)?\b",
            _I,
        ),
    ),
    (
        "list",
        re.compile(
            rf"\b(?:quels|quelles|lesquels|lesquelles)\b|{_OPENING}(?:(?:in|on|by|with|from|after) )?which\b",
            _I,
        ),
    ),
    ("reason", re.compile(r"\bpourquoi\b|pour quelles? raisons?|\bwhy\b", _I)),
)

_EVIDENCE: dict[Asked, re.Pattern[str]] = {
    "person": re.compile(rf"(?<![.!?] ){_NAME}(?: (?:de |d['’]|du |van |von )?{_NAME})+"),
    "date": re.compile(rf"\b(?:19|20)\d\d\b|\b{LONE_MONTH}", _I),
    "amount": re.compile(
        rf"(?:\d[\d .,]*[km]?|\b{NUMBER_WORD}) ?(?:d['’]|de )?(?:€|euros?\b|dollars?\b|millions?\b|milliards?\b)",
        _I,
    ),
    "number": re.compile(rf"\d|\b{NUMBER_WORD}", _I),
    "place": re.compile(rf"\b(?:à|a|en|au|aux|dans|chez|de|d['’]|du|in|at) (?:la |le |les |l['’])?{_NAME}"),
    "list": re.compile(r"(?:[,;•][^,;•]+){2}|:\s|\n"),
    "definition": re.compile(
        r"\b(?:est|sont|était|is|are) (?:un|une|le|la|l['’]|des|a|an|the)\b|désigne|consiste|signifie|vise(?:nt)? à|"
        r"s['’]agit|permet|\bmeans\b",
        _I,
    ),
    "reason": re.compile(
        r"\b(?:car|parce que?|afin|puisque?|pour|en raison|grâce|faute de|because|since)\b", _I
    ),
}


def asked_for(question: str) -> Asked:
    """The kind of thing a question asks for, `other` where no cue tells."""
    return next((kind for kind, cue in _QUESTIONS if cue.search(question)), "other")


def holds_kind(sentence: str, kind: Asked) -> bool:
    """Whether a sentence holds a thing of that kind; any sentence does for `other`."""
    pattern = _EVIDENCE.get(kind)
    return pattern is None or pattern.search(sentence) is not None


_FIGURE = re.compile(rf"\d+(?:[\s.]\d{{3}})*(?:,\d+)?|\b{NUMBER_WORD}", _I)
_COUNTED_WITHIN = 40
"""Characters after a figure in which the thing counted stands."""
_COUNTED_WORDS = 3


def new_figures(sentence: str, question: str) -> Iterator[re.Match[str]]:
    """Figures of a sentence, in digits or words, that the question does not hold itself."""
    known = {match.group().casefold() for match in _FIGURE.finditer(question)}
    return (match for match in _FIGURE.finditer(sentence) if match.group().casefold() not in known)


def counts(sentence: str, question: str, words: set[str]) -> bool:
    """Whether a new figure of the sentence stands before one of the question's analysed words."""
    return any(
        not words.isdisjoint(analyse(sentence[match.end() : match.end() + _COUNTED_WITHIN])[:_COUNTED_WORDS])
        for match in new_figures(sentence, question)
    )
