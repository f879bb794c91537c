"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from search27.french import analyse

Asked = Literal["person", "date", "amount", "number", "place", "list", "definition", "reason", "other"]

_I = re.IGNORECASE
_MONTHS = "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre"
_NUMBERS = (
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|"
    "quarante|cinquante|soixante|cent|mille|dizaine|douzaine|quinzaine|vingtaine|trentaine|quarantaine|"
    "cinquantaine|soixantaine|centaine|centaines|millier|milliers|moitié|tiers|quart"
)
_NAME = r"[A-ZÀ-Ý][\w’'-]+"
_PERSONS = (
    "personne|élue?|maire|auteure?|autrice|artiste|sociologue|designer|philosophe|directeur|directrice|"
    "intervenante?|président|présidente|chercheuse|chercheur|fondateur|fondatrice|ministre|animateur|économiste"
)

_QUESTIONS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        "definition",
        re.compile(
            r"qu['’ ]?est[- ]ce que? (?!.*\bfai)|c['’]est quoi|que signifie|que désigne|"
            r"définition|que veut dire|what (?:is|are|does \w+ mean)\b",
            _I,
        ),
    ),
    (
        "amount",
        re.compile(
            r"\b(?:quels?|quelles?) (?:est |était |fut )?(?:le |la |les )?(?:budgets?|montants?|coûts?|"
            r"prix|sommes?|subventions?|financements?|tarifs?)\b|combien (?:d['’]argent|d['’]euros|"
            r"coûte|a coûté|coûtait|paie|payait)|how much|\bbudget total\b|\bcost\b",
            _I,
        ),
    ),
    (
        "number",
        re.compile(r"\bcombien\b|how (?:many|long)|quel(?:le)? (?:nombre|durée|part|pourcentage)", _I),
    ),
    (
        "date",
        re.compile(
            r"\bquand\b|quel(?:le)? (?:année|date|mois|jour|époque)|depuis quand|"
            r"\bwhen\b|(?:what|which) (?:year|date|month)",
            _I,
        ),
    ),
    (
        "place",
        re.compile(
            r"\boù\b(?! en\b)|(?:dans|à|de) quel(?:le)?s? (?:villes?|pays|régions?|lieux?|quartiers?|"
            r"communes?|bâtiments?|endroits?|départements?|territoires?)|\bwhere\b",
            _I,
        ),
    ),
    (
        "person",
        re.compile(rf"(?<!ce )(?<!que )\bqui\b(?= )|quel(?:le)?s? (?:{_PERSONS})s?\b|\bwho(?:m|se)?\b", _I),
    ),
    ("list", re.compile(r"\b(?:quels|quelles|lesquels|lesquelles)\b|\bwhich\b", _I)),
    ("reason", re.compile(r"\bpourquoi\b|pour quelles? raisons?|\bwhy\b", _I)),
)

_EVIDENCE: dict[Asked, re.Pattern[str]] = {
    "person": re.compile(rf"(?<![.!?] ){_NAME}(?: (?:de |d['’]|du |van |von )?{_NAME})+"),
    "date": re.compile(rf"\b(?:19|20)\d\d\b|\b(?:\d{{1,2}}(?:er)? )?(?:{_MONTHS})\b", _I),
    "amount": re.compile(r"\d[\d .,]*(?:k|K|M)? ?(?:€|euros?\b|dollars?\b|millions?\b|milliards?\b)"),
    "number": re.compile(rf"\d|\b(?:{_NUMBERS})\b", _I),
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


_FIGURE = re.compile(rf"\d+(?:[\s.]\d{{3}})*(?:,\d+)?|\b(?:{_NUMBERS})\b", _I)
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
