"""What a set of publications can be narrowed by, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from search27.explore.atlas import Programme
from search27.types import DocumentInfo, Hit, Kind

Value = TypeVar("Value", bound=str)


@dataclass(frozen=True, slots=True)
class Facets:
    """Publications per value; an empty facet is not shown.

    Attributes:
        years: Newest first.
        kinds: Most frequent first, like `authors`, `categories` and `programmes`.
    """

    years: dict[int, int]
    kinds: dict[Kind, int]
    authors: dict[str, int]
    categories: dict[str, int]
    programmes: dict[str, int] = field(default_factory=dict)


def facets_of(documents: Iterable[DocumentInfo], programmes: Sequence[Programme] = ()) -> Facets:
    """Count each publication once per value."""
    unique = list({document.id: document for document in documents}.values())
    ids = {document.id for document in unique}
    years = Counter(document.date.year for document in unique if document.date)
    return Facets(
        years=dict(sorted(years.items(), reverse=True)),
        kinds=_by_count(document.kind for document in unique),
        authors=_by_count(name for document in unique for name in document.authors if name.strip()),
        categories=_by_count(name for document in unique for name in document.categories if name.strip()),
        programmes=_by_count(item.name for item in programmes for found in item.documents if found in ids),
    )


def _by_count(values: Iterable[Value]) -> dict[Value, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def by_date(hits: Sequence[Hit], newest_first: bool) -> list[Hit]:
    """Hits in order of their publication's date, undated ones last, equals by relevance."""
    dated = [hit for hit in hits if hit.document.date]
    undated = [hit for hit in hits if not hit.document.date]

    def ordinal(hit: Hit) -> int:
        number = hit.document.date.toordinal() if hit.document.date else 0
        return -number if newest_first else number

    return sorted(dated, key=ordinal) + undated


def by_publication(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits in groups of one publication each, in the order of each group's first hit."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(hit.document.id, []).append(hit)
    return list(groups.values())
