"""Messages between the build and its workers: length-prefixed JSON, for a worker is not trusted."""

from __future__ import annotations

import datetime
import json
import struct
from dataclasses import asdict
from typing import Any

from search27.types import Block, Document, DocumentInfo, Link, PageRef, PageSpan

HEADER = struct.Struct(">I")
MESSAGE_MAXIMUM_BYTES = 256_000_000


def pack(message: dict[str, Any]) -> bytes:
    """A message with its length before it."""
    body = json.dumps(message, default=datetime.date.isoformat).encode()
    return HEADER.pack(len(body)) + body


def document_to_row(document: Document) -> dict[str, Any]:
    """A document as JSON values; dates are left to `pack`."""
    return asdict(document)


def document_from_row(row: dict[str, Any]) -> Document:
    """The inverse of `document_to_row`, after JSON made lists of tuples and texts of dates.

    Raises:
        KeyError, TypeError, ValueError: The row is not one that `document_to_row` made.
    """
    info = row["info"] | {
        "date": _day(row["info"]["date"]),
        "modified": _day(row["info"]["modified"]),
        "authors": tuple(row["info"]["authors"]),
        "categories": tuple(row["info"]["categories"]),
    }
    return Document(
        info=DocumentInfo(**info),
        text=row["text"],
        blocks=tuple(Block(**block) for block in row["blocks"]),
        pages=tuple(PageSpan(PageRef(**span["page"]), span["start"], span["end"]) for span in row["pages"]),
        links=tuple(Link(**link) for link in row["links"]),
        warnings=tuple(row["warnings"]),
    )


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
