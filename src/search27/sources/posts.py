"""Posts and pages as WordPress's REST API gives them: what of them is kept, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import lxml.etree
import lxml.html

from search27.sources.publications import digest_of

WANTED = (
    "id", "date", "date_gmt", "modified", "modified_gmt", "slug", "status", "type", "link", "title", "content",
    "author", "categories", "tags",
)  # fmt: skip
EMBEDDED = {"author": ("id", "name"), "wp:term": ("id", "name", "taxonomy")}
WHOLE = {"_embed": "author,wp:term", "_fields": ",".join((*WANTED, "_links", "_embedded"))}
"""What is asked for to get a post with the names of its authors and categories."""


def kept(post: dict[str, Any]) -> dict[str, Any]:
    """The fields of a post that the corpus keeps."""
    fields = {key: post[key] for key in WANTED if key in post}
    embedded = post.get("_embedded")
    if isinstance(embedded, dict):
        fields["_embedded"] = {
            key: _pruned(embedded[key], names) for key, names in EMBEDDED.items() if key in embedded
        }
    return fields


def digest(post: dict[str, Any]) -> str:
    """SHA-256 over a kept post, apart from when it was changed."""
    lasting = {key: value for key, value in post.items() if not key.startswith("modified")}
    return digest_of([json.dumps(lasting, sort_keys=True)])


def facts(post: dict[str, Any]) -> dict[str, Any]:
    """Date, authors and categories of a kept post, in a sidecar's form."""
    embedded = post.get("_embedded", {})
    terms = [term for group in _lists(embedded.get("wp:term")) for term in _lists(group)]
    facts = {
        "date": str(post.get("date", ""))[:10],
        "authors": [plain(str(author["name"])) for author in _named(embedded.get("author"))],
        "categories": [plain(str(t["name"])) for t in _named(terms) if t.get("taxonomy") == "category"],
    }
    return {key: value for key, value in facts.items() if value}


def _lists(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(value: Any) -> list[dict[str, Any]]:
    return [item for item in _lists(value) if isinstance(item, dict) and item.get("name")]


def items(value: Any) -> list[dict[str, Any]]:
    """Items that have a number; anything else in the answer is none of WordPress's."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), int)]


def is_whole(post: Any) -> bool:
    """Whether this is a post with title and content."""
    return isinstance(post, dict) and all(
        isinstance(post.get(key), dict) and isinstance(post[key].get("rendered"), str)
        for key in ("title", "content")
    )


def _pruned(value: Any, fields: Iterable[str]) -> Any:
    """Embedded objects with some of their fields only: the others change without the post."""
    if isinstance(value, list):
        return [_pruned(item, fields) for item in value]
    return {key: value[key] for key in fields if key in value} if isinstance(value, dict) else value


def rendered(row: dict[str, Any], key: str) -> str:
    """HTML of a field such as `title`, `""` where there is none."""
    part = row.get(key)
    text = part.get("rendered") if isinstance(part, dict) else None
    return text if isinstance(text, str) else ""


def parsed(html: str) -> lxml.html.HtmlElement:
    """A tree of a piece of HTML; empty where it cannot be read."""
    try:
        return lxml.html.fragment_fromstring(html, create_parent="div")
    except (lxml.etree.ParserError, ValueError):
        return lxml.html.Element("div")


def plain(html: str) -> str:
    """Text of a piece of HTML, on one line."""
    return " ".join(parsed(html).text_content().split())
