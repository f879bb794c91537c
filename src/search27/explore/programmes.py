"""Programmes: the corpus's own list, or names proposed from how the texts speak of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from search27.errors import ConfigError
from search27.explore.atlas import Programme
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Document, DocumentInfo

LIST = "_programmes.yaml"
"""In the corpus folder; its `programmes:` are names, or `name:` with `also:`, other ways to write it."""

MIN_CUES = 2
"""Publications that call a name a programme, project or the like, before it is proposed."""
MIN_MENTIONS = 3
MAX_PROPOSED = 40
CACHED_TEXTS = 4096
"""Of how many texts it is kept what was read in them: an atlas is drawn when most of them are known."""

_CAPITALISED = r"[A-ZÀ-ÖØ-ÞŒ][\w’'&-]*\w"
_INSIDE = r"(?:(?:de|des|du|en|et|la|le|les|of|the|for|and)[ \u00a0]){1,2}|[ld]['’]"
_NAME = rf"{_CAPITALISED}(?:[ \u00a0](?:{_INSIDE})?{_CAPITALISED}|[ \u00a0](?:of|the|for)[ \u00a0][a-z]+)*"
_CUE = re.compile(
    r"\b(?:[Pp]rogrammes?|opérations?|démarches?|dispositifs?|expérimentations?|projets?|recherche-action"
    r"|chantiers?)[ \u00a0](?:(?:intitulée?|appelée?|nommée?|baptisée?|expérimental|européen"
    r"|de recherche(?:-action)?)[ \u00a0])?"
    rf"(?:«[ \u00a0\u202f]?([^»\n]{{3,40}}?)[ \u00a0\u202f]?»|[\"“]([^\"”\n]{{3,40}})[\"”]|({_NAME}))"
)
_LETTERS = re.compile(r"\w+")
_ARTICLE = re.compile(r"(?:l[ae]s? |l['’])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A programme's name and the other ways to write it."""

    name: str
    also: tuple[str, ...] = ()

    def pattern(self) -> re.Pattern[str]:
        """Finds any of its spellings as whole words, capitals as they are written."""
        spellings = "|".join(_spelling(text) for text in (self.name, *self.also))
        return re.compile(rf"(?<![\w-])(?:{spellings})(?![\w-])")

    def is_in(self, text: str) -> bool:
        """Whether a text names it."""
        words = words_of(text)
        return any(
            words.issuperset(words_of(name)) and _whole_words(name).search(text) is not None
            for name in (self.name, *self.also)
        )


def _spelling(text: str) -> str:
    return re.escape(text).replace("\\ ", r"[ \u00a0]")


@lru_cache(maxsize=CACHED_TEXTS)
def words_of(text: str) -> frozenset[str]:
    """The words of a text as it writes them."""
    return frozenset(_LETTERS.findall(text))


@lru_cache(1024)
def _whole_words(text: str) -> re.Pattern[str]:
    """One spelling as whole words; it begins with the letters themselves, for which `re` skips ahead."""
    spelling = _spelling(text)
    return re.compile(rf"{spelling}(?<![\w-]{spelling})(?![\w-])")


def read_list(corpus: Path) -> tuple[Named, ...] | None:
    """The programmes that the corpus lists, None where it has no list.

    Raises:
        ConfigError: The list is not of the form that `LIST` describes.
    """
    path = corpus / LIST
    if not path.exists():
        return None
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return tuple(_listed(row) for row in data["programmes"] or ())
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path} cannot be read ({error}). Expected `programmes:` with one `- Name` a line."
        ) from error


def _listed(row: Any) -> Named:
    if isinstance(row, dict):
        return Named(str(row["name"]).strip(), tuple(str(text).strip() for text in row.get("also") or ()))
    return Named(str(row).strip())


def written_list(programmes: Iterable[Programme]) -> str:
    """The programmes in the form of `LIST`, to be edited."""
    rows = [{"name": item.name, "also": list(item.also)} if item.also else item.name for item in programmes]
    return yaml.safe_dump({"programmes": rows}, allow_unicode=True, sort_keys=False)


def proposed(documents: Sequence[Document]) -> tuple[Named, ...]:
    """Names that several texts call a programme, most often named first; the same texts give the same list."""
    candidates = _candidates(documents)
    kept = []
    for key, candidate in candidates.items():
        is_prefix = any(other.startswith(f"{key} ") for other in candidates)
        if len(candidate.cues) < MIN_CUES or is_prefix or key in FUNCTION_WORDS:
            continue
        named = candidate.named()
        mentions = sum(named.is_in(document.text) for document in documents)
        if mentions >= MIN_MENTIONS and not _is_common_word(named, mentions, documents):
            kept.append((-mentions, key, named))
    return tuple(named for _, _, named in sorted(kept)[:MAX_PROPOSED])


@dataclass(slots=True)
class _Candidate:
    """A name by its folded form: who calls it a programme, and how it is written."""

    cues: set[str] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)

    def named(self) -> Named:
        first, *others = sorted(self.spellings, key=self._rank)
        return Named(first, tuple(others))

    def _rank(self, text: str) -> tuple[bool, int, bool, str]:
        """The usual spelling first, capitals throughout last, accents before none."""
        return text.isupper(), -self.spellings[text], text.isascii(), text


def _candidates(documents: Sequence[Document]) -> dict[str, _Candidate]:
    found: dict[str, _Candidate] = defaultdict(_Candidate)
    for document in documents:
        for name in _cued(document.text):
            key = " ".join(fold(word) for word in _ARTICLE.sub("", name, count=1).split())
            if key and name[0].isupper():
                found[key].cues.add(document.info.id)
                found[key].spellings[name] += 1
    return found


@lru_cache(CACHED_TEXTS)
def _cued(text: str) -> tuple[str, ...]:
    """What a text calls a programme, as often as it does."""
    return tuple(" ".join((match[1] or match[2] or match[3]).split()) for match in _CUE.finditer(text))


def _is_common_word(named: Named, mentions: int, documents: Sequence[Document]) -> bool:
    """Whether a name of one word stands in the texts as an ordinary word more often than as a name."""
    if " " in named.name:
        return False
    ordinary = Named(named.name.lower())
    return sum(ordinary.is_in(document.text) for document in documents) >= mentions


def placed(names: Iterable[Named], documents: Sequence[Document]) -> tuple[Programme, ...]:
    """Each name with the publications that name it, in the order of their first year; unnamed ones last."""
    programmes = []
    for named in names:
        infos = [item.info for item in documents if named.is_in(item.info.title) or named.is_in(item.text)]
        infos.sort(key=oldest_first)
        years = Counter(info.date.year for info in infos if info.date)
        ids = tuple(info.id for info in infos)
        programmes.append(Programme(named.name, named.also, ids, tuple(sorted(years.items()))))
    return tuple(sorted(programmes, key=lambda item: (item.years[0][0] if item.years else 9999, item.name)))


def oldest_first(info: DocumentInfo) -> tuple[bool, str, str]:
    """Sort key: by date, undated ones last, equals by id."""
    return info.date is None, str(info.date), info.id
