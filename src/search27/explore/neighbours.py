"""What a publication stands beside: the most alike ones, and those that link to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import numpy as np

from search27.explore.programmes import oldest_first
from search27.index.dense import Vectors
from search27.types import Document, DocumentInfo

RELATED = 6
_ROWS_AT_ONCE = 1024
_POST = re.compile(r"/(\d+)$")


def related(documents: Sequence[Document], vectors: Vectors) -> dict[str, tuple[str, ...]]:
    """For each publication the `RELATED` most alike ones, best first.

    Args:
        documents: In the order of `vectors`.
        vectors: float32, (n, dim), unit rows.
    """
    ids = [document.info.id for document in documents]
    found = {}
    for start in range(0, len(ids), _ROWS_AT_ONCE):
        likeness = vectors[start : start + _ROWS_AT_ONCE] @ vectors.T
        for offset, row in enumerate(likeness):
            row[start + offset] = -np.inf
            best = np.lexsort((np.arange(len(ids)), -row))[: min(RELATED, len(ids) - 1)]
            found[ids[start + offset]] = tuple(ids[place] for place in best)
    return found


def cited_by(documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
    """For each publication that others link to, those others, oldest first."""
    by_address = _addresses([document.info for document in documents])
    citing: dict[str, dict[str, DocumentInfo]] = defaultdict(dict)
    for document in documents:
        for link in document.links:
            target = by_address.get(address(link.url))
            if target and target != document.info.id:
                citing[target][document.info.id] = document.info
    return {
        target: tuple(info.id for info in sorted(citing[target].values(), key=oldest_first))
        for target in sorted(citing)
    }


def _addresses(infos: Sequence[DocumentInfo]) -> dict[str, str]:
    """Document id by address; a post of WordPress is also known by its number."""
    found = {}
    for info in infos:
        if info.url:
            found[address(info.url)] = info.id
            if post := _POST.search(info.id):
                found[f"{_host(info.url)}?p={post[1]}"] = info.id
    return found


def address(url: str) -> str:
    """A web address as links are compared: without scheme, `www.`, query, fragment or closing slash.

    WordPress's short form `?p=123` keeps its number; what is no web address gives `""`.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    number = parse_qs(parts.query).get("p", [""])[0]
    path = parts.path.rstrip("/")
    return f"{_host(url)}?p={number}" if number.isdecimal() and not path else _host(url) + path


def _host(url: str) -> str:
    return urlsplit(url.strip()).netloc.lower().removeprefix("www.")
