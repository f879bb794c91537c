"""Documents, passages and sentence windows in one SQLite file; row positions match the vector files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from search27.types import Block, Document, DocumentInfo, Link, PageRef, PageSpan, Passage, Span

_SCHEMA = """
CREATE TABLE documents (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, key TEXT NOT NULL,
    info TEXT NOT NULL, text TEXT NOT NULL, structure TEXT NOT NULL
);
CREATE TABLE passages (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents(position),
    first INTEGER NOT NULL, last INTEGER NOT NULL, heading TEXT NOT NULL, paragraph INTEGER NOT NULL,
    pages TEXT NOT NULL
);
CREATE TABLE windows (
    position INTEGER PRIMARY KEY, passage INTEGER NOT NULL REFERENCES passages(position),
    first INTEGER NOT NULL, last INTEGER NOT NULL
);
CREATE INDEX passages_by_document ON passages(document);
CREATE INDEX windows_by_passage ON windows(passage);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its passages as the store keeps them.

    Attributes:
        source: Id of the source file that it was extracted from.
        key: Hash of the file's content and of everything else that decides the passages and vectors.
        windows: For each passage the sentence windows, spans of the document's text.
    """

    document: Document
    source: str
    key: str
    passages: tuple[Passage, ...]
    windows: tuple[tuple[Span, ...], ...]


class StoreWriter:
    """Writes a new store; positions follow the order of `add`."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(_SCHEMA)
        self.documents = self.passages = self.windows = 0

    def add(self, entry: Entry) -> None:
        """Append one document with its passages and windows."""
        info = _plain(entry.document.info)
        info["date"], info["modified"] = _iso(info["date"]), _iso(info["modified"])
        structure: dict[str, list[Any]] = {
            name: [_plain(item) for item in getattr(entry.document, name)] for name in ("blocks", "links")
        }
        structure["pages"] = [_plain(item) | {"page": _plain(item.page)} for item in entry.document.pages]
        structure["warnings"] = list(entry.document.warnings)
        execute = self._connection.execute
        execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.documents,
                entry.document.info.id,
                entry.source,
                entry.key,
                json.dumps(info, ensure_ascii=False),
                entry.document.text,
                json.dumps(structure, ensure_ascii=False),
            ),
        )
        for passage, windows in zip(entry.passages, entry.windows, strict=True):
            pages = json.dumps([_plain(page) for page in passage.pages], ensure_ascii=False)
            place = (self.passages, passage.id, self.documents, passage.span.start, passage.span.end)
            execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*place, passage.heading, passage.paragraph, pages),
            )
            for window in windows:
                execute(
                    "INSERT INTO windows VALUES (?, ?, ?, ?)",
                    (self.windows, self.passages, window.start, window.end),
                )
                self.windows += 1
            self.passages += 1
        self.documents += 1

    def close(self) -> None:
        """Commit and close."""
        self._connection.commit()
        self._connection.close()


class Store:
    """Reads a finished store; never writes. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        rows = self._connection.execute("SELECT info FROM documents ORDER BY position")
        self.infos: list[DocumentInfo] = [_info(json.loads(info)) for (info,) in rows]
        self._positions = {info.id: position for position, info in enumerate(self.infos)}
        self.document_of = self._column("SELECT document FROM passages ORDER BY position")
        """Document position of each passage, int64, (passages,)."""
        self.passage_of = self._column("SELECT passage FROM windows ORDER BY position")
        """Passage position of each window, int64, (windows,)."""
        starts = np.searchsorted(self.passage_of, np.arange(len(self.document_of) + 1))
        self.windows_of = starts
        """Window range of passage p: `windows_of[p]` to `windows_of[p + 1]`, int64, (passages + 1,)."""

    def _column(self, query: str) -> NDArray[np.int64]:
        return np.fromiter((value for (value,) in self._connection.execute(query)), np.int64)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def position(self, document_id: str) -> int | None:
        """Position of a document, None where it is unknown."""
        return self._positions.get(document_id)

    def info(self, passage: Passage) -> DocumentInfo:
        """The publication that a passage of this store belongs to."""
        return self.infos[self._positions[passage.document_id]]

    def document_with(self, passage: Passage) -> Document:
        """The whole document that a passage of this store belongs to."""
        return self.document(self._positions[passage.document_id])

    def keys(self) -> dict[str, tuple[str, list[int]]]:
        """For each source: its key and the positions of the documents extracted from it."""
        found: dict[str, tuple[str, list[int]]] = {}
        for position, source, key in self._connection.execute(
            "SELECT position, source, key FROM documents ORDER BY position"
        ):
            found.setdefault(source, (key, []))[1].append(position)
        return found

    def document(self, position: int) -> Document:
        """The whole document at `position`."""
        text, structure = self._connection.execute(
            "SELECT text, structure FROM documents WHERE position = ?", (position,)
        ).fetchone()
        return _document(self.infos[position], text, json.loads(structure))

    def passages(self, positions: Sequence[int]) -> list[Passage]:
        """Passages in the order of `positions`."""
        marks = ",".join("?" * len(positions))
        query = (
            "SELECT p.position, p.id, p.document, p.first, p.last, p.heading, p.paragraph, p.pages, "
            "substr(d.text, p.first + 1, p.last - p.first) FROM passages p "
            f"JOIN documents d ON d.position = p.document WHERE p.position IN ({marks})"
        )
        rows = self._connection.execute(query, [int(position) for position in positions])
        found = {row[0]: self._passage(row[1:]) for row in rows}
        return [found[int(position)] for position in positions]

    def _passage(self, row: tuple[Any, ...]) -> Passage:
        identity, document, first, last, heading, paragraph, pages, text = row
        refs = tuple(PageRef(**page) for page in json.loads(pages))
        return Passage(identity, self.infos[document].id, text, Span(first, last), refs, heading, paragraph)

    def passages_of(self, document: int) -> list[int]:
        """Positions of a document's passages, in order."""
        rows = self._connection.execute(
            "SELECT position FROM passages WHERE document = ? ORDER BY position", (document,)
        )
        return [position for (position,) in rows]

    def passage_ids(self) -> list[str]:
        """Ids of all passages by position."""
        rows = self._connection.execute("SELECT id FROM passages ORDER BY position")
        return [identity for (identity,) in rows]

    def window_spans(self, positions: Iterable[int]) -> list[Span]:
        """Spans of windows, in the document's text, in the order of `positions`."""
        wanted = [int(position) for position in positions]
        marks = ",".join("?" * len(wanted))
        rows = self._connection.execute(
            f"SELECT position, first, last FROM windows WHERE position IN ({marks})", wanted
        )
        found = {position: Span(first, last) for position, first, last in rows}
        return [found[position] for position in wanted]

    def entry(self, position: int) -> Entry:
        """A document with its passages and windows, to be carried into the next generation."""
        source, key = self._connection.execute(
            "SELECT source, key FROM documents WHERE position = ?", (position,)
        ).fetchone()
        numbers = self.passages_of(position)
        windows = tuple(
            tuple(self.window_spans(range(self.windows_of[number], self.windows_of[number + 1])))
            for number in numbers
        )
        return Entry(self.document(position), source, key, tuple(self.passages(numbers)), windows)


def _plain(item: Any) -> dict[str, Any]:
    """Fields of a dataclass with slots; `dataclasses.asdict` copies them deeply, which takes ten times longer."""
    return {name: getattr(item, name) for name in item.__slots__}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _info(data: dict[str, Any]) -> DocumentInfo:
    for name in ("date", "modified"):
        data[name] = date.fromisoformat(data[name]) if data[name] else None
    for name in ("authors", "categories"):
        data[name] = tuple(data[name])
    return DocumentInfo(**data)


def _document(info: DocumentInfo, text: str, structure: dict[str, Any]) -> Document:
    pages = tuple(PageSpan(PageRef(**page.pop("page")), **page) for page in structure["pages"])
    return Document(
        info,
        text,
        tuple(Block(**block) for block in structure["blocks"]),
        pages,
        tuple(Link(**link) for link in structure["links"]),
        tuple(structure["warnings"]),
    )
