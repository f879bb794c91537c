"""The atlas of a generation: everything that Explore shows, as values that are kept in one JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, ValidationError

from search27.errors import IndexCorrupt
from search27.types import Span

PlaceKind = Literal["region", "department", "town"]
Subject = Literal["programme", "topic"]

Documents: TypeAlias = tuple[str, ...]
Neighbours: TypeAlias = Annotated[
    Mapping[str, Documents], BeforeValidator(dict), PlainSerializer(dict, return_type=dict[str, Documents])
]
"""Document ids by document id."""

_NONE: Mapping[str, Documents] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim quote: `text` is exactly the document text's `span`."""

    document_id: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A publication on the map; `x` and `y` in [0, 1], `topic` counts from 0."""

    document_id: str
    x: float
    y: float
    topic: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Publications that speak of alike things.

    Attributes:
        terms: Words of the texts that tell this topic from the others, most telling first.
        x: Centre on the map, in [0, 1], like `y`.
        documents: Most typical first.
    """

    terms: tuple[str, ...]
    x: float
    y: float
    documents: Documents


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme and the publications that name it.

    Attributes:
        also: Other ways to write its name.
        documents: Oldest first, undated ones last.
        years: Year and number of publications, ascending.
    """

    name: str
    also: tuple[str, ...]
    documents: Documents
    years: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A term of the glossary.

    Attributes:
        expansion: What an acronym stands for, word for word; `""` for a programme.
        quote: The sentence that defines it.
        documents: Publications that use it.
    """

    term: str
    expansion: str
    quote: Excerpt
    documents: Documents


@dataclass(frozen=True, slots=True)
class Place:
    """A place and the publications that name it, newest first."""

    name: str
    kind: PlaceKind
    documents: Documents


@dataclass(frozen=True, slots=True)
class Tour:
    """A few publications to read in order, oldest first, each with the words that best show the subject."""

    subject: Subject
    title: tuple[str, ...]
    steps: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Atlas:
    """What a generation's publications have to show beside their texts.

    Attributes:
        listed: Whether the programmes come from the corpus's own list; else they are proposed.
        related: The most alike publications, best first.
        cited_by: Publications that link to this one, oldest first.
    """

    points: tuple[Point, ...] = ()
    topics: tuple[Topic, ...] = ()
    programmes: tuple[Programme, ...] = ()
    listed: bool = False
    glossary: tuple[Definition, ...] = ()
    places: tuple[Place, ...] = ()
    tours: tuple[Tour, ...] = ()
    related: Neighbours = field(default_factory=lambda: _NONE)
    cited_by: Neighbours = field(default_factory=lambda: _NONE)


_FORM = TypeAdapter(Atlas)


def dumped(atlas: Atlas) -> bytes:
    """An atlas as JSON; equal atlases give equal bytes."""
    return _FORM.dump_json(atlas, indent=1)


def read(data: bytes) -> Atlas:
    """The atlas that `dumped` wrote; a `ValidationError` where it is none."""
    return _FORM.validate_json(data)


def save(atlas: Atlas, path: Path) -> None:
    """Write an atlas into a file."""
    path.write_bytes(dumped(atlas))


def load(path: Path) -> Atlas:
    """Read what `save` wrote.

    Raises:
        IndexCorrupt: The file is not an atlas.
    """
    try:
        return read(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexCorrupt(f"{path.parent.name}/{path.name} is not an atlas. Run: search27 build") from error
