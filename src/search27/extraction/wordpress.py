"""Posts and pages in the JSON of the WordPress REST API (`wp-json/wp/v2/posts`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from search27.errors import ExtractionError, UnsupportedFormat
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.markup import parse_fragment, pieces_of
from search27.extraction.meta import Meta, complete, parse_day
from search27.extraction.remarks import remark
from search27.extraction.repair import repair_line
from search27.sources.folder import SourceFile
from search27.types import Document

MAXIMUM_DEPTH = 4


def read_posts(source: SourceFile, content: bytes) -> tuple[Document, ...]:
    """Read one post, a list of posts, or an object that wraps posts.

    A single post's id is the file's path without extension, a listed post's adds its number: `LIST/123`.

    Raises:
        UnsupportedFormat: The JSON holds no post.
        ExtractionError: The file is no JSON.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ExtractionError(f"{source.id} is not valid JSON ({error}). Fetch it again.") from error
    posts = list(_posts(value, MAXIMUM_DEPTH))
    if not posts:
        raise UnsupportedFormat(
            f"{source.id} is JSON without WordPress posts (objects with title.rendered and content.rendered)."
        )
    stem = source.id.rsplit(".", 1)[0]
    if isinstance(value, dict) and posts[0] is value:
        return (_read_post(source, stem, value),)
    numbers = [str(post.get("id") or place) for place, post in enumerate(posts, start=1)]
    unique = dict(zip(numbers, posts, strict=True))
    return tuple(_read_post(source, f"{stem}/{number}", post) for number, post in unique.items())


def _posts(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and _rendered(value, "content") is not None:
        if _rendered(value, "title") is not None:
            yield value
    elif isinstance(value, dict | list) and depth:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _posts(item, depth - 1)


def _rendered(post: dict[str, Any], key: str) -> str | None:
    part = post.get(key)
    rendered = part.get("rendered") if isinstance(part, dict) else None
    return rendered if isinstance(rendered, str) else None


def _read_post(source: SourceFile, document_id: str, post: dict[str, Any]) -> Document:
    link = post.get("link")
    own = Meta(
        title=_plain(_rendered(post, "title") or ""),
        date=parse_day(post.get("date")),
        modified=parse_day(post.get("modified")),
        authors=_names(post, "author"),
        url=link if isinstance(link, str) else "",
        categories=_names(post, "wp:term", taxonomy="category"),
        kind="page" if post.get("type") == "page" else "article",
    )
    meta, warnings = complete(source, own, "article")
    pieces, links = pieces_of(parse_fragment(_rendered(post, "content") or ""), meta.url)
    if not pieces:
        stand_in = [meta.title, meta.date.isoformat() if meta.date else "", meta.url]
        pieces = [Piece("paragraph", text) for text in stand_in if text]
        warnings += (remark("empty_post"),)
    return assemble(document_id, Draft(meta, pieces, links=tuple(links), warnings=warnings))


def _names(post: dict[str, Any], key: str, taxonomy: str = "") -> tuple[str, ...]:
    """Names that the API embedded under `key`; numbers alone name nobody."""
    embedded = post.get("_embedded")
    items = embedded.get(key) if isinstance(embedded, dict) else None
    flat: list[Any] = []
    for item in items if isinstance(items, list) else []:
        flat += item if isinstance(item, list) else [item]
    return tuple(
        dict.fromkeys(
            _plain(item["name"])
            for item in flat
            if isinstance(item, dict)
            and isinstance(item.get("name"), str)
            and item["name"].strip()
            and (not taxonomy or item.get("taxonomy", taxonomy) == taxonomy)
        )
    )


def _plain(html: str) -> str:
    return repair_line(parse_fragment(html).text_content())
