"""What identifies a publication: sidecar over front matter and metadata, over text, over file name."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from search27.extraction.remarks import remark
from search27.sources.folder import SourceFile
from search27.types import KINDS, Kind

SIDECAR_MAXIMUM_BYTES = 100_000
LANGUAGES = ("fr", "en")
FIRST_YEAR, LAST_YEAR = 1900, 2100
CORRECTED = "corrected"
KNOWN_KEYS = (
    *("title", "date", "modified", "authors", "author", "kind", "url", "categories", "language"),
    CORRECTED,
)
FRENCH_WORDS = re.compile(r"\b(?:le|la|les|des|du|un|une|et|est|en|dans|pour|que|qui|sur|avec|pas|ce|au)\b")
ENGLISH_WORDS = re.compile(r"\b(?:the|of|and|to|in|is|that|for|it|with|as|are|this|be|by|from|at|was|an)\b")
PROGRAM_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|sans titre|(?:word )?document)[\s\d-]*|.*\.\w{3,4}|[\W\d_]*",
    re.IGNORECASE,
)
PROGRAM_AUTHOR = re.compile(
    r"^(?:python-docx|admin\w*|user|utilisateur|unknown|anonymous|unspecified|inconnu|auteur|author|microsoft.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Meta:
    """What one place says about a publication; an empty field says nothing."""

    title: str = ""
    date: datetime.date | None = None
    modified: datetime.date | None = None
    authors: tuple[str, ...] = ()
    kind: Kind | None = None
    url: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""

    def or_else(self, other: Meta) -> Meta:
        """This, with its empty fields filled from `other`."""
        return Meta(*(getattr(self, f.name) or getattr(other, f.name) for f in fields(self)))


def read_sidecar(path: Path | None) -> tuple[Meta, tuple[str, ...]]:
    """Read `NAME.meta.yaml`; what cannot be read is told in warnings, never fatal to the publication."""
    if path is None:
        return Meta(), ()
    try:
        if path.stat().st_size > SIDECAR_MAXIMUM_BYTES:
            return Meta(), (f"{path.name} is larger than {SIDECAR_MAXIMUM_BYTES} bytes and was not read.",)
        mapping = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        return Meta(), (f"{path.name} is not valid YAML and was not read: {error}",)
    if not isinstance(mapping, dict):
        return Meta(), (f"{path.name} holds no `key: value` lines and was not read.",)
    unknown = sorted(str(key) for key in mapping if key not in KNOWN_KEYS)
    warnings = [f"{path.name}: unknown key {key!r}. Known ones: {', '.join(KNOWN_KEYS)}." for key in unknown]
    meta, wrong = from_mapping(mapping)
    return meta, (*warnings, *(f"{path.name}: {warning}" for warning in wrong))


def corrected_facts(mapping: object) -> dict[str, Any]:
    """What a person corrected in a sidecar, as its `corrected` key lists it, and that key; else nothing."""
    keys = mapping.get(CORRECTED) if isinstance(mapping, dict) else None
    if not isinstance(mapping, dict) or not isinstance(keys, list):
        return {}
    kept = [key for key in keys if key in KNOWN_KEYS and key in mapping]
    return {**{key: mapping[key] for key in kept}, CORRECTED: kept} if kept else {}


def from_mapping(mapping: Mapping[Any, Any]) -> tuple[Meta, tuple[str, ...]]:
    """Read the known keys of a sidecar or front matter; a value of the wrong type becomes a warning."""
    warnings = []
    days: dict[str, datetime.date | None] = {}
    for key in ("date", "modified"):
        days[key] = parse_day(mapping.get(key))
        if mapping.get(key) and days[key] is None:
            warnings.append(f"{key} {mapping[key]!r} is no date. Write it as 2025-03-31.")
    kind = str(mapping.get("kind") or "")
    if kind and kind not in KINDS:
        warnings.append(f"kind {kind!r} is unknown. Known ones: {', '.join(KINDS)}.")
    language = _line(mapping.get("language"))[:2].lower()
    if language and language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        warnings.append(f"language {mapping['language']!r} is unknown. Known ones: {known}.")
    meta = Meta(
        title=_line(mapping.get("title")),
        date=days["date"],
        modified=days["modified"],
        authors=_lines(mapping.get("authors") or mapping.get("author")),
        kind=next((known for known in KINDS if known == kind), None),
        url=_line(mapping.get("url")),
        categories=_lines(mapping.get("categories")),
        language=language,
    )
    return meta, tuple(warnings)


def parse_day(value: object) -> datetime.date | None:
    """A day from a YAML date, an ISO 8601 text, `2025-03` or `2025` (then the first day); None otherwise."""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if not isinstance(value, datetime.date):
        match = re.match(r"\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?(?!\d)", str(value or ""))
        if match is None:
            return None
        year, month, day = (int(part or 1) for part in match.groups())
        try:
            value = datetime.date(year, month, day)
        except ValueError:
            return None
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else None


def complete(source: SourceFile, own: Meta, default: Kind) -> tuple[Meta, tuple[str, ...]]:
    """Merge sidecar, what the document says (`own`) and the file name, in this order; guess kind and date."""
    sidecar, warnings = read_sidecar(source.sidecar)
    stem = source.id.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = " ".join(re.split(r"[_\-\s]+", stem)).strip()
    meta = sidecar.or_else(own).or_else(Meta(title=words[:1].upper() + words[1:]))
    kind = meta.kind or guess_kind(default, meta.title, stem)
    day = meta.date or guess_day(kind, stem) or guess_day(kind, meta.title)
    if day and not meta.date:
        warnings += (remark("date_guessed", date=day),)
    return replace(meta, kind=kind, date=day), warnings


def guess_kind(default: Kind, *names: str) -> Kind:
    """`report` where the title or file name says so, else `default`."""
    folded = " ".join(_fold(name) for name in names)
    return "report" if re.search(r"\brapports?\b|\b(activity|annual) report\b", folded) else default


def guess_day(kind: Kind, name: str) -> datetime.date | None:
    """The day or year that a name holds; a year stands for its last day in a report, else for its first."""
    match = re.search(r"(?<!\d)((?:19|20)\d{2})(-[01]\d-[0-3]\d)?(?!\d)", name)
    if match is None:
        return None
    if match.group(2):
        return parse_day(match.group())
    year = int(match.group(1))
    return datetime.date(year, 12, 31) if kind == "report" else datetime.date(year, 1, 1)


def guess_language(text: str) -> str:
    """`en` where English function words outnumber French ones, else `fr`."""
    sample = text[:50_000].lower()
    return "en" if len(ENGLISH_WORDS.findall(sample)) > len(FRENCH_WORDS.findall(sample)) else "fr"


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", re.sub(r"[_\-]+", " ", text))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _line(value: object) -> str:
    return "" if value is None else unicodedata.normalize("NFC", " ".join(str(value).split()))


def _lines(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(line for line in map(_line, values) if line)


def sensible_title(title: object) -> str:
    """A title from file metadata, or nothing where a program left its mark (`Microsoft Word - x.doc`)."""
    text = _line(title)
    return "" if PROGRAM_TITLE.fullmatch(text) else text


def authors_of(names: object) -> tuple[str, ...]:
    """Names parted by `;`, or by `,` where each part has several words; programs' names are left out."""
    parts = _line(names).split(";")
    if len(parts) == 1 and all(" " in part.strip() for part in parts[0].split(",")):
        parts = parts[0].split(",")
    stripped = (part.strip() for part in parts)
    return tuple(dict.fromkeys(part for part in stripped if part and not PROGRAM_AUTHOR.match(part)))
