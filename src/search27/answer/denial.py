"""Whether a sentence denies what a text affirms, or affirms what it denies, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search27.answer.cited import keys_of

NEAR = 0.6
"""Share of a clause's words that another clause has where both speak of the same."""

_CLAUSE_END = re.compile(
    r"[,;:.!?()«»“”\n–—]|\b(?:mais|et|ou|car|qui|que|but|and|or|which|that)\b", re.IGNORECASE
)
_DENIAL = re.compile(
    r"\b(?:n['’]|ne\b).{0,40}?\b(?:pas|jamais|plus|rien|aucune?|guère|personne|ni)\b"
    r"|\b(?:aucune?(?:ment)?|nullement|jamais|pas (?:des?|d['’]|une?)|not|nothing|never|cannot|none|neither)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:sans|without|non|ni|ne|pas|peu|guère|moins|rien|trop|loin|plutôt|contre|au lieu|no|only|less"
    r"|fini(?:e?s?|r|t|ss\w+))\b"
    r"|\b(?:n['’]|impossib|refus|évit|manqu|absen|difficil|cess[aeé]|arrêt|perd(?!ur)|seul|obsol|dépass|oubli|ignor|rare"
    r"|inutil|avoid|lack|fail)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Clause:
    """What stands between two commas or conjunctions, and whether it denies; `is_weak` where it only doubts."""

    keys: frozenset[str]
    denies: bool
    is_weak: bool


def is_reversed(sentence: str, texts: Sequence[str]) -> bool:
    """Whether a clause denies what its nearest clauses in the texts affirm, or the reverse."""
    doubts = _DENIAL.search(sentence) or _DOUBT.search(sentence)
    for clause in _clauses(sentence):
        near = [
            other
            for text in texts
            for other in _clauses(text)
            if len(clause.keys & other.keys) >= NEAR * len(clause.keys)
        ]
        if not near:
            continue
        if clause.denies and not any(other.denies or other.is_weak for other in near):
            return True
        if not doubts and all(other.denies and other.keys <= clause.keys for other in near):
            return True
    return False


@lru_cache(maxsize=512)
def _clauses(text: str) -> tuple[_Clause, ...]:
    return tuple(_each_clause(text))


def _each_clause(text: str) -> Iterator[_Clause]:
    for clause in _CLAUSE_END.split(text):
        keys = keys_of(clause)
        if len(keys) >= 2:
            denies = _DENIAL.search(clause) is not None
            yield _Clause(keys, denies, not denies and _DOUBT.search(clause) is not None)
