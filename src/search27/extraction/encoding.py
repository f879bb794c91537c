"""Bytes of a text file to characters."""

from __future__ import annotations

import codecs

from search27.extraction.remarks import remark

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Decode by byte order mark, else as UTF-8, else as Windows-1252 with a warning."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), ()
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        return text, (remark("not_utf8"),)
