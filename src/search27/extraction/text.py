"""Plain text and Markdown."""

from __future__ import annotations

import re
from typing import Any

import yaml
from markdown_it import MarkdownIt

from search27.extraction.draft import PAGE_BREAK, Draft, assemble
from search27.extraction.encoding import decode
from search27.extraction.markup import parse_fragment, pieces_of
from search27.extraction.meta import Meta, complete, from_mapping
from search27.extraction.paragraphs import pieces_of_text
from search27.extraction.repair import repair_characters
from search27.sources.folder import SourceFile
from search27.types import Document, Link

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
FRONT_MATTER_MAXIMUM = 100_000
ADDRESS = re.compile(r"https?://[^\s<>«»\"]+[^\s<>«»\".,;:!?)\]}’']")


def read_markdown(source: SourceFile, content: bytes) -> Document:
    """Read Markdown (CommonMark and tables), with or without YAML front matter.

    Raises:
        EmptyDocument: The file holds no text.
    """
    text, warnings = decode(content)
    text = text.replace("\r\n", "\n")
    front, text, wrong = _front_matter(text)
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    pieces, links = pieces_of(parse_fragment(html), front.url)
    title = next((piece.text for piece in pieces if piece.kind == "heading" and piece.level == 1), "")
    meta, guesses = complete(source, front.or_else(Meta(title=title)), "article" if front.date else "page")
    return assemble(
        source.id, Draft(meta, pieces, links=tuple(links), warnings=(*guesses, *wrong, *warnings))
    )


def read_plain(source: SourceFile, content: bytes) -> Document:
    """Read plain text; form feeds part pages, and a text without them has no pages.

    Raises:
        EmptyDocument: The file holds no text.
    """
    text, warnings = decode(content)
    text = repair_characters(text)
    pieces = pieces_of_text(text, 1 if PAGE_BREAK in text.strip() else 0)
    title = next((piece.text for piece in pieces[:1] if piece.kind == "heading"), "")
    if not " ".join(text.split()).startswith(title):
        title = ""
    meta, guesses = complete(source, Meta(title=title), "page")
    links = tuple(Link(url, url) for piece in pieces for url in ADDRESS.findall(piece.text))
    return assemble(source.id, Draft(meta, pieces, links=links, warnings=(*guesses, *warnings)))


def _front_matter(text: str) -> tuple[Meta, str, tuple[str, ...]]:
    match = FRONT_MATTER.match(text[:FRONT_MATTER_MAXIMUM])
    if match is None:
        return Meta(), text, ()
    try:
        mapping: Any = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Meta(), text[match.end() :], (f"The front matter is not valid YAML and was not read: {error}",)
    if not isinstance(mapping, dict):
        return Meta(), text, ()
    meta, warnings = from_mapping(mapping)
    return meta, text[match.end() :], warnings
