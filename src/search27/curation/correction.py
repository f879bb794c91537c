"""A publication's title, date and kind, corrected in the sidecar beside its file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from search27.curation.files import find, write
from search27.curation.trash import keep_copy, own_sidecar
from search27.errors import SourceError
from search27.extraction.meta import CORRECTED, FIRST_YEAR, LAST_YEAR, corrected_facts, from_mapping
from search27.sources.folder import SIDECAR_SUFFIX, SourceFile
from search27.types import Kind

TITLE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Facts:
    """What to set; None leaves a fact as it is."""

    title: str | None = None
    date: datetime.date | None = None
    kind: Kind | None = None


def correct(corpus: Path, source_id: str, facts: Facts) -> Path:
    """Write facts into the sidecar of a file and give its path; its other keys stay.

    Its key `corrected` lists what a person has set, which a sync then leaves alone.

    The former sidecar is kept in the trash. A sidecar that several files share stays as it is: this file gets
    one of its own with the same keys.

    Raises:
        SourceNotFound: The corpus holds no such file.
        SourceError: A fact cannot be used, the present sidecar cannot be read, or the disk fails.
    """
    source = find(corpus, source_id)
    present, new = _present(source.sidecar), _mapping(facts)
    corrected = sorted({*corrected_facts(present).get(CORRECTED, []), *new})
    mapping = {**present, **new, CORRECTED: corrected}
    _, wrong = from_mapping(mapping)
    if wrong:
        raise SourceError(f"{source_id}: {wrong[0]}")
    path = _target(corpus, source)
    if path.exists():
        keep_copy(corpus, path)
    text = yaml.safe_dump(mapping, allow_unicode=True, sort_keys=False, width=1000)
    write(path, text.encode())
    return path


def _mapping(facts: Facts) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    if facts.title is not None:
        rows["title"] = " ".join(facts.title.split())
        if not 0 < len(rows["title"]) <= TITLE_CHARACTERS:
            raise SourceError(
                f"A title has 1 to {TITLE_CHARACTERS} characters, this one {len(rows['title'])}."
            )
    if facts.date is not None:
        if not FIRST_YEAR <= facts.date.year <= LAST_YEAR:
            raise SourceError(f"{facts.date} lies outside {FIRST_YEAR} to {LAST_YEAR}.")
        rows["date"] = facts.date
    if facts.kind is not None:
        rows["kind"] = facts.kind
    return rows


def _present(sidecar: Path | None) -> dict[str, Any]:
    if sidecar is None:
        return {}
    try:
        mapping = yaml.safe_load(sidecar.read_text(encoding="utf-8-sig"))
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"{sidecar.name} cannot be read ({error}). Correct it or remove it.") from error
    if not isinstance(mapping, dict | None):
        raise SourceError(f"{sidecar.name} holds no `key: value` lines. Correct it or remove it.")
    return mapping or {}


def _target(corpus: Path, source: SourceFile) -> Path:
    if source.sidecar is not None and own_sidecar(corpus, source):
        return source.sidecar
    return source.path.with_name(source.path.name + SIDECAR_SUFFIX)
