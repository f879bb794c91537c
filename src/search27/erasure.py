"""Finding and taking out a name in texts and files, whatever its case, accents and blanks."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from search27.errors import SourceError
from search27.types import Span

MASK = "(…)"
"""Reads as plain text in YAML too, where a bracket would open a list."""
TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".yaml")
JSON_SUFFIX = ".json"


class Name:
    """A person's name, or any words, to be found in texts.

    Raises:
        ValueError: There is no letter or digit in it.
    """

    def __init__(self, words: str) -> None:
        parts = _folded(unicodedata.normalize("NFC", words)).split()
        if not any(character.isalnum() for part in parts for character in part):
            raise ValueError(f"{words!r} holds no letter or digit.")
        self._pattern = re.compile(r"(?<!\w)" + r"(?:\s|&nbsp;)+".join(map(re.escape, parts)) + r"(?!\w)")

    def spans(self, text: str) -> list[Span]:
        """Where it stands in a text in NFC."""
        return [Span(*match.span()) for match in self._pattern.finditer(_folded(text))]

    def stands_in(self, text: str) -> bool:
        """Whether a text holds it."""
        return bool(self.spans(unicodedata.normalize("NFC", text)))

    def taken_out(self, text: str) -> str:
        """The text with `(…)` in its place."""
        text = unicodedata.normalize("NFC", text)
        for span in reversed(self.spans(text)):
            text = text[: span.start] + MASK + text[span.end :]
        return text


def _folded(text: str) -> str:
    """Small letters without accents, one for each character, so that places stay."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    if character in "’ʼ":
        return "'"
    small = unicodedata.normalize("NFD", character)[0].lower()
    return small if len(small) == 1 else character


def is_rewritable(path: Path) -> bool:
    """Whether a name can be taken out of a file of this kind; out of PDF, DOCX and ODT it cannot."""
    return path.suffix.lower() in (*TEXT_SUFFIXES, JSON_SUFFIX)


def rewritten(path: Path, name: Name) -> bytes | None:
    """The file's content without the name, None where it does not hold it.

    Raises:
        SourceError: The file cannot be read as text or JSON.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        if path.suffix.lower() == JSON_SUFFIX:
            before = json.loads(text)
            after = _in_values(before, name)
            return None if after == before else json.dumps(after, ensure_ascii=False, indent=1).encode()
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be searched ({error}). Correct it or remove it by hand.") from error
    return name.taken_out(text).encode() if name.stands_in(text) else None


def _in_values(value: Any, name: Name) -> Any:
    if isinstance(value, str):
        return name.taken_out(value) if name.stands_in(value) else value
    if isinstance(value, list):
        return [_in_values(item, name) for item in value]
    if isinstance(value, dict):
        return {key: _in_values(item, name) for key, item in value.items()}
    return value
