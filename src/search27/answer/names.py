"""Names of a sentence, and whether a passage holds them: spelled out, as an acronym, or as an inhabitant's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from search27.answer.cited import WORD, Cited, is_acronym, spoken
from search27.answer.dates import MONTHS
from search27.answer.quantities import ORDINALS, read
from search27.french import analyse, language_of
from search27.french.words import FUNCTION_WORDS, fold

PREFIX_ACROSS_LANGUAGES = 4
SHORTEST_ROOT = 4
"""Letters that a place and its inhabitants have in common at least: `Lyon`, `lyonnais`."""
SHORTEST_MISSPELT = 6
"""Letters from which one wrong, missing or doubled letter is forgiven."""

_OPENS = re.compile(r"(?:^|[.!?…:;•«“\"(\[–—])\s*$")
_AFTER_NUMBER = re.compile(r"\d\s?$")
_AFTER_LONE_NAME = re.compile(
    r"\s*(?:[,(.;]|$)|\s(?:a|aura|avait|est|et|était|doit|fait|fut|ont|peut|qui|sera|and|is|was|has)\b"
)
_VERB = re.compile(r"\s(?:(?:ne|se)\s|[ns]['’])?(?P<verb>[a-zà-ÿœ]*(?<!é)(?<!men)[eatd])\b")
"""Third person singular in French, by its ending."""
_NO_NAMES = MONTHS | ORDINALS | {
    "oui", "non", "mieux", "plutot", "ensemble", "ensuite", "enfin", "seul", "seule", "nul", "personne", "rien",
    "yes",
}  # fmt: skip
_TRANSLATIONS = {
    "agency": "agence", "belgium": "belgique", "british": "britannique", "city": "ville",
    "denmark": "danemark", "danish": "danois", "dutch": "neerlandais", "east": "est", "england": "angleterre",
    "english": "anglais", "europe": "europe", "finland": "finlande", "french": "francais", "german": "germano",
    "germany": "allemagne", "house": "maison", "india": "inde", "mauritius": "maurice", "new": "nouvelle",
    "north": "nord", "research": "recherche", "school": "ecole", "south": "sud", "spain": "espagne",
    "state": "etat", "states": "etats", "sweden": "suede", "united": "unis", "water": "eau", "west": "ouest",
    "zealand": "zelande",
}  # fmt: skip
_INHABITANT = re.compile(r"[dlnrstv]?(?:e?ois|ais|(?<!c)ien|ain|een|[dv]in)(?:ne|e)?s?")
"""Ending, folded; `Valenciennes` has nothing to do with `Valence`."""
_INHABITANTS = {
    "allemagne": "allemand", "angleterre": "anglais", "danemark": "danois", "espagne": "espagnol",
    "finlande": "finlandais", "france": "francais", "grece": "grec", "suede": "suedois", "alsace": "alsacien",
    "auvergne": "auvergnat", "provence": "provencal", "savoie": "savoyard",
}  # fmt: skip


def names_of(sentence: str) -> list[str]:
    """Words that are part of a name: capitals that the start of a sentence does not explain."""
    matches = list(WORD.finditer(sentence))
    found = []
    for number, match in enumerate(matches):
        word, before = match[0], sentence[: match.start()]
        if len(word) < 2 or not word[0].isupper() or fold(word) in FUNCTION_WORDS | _NO_NAMES:
            continue
        if _AFTER_NUMBER.search(before):
            continue
        after = matches[number + 1] if number + 1 < len(matches) else None
        is_joined = after and after[0][0].isupper() and sentence[match.end() : after.start()] in (" ", "-")
        is_lone = _AFTER_LONE_NAME.match(sentence, match.end())
        is_opening = word[1:].islower() and _OPENS.search(before)
        if is_joined or is_lone or not is_opening or _is_subject(sentence, match):
            found.append(word)
    return found


def _is_subject(sentence: str, opening: re.Match[str]) -> bool:
    """Whether a verb follows an opening word as it follows a name: `Lyon accueille`."""
    found = _VERB.match(sentence, opening.end())
    return (
        found is not None
        and fold(found["verb"]) not in FUNCTION_WORDS | _NO_NAMES
        and not read(opening[0]).quantities
        and language_of(sentence) == "fr"
    )


def unknown_names(sentence: str, cited: Sequence[Cited]) -> list[str]:
    """Names of a sentence that none of the passages holds."""
    words = spoken(WORD.findall(sentence))
    spelled_out = {
        words[place]
        for item in cited
        for acronym in item.acronyms
        for places in _expansions(words, acronym)
        for place in places
    }
    language = language_of(sentence)
    return [
        name
        for name in names_of(sentence)
        if name not in spelled_out and not any(_holds(item, name, language) for item in cited)
    ]


def _holds(cited: Cited, name: str, language: str) -> bool:
    folded = fold(name)
    if folded in cited.words or not cited.stems.isdisjoint(analyse(name)):
        return True
    if is_acronym(name):
        return any(_expansions(cited.spoken, folded))
    if folded in ("saint", "sainte"):
        return folded.replace("ain", "") in cited.words
    if language != cited.language and len(folded) > 2:
        start = _TRANSLATIONS.get(folded, folded[:PREFIX_ACROSS_LANGUAGES])
        return any(word.startswith(start) for word in cited.words)
    return any(_is_inhabitant(folded, word) or _is_misspelt(folded, word) for word in cited.words)


def _is_inhabitant(place: str, word: str) -> bool:
    """Whether a word names those of a place: what its name begins with, and an inhabitant's ending."""
    if place in _INHABITANTS:
        return word.startswith(_INHABITANTS[place])
    roots = (place, place[:-1], place[:-2])
    return any(
        len(root) >= SHORTEST_ROOT and word.startswith(root) and _INHABITANT.fullmatch(word, len(root))
        for root in roots
    )


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two long words differ by one letter, wrong, missing or added."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_MISSPELT or len(long) - len(short) > 1:
        return False
    first = next((n for n in range(len(short)) if short[n] != long[n]), len(short))
    skip = 1 if len(short) == len(long) else 0
    return short[first + skip :] == long[first + 1 :]


def _expansions(words: Sequence[str], acronym: str) -> Iterator[range]:
    """Places where successive words begin with the letters of an acronym, the first with a capital."""
    initials = "".join(fold(word)[0] for word in words)
    start = initials.find(acronym)
    while start >= 0:
        if words[start][0].isupper():
            yield range(start, start + len(acronym))
        start = initials.find(acronym, start + 1)
