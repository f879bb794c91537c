"""Sitemaps and feeds: which addresses they list, and what they know of each."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import lxml.etree

from search27.sources.exchange import Expected

MAXIMUM_XML = 50_000_000  # bytes: the sitemap protocol's own limit


def _inflate(content: bytes) -> bytes:
    """Content, decompressed where it is gzip, up to the limit of a sitemap.

    Raises:
        ValueError: It is damaged or larger.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(BytesIO(content)) as stream:
            whole = stream.read(MAXIMUM_XML + 1)
    except (OSError, EOFError) as error:
        raise ValueError(str(error)) from error
    if len(whole) > MAXIMUM_XML:
        raise ValueError(f"more than {MAXIMUM_XML:,} bytes once decompressed")
    return whole


def _parse_xml(content: bytes) -> Any:
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return lxml.etree.fromstring(_inflate(content), parser)
    except lxml.etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


XML = Expected(
    "XML", "application/xml", ("xml", "gzip", "text/plain", "octet-stream"), MAXIMUM_XML, 60.0, _parse_xml
)


def sitemap_entries(root: Any) -> Iterator[tuple[str, str]]:
    """Address and time of last change of a sitemap's entries."""
    for entry in _named(root, "url", "sitemap"):
        texts = {lxml.etree.QName(child).localname: (child.text or "").strip() for child in _elements(entry)}
        if texts.get("loc"):
            yield texts["loc"], texts.get("lastmod", "")


def feed_entries(root: Any) -> Iterator[tuple[str, str]]:
    """Address and day (ISO 8601) of the entries of an RSS or Atom feed."""
    for entry in _named(root, "item", "entry"):
        link, day = "", ""
        for child in _elements(entry):
            name, text = lxml.etree.QName(child).localname, (child.text or "").strip()
            if name == "link" and child.get("rel", "alternate") == "alternate":
                link = link or child.get("href") or text
            elif name in ("pubDate", "published", "date"):
                day = day or _day(text)
        if link:
            yield link, day


def _named(root: Any, *names: str) -> Iterable[Any]:
    return (element for element in _elements(root.iter()) if lxml.etree.QName(element).localname in names)


def _elements(nodes: Any) -> Iterator[Any]:
    """Elements among nodes: comments and processing instructions have no name."""
    return (node for node in nodes if isinstance(node.tag, str))


def _day(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return ""
    return (moment.astimezone(UTC) if moment.tzinfo is None else moment).date().isoformat()
