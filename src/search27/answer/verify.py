"""Whether a sentence says only what its cited passages say, judged in code: no model is asked.

Every number, date, name and quotation of the sentence must stand in the evidence, nothing may be denied here and
affirmed there, and most of its words must stand close together in it. Source: ADR 0009.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from search27.answer.quantities import MONTHS, Reading, read
from search27.french import analyse, language_of, split_sentences
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Hit, Passage, Span

Similarity = Callable[[str, Sequence[str]], float]
Reason = Literal["citation", "number", "date", "name", "quotation", "negation", "words"]

COVER = 0.5
"""Least share of a sentence's words that stand in the evidence; calibrated by `benchmarks/verifier.py`."""
SIMILARITY = 0.825
"""The same for the cosine with the nearest sentence in another language; holds for the bundled encoder only."""
WINDOW = 3
"""Successive sentences of a passage in which a sentence's words are looked for."""
PREFIX = 5
"""Letters from which two stems count as one word: `expérimente`, `expérimentation`."""
PREFIX_ACROSS_LANGUAGES = 4
PUBLISHER = "La 27e Région"
"""The voice behind every « nous » of the corpus."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict and, where it is `unsupported`, what was not found in the evidence."""

    verdict: Literal["supported", "unsupported"]
    reasons: tuple[Reason, ...] = ()


def verify_sentence(
    sentence: str, cited: Sequence[Hit], similarity: Similarity | None = None
) -> Verification:
    """Judge one sentence against the passages that it cites.

    Args:
        sentence: Without citation marks.
        cited: Passages with their documents: title, heading, date and authors are evidence too.
        similarity: Highest cosine of a text with one of several; a sentence in another language than its
            evidence is supported only by it.
    """
    if not cited:
        return Verification("unsupported", ("citation",))
    evidence = [evidence_of(hit) for hit in cited]
    reasons = tuple(_reasons(sentence, evidence, similarity))
    return Verification("unsupported" if reasons else "supported", reasons)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage and its context, read once.

    Attributes:
        spoken: Words that are no function words, in order, as written.
        running: All words, folded, with blanks between and around them.
        acronyms: Words of three capitals or more, folded.
        windows: Keys of each run of `WINDOW` sentences, with those of the context.
    """

    language: str
    reading: Reading
    sentences: tuple[str, ...]
    spoken: tuple[str, ...]
    running: str
    words: frozenset[str]
    stems: frozenset[str]
    acronyms: frozenset[str]
    windows: tuple[frozenset[str], ...]
    clauses: tuple[_Clause, ...]


def evidence_of(hit: Hit) -> Evidence:
    """A passage with the title, heading, date and authors of its document."""
    info = hit.document
    day = info.date.isoformat() if info.date else ""
    return _read(
        ". ".join((info.title, hit.passage.heading, day, *info.authors, PUBLISHER)), hit.passage.text
    )


@lru_cache(maxsize=512)
def _read(context: str, text: str) -> Evidence:
    whole = f"{context}.\n\n{text}"
    words = _WORD.findall(whole)
    sentences = tuple(text[span.start : span.end] for span in split_sentences(text))
    keys = [_keys(sentence) for sentence in sentences]
    around = _keys(context)
    starts = range(max(1, len(keys) - WINDOW + 1))
    return Evidence(
        language=language_of(text),
        reading=read(whole),
        sentences=sentences,
        spoken=tuple(_spoken(words)),
        running=_running(whole),
        words=frozenset(map(fold, words)),
        stems=frozenset(analyse(whole)),
        acronyms=frozenset(fold(word) for word in words if _is_acronym(word)),
        windows=tuple(around.union(*keys[start : start + WINDOW]) for start in starts),
        clauses=tuple(_clauses(text)),
    )


def _reasons(sentence: str, evidence: Sequence[Evidence], similarity: Similarity | None) -> Iterator[Reason]:
    said = read(sentence)
    if not all(any(item.reading.supports_quantity(claim) for item in evidence) for claim in said.quantities):
        yield "number"
    if not all(any(item.reading.supports_date(claim) for item in evidence) for claim in said.dates):
        yield "date"
    if _unknown_names(sentence, evidence):
        yield "name"
    if not all(any(quote in item.running for item in evidence) for quote in _quotations(sentence)):
        yield "quotation"
    if _is_reversed(sentence, evidence):
        yield "negation"
    if not _is_covered(sentence, evidence, similarity):
        yield "words"


_WORD = re.compile(r"[^\W_]+")


def _keys(text: str) -> frozenset[str]:
    return frozenset(token if token.isdigit() else token[:PREFIX] for token in analyse(text))


def _spoken(words: Sequence[str]) -> list[str]:
    return [word for word in words if fold(word) and fold(word) not in FUNCTION_WORDS]


def _running(text: str) -> str:
    return f" {' '.join(map(fold, _WORD.findall(text)))} "


_OPENS = re.compile(r"(?:^|[.!?…:;•«“\"(\[–—])\s*$")
_AFTER_LONE_NAME = re.compile(r"\s*(?:[,(.;]|$)|\s(?:a|est|et|ont|qui|avait|était|and|is|was|has)\b")
_NO_NAMES = MONTHS | {"oui", "non", "plutot", "ensuite", "enfin", "seul", "seule", "yes"}
_TRANSLATIONS = {
    "agency": "agence", "belgium": "belgique", "british": "britannique", "city": "ville",
    "denmark": "danemark", "danish": "danois", "dutch": "neerlandais", "east": "est", "england": "angleterre",
    "english": "anglais", "europe": "europe", "finland": "finlande", "french": "francais", "german": "germano",
    "germany": "allemagne", "house": "maison", "india": "inde", "mauritius": "maurice", "new": "nouvelle",
    "north": "nord", "research": "recherche", "school": "ecole", "south": "sud", "spain": "espagne",
    "state": "etat", "states": "etats", "sweden": "suede", "united": "unis", "water": "eau", "west": "ouest",
    "zealand": "zelande", "danois": "danemark", "danemark": "danois",
}  # fmt: skip
_SHORTEST_ACRONYM = 3


def _is_acronym(word: str) -> bool:
    return len(word) >= _SHORTEST_ACRONYM and word.isupper()


def names_of(sentence: str) -> list[str]:
    """Words that are part of a name: capitals that the start of a sentence does not explain."""
    matches = list(_WORD.finditer(sentence))
    found = []
    for number, match in enumerate(matches):
        word = match[0]
        if len(word) < 2 or not word[0].isupper() or fold(word) in FUNCTION_WORDS | _NO_NAMES:
            continue
        after = matches[number + 1] if number + 1 < len(matches) else None
        is_joined = after and after[0][0].isupper() and sentence[match.end() : after.start()] in (" ", "-")
        is_lone = _AFTER_LONE_NAME.match(sentence, match.end())
        if is_joined or is_lone or not word[1:].islower() or not _OPENS.search(sentence[: match.start()]):
            found.append(word)
    return found


def _unknown_names(sentence: str, evidence: Sequence[Evidence]) -> list[str]:
    """Names of a sentence that none of the evidence holds, spelled out or as an acronym."""
    spoken = _spoken(_WORD.findall(sentence))
    spelled_out = {
        spoken[place]
        for item in evidence
        for acronym in item.acronyms
        for places in _expansions(spoken, acronym)
        for place in places
    }
    language = language_of(sentence)
    return [
        name
        for name in names_of(sentence)
        if name not in spelled_out and not any(_holds_name(item, name, language) for item in evidence)
    ]


def _holds_name(evidence: Evidence, name: str, language: str) -> bool:
    folded = fold(name)
    if folded in evidence.words or not evidence.stems.isdisjoint(analyse(name)):
        return True
    if _is_acronym(name):
        return any(_expansions(evidence.spoken, folded))
    if folded in ("saint", "sainte"):
        return folded.replace("ain", "") in evidence.words
    if language == evidence.language:
        return False
    start = _TRANSLATIONS.get(folded, folded[:PREFIX_ACROSS_LANGUAGES])
    return len(folded) > 2 and any(word.startswith(start) for word in evidence.words)


def _expansions(words: Sequence[str], acronym: str) -> Iterator[range]:
    """Places where successive words begin with the letters of an acronym, the first with a capital."""
    initials = "".join(fold(word)[0] for word in words)
    start = initials.find(acronym)
    while start >= 0:
        if words[start][0].isupper():
            yield range(start, start + len(acronym))
        start = initials.find(acronym, start + 1)


_QUOTATION = re.compile(r"«\s*([^«»]+?)\s*»|“([^“”]+)”|\"([^\"]+)\"")
_ELLIPSIS = re.compile(r"\[?(?:\.\.\.|…)\]?")
_SHORTEST_QUOTATION = 3


def _quotations(sentence: str) -> list[str]:
    """What a sentence quotes in three words or more, folded; the parts beside an ellipsis apart."""
    quoted = ["".join(filter(None, match.groups())) for match in _QUOTATION.finditer(sentence)]
    parts = [part for text in quoted for part in _ELLIPSIS.split(text)]
    return [_running(part) for part in parts if len(_WORD.findall(part)) >= _SHORTEST_QUOTATION]


@dataclass(frozen=True, slots=True)
class _Clause:
    """What stands between two commas or conjunctions, and whether it denies; `is_weak` where it only doubts."""

    keys: frozenset[str]
    denies: bool
    is_weak: bool


_CLAUSE_END = re.compile(
    r"[,;:.!?()«»“”\n–—]|\b(?:mais|et|ou|car|qui|que|but|and|or|which|that)\b", re.IGNORECASE
)
_DENIAL = re.compile(
    r"\b(?:n['’]|ne\b).{0,40}?\b(?:pas|jamais|plus|rien|aucune?|guère|personne|ni)\b"
    r"|\b(?:sans|aucune?|nullement|jamais|pas (?:de|d['’]|une? )|not|never|without|cannot|none|neither)"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:non|ni|pas|peu|guère|moins|rien|trop|impossible|refus|évit|manqu|absen|loin|plutôt|difficil|contre|"
    r"au lieu|cess|arrêt|perd|seul|obsol|dépass|oubli|ignor|rare|inutil|fini|no\b|only|less|avoid|lack|fail)"
    r"|\b(?:ne|n['’])",
    re.IGNORECASE,
)


def _clauses(text: str) -> Iterator[_Clause]:
    for clause in _CLAUSE_END.split(text):
        keys = _keys(clause)
        if len(keys) >= 2:
            denies = _DENIAL.search(clause) is not None
            yield _Clause(keys, denies, not denies and _DOUBT.search(clause) is not None)


def _is_reversed(sentence: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a clause denies what its nearest clauses of the evidence affirm, or the reverse."""
    doubts = _DENIAL.search(sentence) or _DOUBT.search(sentence)
    for clause in _clauses(sentence):
        near = [
            other
            for item in evidence
            for other in item.clauses
            if len(clause.keys & other.keys) >= NEAR * len(clause.keys)
        ]
        if not near:
            continue
        if clause.denies and not any(other.denies or other.is_weak for other in near):
            return True
        if not doubts and all(other.denies and other.keys <= clause.keys for other in near):
            return True
    return False


NEAR = 0.6


def _is_covered(sentence: str, evidence: Sequence[Evidence], similarity: Similarity | None) -> bool:
    if all(item.language != language_of(sentence) for item in evidence):
        sources = [text for item in evidence for text in item.sentences]
        return similarity is not None and similarity(sentence, sources) >= SIMILARITY
    return cover(sentence, evidence) >= COVER


def cover(sentence: str, evidence: Sequence[Evidence]) -> float:
    """Share of a sentence's words that stand in the best window of each passage, in [0, 1]."""
    keys = _keys(sentence)
    nearest = (max(item.windows, key=lambda window: len(keys & window)) for item in evidence)
    return len(keys & frozenset().union(*nearest)) / len(keys) if keys else 0.0


def nearest_span(sentence: str, passage: Passage) -> Span:
    """The sentence of a passage that shares most words with another, as a span of the document's text."""
    keys = _keys(sentence)
    spans = split_sentences(passage.text) or [Span(0, len(passage.text))]
    best = max(spans, key=lambda span: len(keys & _keys(passage.text[span.start : span.end])))
    return Span(best.start + passage.span.start, best.end + passage.span.start)
