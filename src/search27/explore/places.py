"""The places that publications name: a list of regions, departments and towns, and towns that a text calls so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources

from search27.explore.atlas import Place, PlaceKind
from search27.explore.programmes import CACHED_TEXTS
from search27.french.words import fold
from search27.types import Document

MIN_DOCUMENTS = 2

_CAPITALISED = r"[A-ZÀ-ÖØ-ÞŒ][a-zß-öø-ÿœ]+"
_TOWN_NAME = rf"(?:(?:La|Le|Les) |L’)?{_CAPITALISED}(?:-(?:{_CAPITALISED}|[a-zà-ÿ’]+)|[ ]{_CAPITALISED})*"
_CALLED_TOWN = re.compile(
    r"\b(?:[Vv]illes?|[Cc]ommunes?|[Vv]illages?|[Mm]étropoles?|[Mm]airies?|[Mm]unicipalités?)"
    rf" (?:de |d[’'])({_TOWN_NAME})(?![\w-])"
)
_JOINT = re.compile(r"[ -]")


def places(documents: Sequence[Document]) -> tuple[Place, ...]:
    """Places that at least `MIN_DOCUMENTS` texts name, by kind, then in alphabetical order."""
    known = {**_called_towns(documents), **_known()}
    names = _names_pattern([place.name for place in known.values()])
    naming: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for name in _named(document.text, names):
            naming[fold(name)].add(document.info.id)
    dates = {document.info.id: str(document.info.date or "") for document in documents}
    found = [
        Place(
            known[key].name,
            known[key].kind,
            tuple(sorted(ids, key=lambda document_id: (dates[document_id], document_id), reverse=True)),
        )
        for key, ids in naming.items()
        if len(ids) >= MIN_DOCUMENTS
    ]
    return tuple(sorted(found, key=lambda place: (_ORDER.index(place.kind), fold(place.name))))


_ORDER: tuple[PlaceKind, ...] = ("region", "department", "town")


@cache
def _known() -> dict[str, Place]:
    """The places that ship with the package, by folded name."""
    text = resources.files("search27.explore").joinpath("places.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        for kind in _ORDER:
            if line.startswith(f"{kind}: "):
                names = line.removeprefix(f"{kind}: ").split(", ")
                found.update({fold(name): Place(name, kind, ()) for name in names})
    return found


def _called_towns(documents: Sequence[Document]) -> dict[str, Place]:
    """Names that several texts introduce as a town, a village or the like, by folded name."""
    called: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for name in _called(document.text):
            called[name].add(document.info.id)
    return {
        fold(name): Place(name, "town", ())
        for name, ids in sorted(called.items())
        if len(ids) >= MIN_DOCUMENTS
    }


@lru_cache(CACHED_TEXTS)
def _called(text: str) -> frozenset[str]:
    return frozenset(match[1] for match in _CALLED_TOWN.finditer(text))


@lru_cache(CACHED_TEXTS)
def _named(text: str, names: re.Pattern[str]) -> frozenset[str]:
    return frozenset(names.findall(text))


def _names_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the names as whole words, the longest first; hyphens and blanks count the same."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?=[^\W\d_a-z])(?:{'|'.join(map(_spellings, longest_first))})(?![\w-])")


def _spellings(name: str) -> str:
    return _JOINT.sub("[ \u00a0-]", re.escape(name).replace("\\", "")).replace("’", "[’']")
