"""Words of a text as search compares them: folded, stemmed, without elision, inclusive endings or stop words.

Accents are folded before stemming, so that a question typed without accents gives the same tokens.
Source: docs/adr/0005-french-analysis.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path

import Stemmer

from search27.french.words import CACHED_WORDS, FUNCTION_WORDS, fold
from search27.types import Span

_LETTERS = r"[\w\u0300-\u036f]+"
_APOSTROPHES = "'’ʼ‘"
_UNIT = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\w)(?:,\d+)?"
    r"|\d+(?:[.,]\d+)+(?!\w)"
    rf"|{_LETTERS}"
    rf"(?:[.·‧•∙⋅{_APOSTROPHES}‐‑&-]{_LETTERS}|\([a-zè]{{1,5}}\)s?|/(?:e|ne|trice|rice|euse|ère)s?(?!\w))*"
)
_NUMBER = re.compile(r"[\d\s.,]+")
_WORD = re.compile(rf"(?:[^\W_]|[\u0300-\u036f]|[{_APOSTROPHES}](?=\w))+")
_ELISION = re.compile(rf"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu|quelqu)[{_APOSTROPHES}]", re.IGNORECASE)
_INCLUSIVE = re.compile(
    r"(?<=[\w\u0300-\u036f]{2})(?:"
    r"(?i:[.·‧•∙⋅/(](?:e|s|n?ne|l?le|t?te|se|re|i?ère|t?rice|euse|ve|fe|s?sse|x)?s?\)?s?)+"
    r"|(?:[-‐‑](?:s|(?:e|ne|se|i?ère|t?rice|euse|ve)s?))+"
    r"|(?<=[a-zß-ÿ\u0300-\u036f])E[Ss]?"
    r")$"
)
_WHOLE = re.compile(r"[^\W\d_](?:\.[^\W\d_])+|.*&.*")
_COMPOUND = re.compile(rf"(?:[^\W_]|[\u0300-\u036f{_APOSTROPHES}‐‑-])+")
_ORDINAL = re.compile(r"(\d+)(?:e|eme|er|ere|nd|nde)")
_QUANTITY = re.compile(r"(\d+)[a-z]+")
_ENDINGS = (
    (re.compile(r"(?<=..e)es?$"), ""),  # chargée: chargé
    (re.compile(r"(?<=..[iou])s$"), ""),  # élus: élu
    (re.compile(r"(?<=lieu)x$|(?<=[jf]eu)x$|(?<=voeu)x$"), ""),  # lieux: lieu
    (re.compile(r"(?<=.)trices?$"), "teur"),  # directrice: directeur
    (re.compile(r"(?<=..)eu(?:x|ses?)$"), "eur"),  # chercheuse: chercheur; nombreuse: nombreux
)

Token = tuple[str, int, int]
"""A token and its offsets in the unit that holds it."""


def analyse(text: str) -> list[str]:
    """Tokens of a text, in order: what BM25 counts."""
    return [token for unit in _UNIT.findall(text) for token, _, _ in unit_tokens(unit)]


def analyse_spans(text: str) -> list[tuple[str, Span]]:
    """The tokens of `analyse`, each with the span of the text that it stands for."""
    return [
        (token, Span(place + start, place + end))
        for unit, place in units(text)
        for token, start, end in unit_tokens(unit)
    ]


def units(text: str) -> Iterator[tuple[str, int]]:
    """Letters and digits with the marks that join them, in order, each with its place: what tokens are made from."""
    for unit in _UNIT.finditer(text):
        yield unit[0], unit.start()


@cache
def analysis_version() -> str:
    """Changes with whatever may give a text other tokens: this module, the function words, the stemmer."""
    here = Path(__file__)
    code = here.read_bytes() + here.with_name("words.py").read_bytes()
    return hashlib.sha256(code + version("PyStemmer").encode()).hexdigest()[:16]


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str) -> str:
    """Snowball's French stem of a folded word, with feminines and plurals that it leaves apart joined."""
    for ending, replacement in _ENDINGS:
        word = ending.sub(replacement, word)
    stemmed: str = Stemmer.Stemmer("french").stemWord(word)
    return stemmed


@lru_cache(maxsize=CACHED_WORDS)
def unit_tokens(unit: str) -> tuple[Token, ...]:
    """Tokens of letters or digits joined by inner marks (dots, hyphens, apostrophes…)."""
    if unit.isalpha() and unit[1:].islower():  # most words: nothing below can match but their stem
        folded = fold(unit)
        return () if folded in FUNCTION_WORDS else ((stem(folded), 0, len(unit)),)
    if _NUMBER.fullmatch(unit):
        return tuple((token, 0, len(unit)) for token in _number_tokens(unit))
    if _WHOLE.fullmatch(unit):
        return ((fold(unit), 0, len(unit)),)
    ending = _INCLUSIVE.search(unit)
    if ending:
        base = unit_tokens(unit[: ending.start()])
        return tuple(
            (token, start, len(unit) if end == ending.start() else end) for token, start, end in base
        )
    return _word_tokens(unit)


def _number_tokens(unit: str) -> list[str]:
    """`7 400,50` gives 7400.50 and 7400; `04.12.2019` gives its parts."""
    number = "".join(unit.split()).replace(",", ".")
    if number.count(".") > 1:
        return number.split(".")
    whole = number.partition(".")[0]
    return [number] if whole == number else [number, whole]


def _word_tokens(unit: str) -> tuple[Token, ...]:
    words = list(_WORD.finditer(unit))
    tokens = []
    for word in words:
        elision = _ELISION.match(word[0])
        start = word.start() + (elision.end() if elision else 0)
        folded = fold(unit[start : word.end()])
        if folded and folded not in FUNCTION_WORDS:
            tokens += [(token, start, word.end()) for token in _folded_tokens(folded)]
    if len(tokens) > 1 and len(tokens) == len(words) and _COMPOUND.fullmatch(unit):
        tokens.append((stem(fold(unit)), words[0].start(), words[-1].end()))
    return tuple(tokens)


def _folded_tokens(folded: str) -> list[str]:
    if ordinal := _ORDINAL.fullmatch(folded):
        return [f"{ordinal[1]}e"]
    if quantity := _QUANTITY.fullmatch(folded):
        return [folded, quantity[1]]
    return [stem(folded)]
