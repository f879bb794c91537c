"""A glossary in the publications' own words: acronyms that a text spells out, programmes that a text defines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search27.explore.atlas import Definition, Excerpt
from search27.explore.programmes import CACHED_TEXTS, Named
from search27.french import split_sentences
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Document, Span

MIN_DOCUMENTS = 2
SENTENCE_CHARACTERS = (40, 400)

_SHORT = r"[A-ZÀ-ÖØ-Þ][A-Za-z0-9À-ÿ&-]{1,9}"
_LONG_THEN_SHORT = re.compile(rf"\(({_SHORT})\)")
_SHORT_THEN_LONG = re.compile(rf"(?<![\w-])({_SHORT}) \(([^()\n]{{8,120}})\)")
_WORD = re.compile(r"[\w’'&-]+")
_PART = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Found:
    document: Document
    long: Span
    sentence: Span


def acronyms(documents: Sequence[Document]) -> list[Definition]:
    """Acronyms that some text spells out and at least `MIN_DOCUMENTS` texts use, in alphabetical order."""
    found: dict[str, list[_Found]] = defaultdict(list)
    for document in documents:
        for short, long in _pairs(document.text):
            found[short].append(_Found(document, long, _sentence_around(document.text, long)))
    definitions = []
    for short in sorted(found, key=lambda text: (fold(text), text)):
        users = _naming(Named(short), documents)
        if len(users) >= MIN_DOCUMENTS:
            definitions.append(_definition(short, found[short], users))
    return definitions


def _sentence_around(text: str, span: Span) -> Span:
    """The sentence that holds the span, or else its paragraph."""
    paragraph = _paragraph_around(text, span.start)
    for sentence in split_sentences(text[paragraph.start : paragraph.end]):
        start, end = paragraph.start + sentence.start, paragraph.start + sentence.end
        if start <= span.start and span.end <= end:
            return Span(start, end)
    return paragraph


def _paragraph_around(text: str, place: int) -> Span:
    end = text.find("\n\n", place)
    start = text.rfind("\n\n", 0, place)
    return Span(0 if start < 0 else start + 2, len(text) if end < 0 else end)


def _definition(short: str, found: list[_Found], users: tuple[str, ...]) -> Definition:
    """The expansion that most texts give, as the latest of them writes it."""
    counts = Counter(_folded(item) for item in found)
    best = max(counts.values())
    usual = [item for item in found if counts[_folded(item)] == best]
    chosen = max(usual, key=lambda item: (str(item.document.info.date or ""), item.document.info.id))
    text = chosen.document.text
    return Definition(
        short, text[chosen.long.start : chosen.long.end], _excerpt(chosen.document, chosen.sentence), users
    )


def _folded(found: _Found) -> str:
    return fold(found.document.text[found.long.start : found.long.end])


@lru_cache(CACHED_TEXTS)
def _pairs(text: str) -> tuple[tuple[str, Span], ...]:
    """Acronyms with the span of their expansion."""
    return tuple(_spelled_out(text))


def _spelled_out(text: str) -> Iterator[tuple[str, Span]]:
    for match in _LONG_THEN_SHORT.finditer(text):
        if _is_acronym(match[1]):
            start = max(text.rfind(mark, 0, match.start()) for mark in "\n();:") + 1
            words = list(_WORD.finditer(text, start, match.start()))
            most = min(len(match[1]) + 5, 2 * len(match[1]))
            if long := _long_form(match[1], text, words[-most:]):
                yield match[1], Span(long, words[-1].end())
    for match in _SHORT_THEN_LONG.finditer(text):
        if _is_acronym(match[1]):
            words = list(_WORD.finditer(text, match.start(2), match.end(2)))
            if words and _long_form(match[1], text, words) == words[0].start():
                yield match[1], Span(words[0].start(), words[-1].end())


def _is_acronym(short: str) -> bool:
    return sum(map(str.isupper, short)) >= max(2, len(short) / 2)


def _long_form(short: str, text: str, words: list[re.Match[str]]) -> int | None:
    """Where the expansion begins: its letters hold the acronym's in order, the first one begins a word.

    Source: A. Schwartz and M. Hearst, A simple algorithm for identifying abbreviation definitions, 2003;
    narrowed: every letter of the acronym must begin a word or a part of one.
    """
    letters = [letter for letter in fold(short) if letter.isalnum()]
    starts = [
        place
        for word in words
        for place in range(word.start(), word.end())
        if place == word.start() or not text[place - 1].isalnum()
    ]
    for letter in letters[:0:-1]:
        while starts and fold(text[starts[-1]]) != letter:
            starts.pop()
        if not starts:
            return None
        starts.pop()
    first = [place for place in starts if fold(text[place]) == letters[0]]
    return next((place for place in reversed(first) if _opens(text, place)), None)


def _opens(text: str, place: int) -> bool:
    """Whether an expansion may begin with the word at `place`: not `de`, `la`, `à`."""
    word = _PART.match(text, place)
    return word is not None and fold(word[0]) not in FUNCTION_WORDS


def programmes(names: Sequence[Named], documents: Sequence[Document]) -> list[Definition]:
    """Programmes with the sentence that best says what they are; those that no text defines are left out."""
    definitions = []
    for named in names:
        best = max(
            (candidate for document in documents for candidate in _defining(named, document)),
            key=lambda item: item[0],
            default=None,
        )
        if best:
            definitions.append(Definition(named.name, "", best[1], _naming(named, documents)))
    return definitions


def _defining(named: Named, document: Document) -> Iterator[tuple[tuple[int, str, str, int], Excerpt]]:
    """Sentences that define a name, each with how plainly, and how lately, it does."""
    if not named.is_in(document.text):
        return
    name = named.pattern()
    parts = {"name": name.pattern, "quoted": _QUOTED, "kind": _KIND, "aim": _AIM, "a": _A}
    shapes = [re.compile(shape.format(**parts)) for shape in _SHAPES]
    shortest, longest = SENTENCE_CHARACTERS
    for span in _sentences_naming(name, document.text):
        sentence = document.text[span.start : span.end]
        if not shortest <= len(sentence) <= longest or "?" in sentence:
            continue
        rank = next((len(shapes) - n for n, shape in enumerate(shapes) if shape.search(sentence)), 0)
        if rank:
            when = str(document.info.date or "")
            yield (rank, when, document.info.id, -span.start), _excerpt(document, span)


def _sentences_naming(name: re.Pattern[str], text: str) -> Iterator[Span]:
    paragraphs = {_paragraph_around(text, match.start()): None for match in name.finditer(text)}
    for paragraph in paragraphs:
        for sentence in split_sentences(text[paragraph.start : paragraph.end]):
            yield Span(paragraph.start + sentence.start, paragraph.start + sentence.end)


_QUOTED = r"[«»\"“” \u00a0\u202f]*"
_KIND = (
    r"(?:programme|projet|démarche|dispositif|opération|expérimentation|recherche-action|réseau|laboratoire"
    r"|lieu|enquête|immersion|plateforme)"
)
_AIM = (
    r"(?:vise|visait|consiste|propose|porte sur|permet|réunit|rassemble|explore|accompagne|invite|a pour"
    r"|est né|a été (?:lancé|conçu|créé))"
)
_A = r"(?:une?|le|la|les|l[’']|des|notre) ?"
_SHAPES = (
    r"^{quoted}{name}{quoted}(?: \([^()]*\))? (?:est|sont|était) {a}",
    r"^(?:L[ea] |Notre |L[’'])?{kind}[^.,]{{0,30}}{name}{quoted},? {aim}",
    r"{name}{quoted},? c[’']est une? {kind}",
    r"^{quoted}{name}{quoted}(?: \([^()]*\))?,? {aim}",
    r"{name}{quoted}, (?:{a})?(?:nouveau |nouvelle )?{kind}",
    r"{kind}[^.,]{{0,30}}{name}{quoted}, (?:lancée?|menée?|débutée?|née?|créée?) ",
    r"[Ll]ancée? en \d{{4}}, [^.,]{{0,30}}{name}",
)
"""Sentences that say what a thing is, plainest first."""


def _naming(named: Named, documents: Sequence[Document]) -> tuple[str, ...]:
    return tuple(document.info.id for document in documents if named.is_in(document.text))


def _excerpt(document: Document, span: Span) -> Excerpt:
    return Excerpt(document.info.id, span, document.text[span.start : span.end])
