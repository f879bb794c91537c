"""The door for MCP clients (assistants, editors): tools `search`, `ask` and `publication` over stdin and stdout.

Results are the public dataclasses, so that their JSON has the field names of `--json`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, RootModel

from search27.config import Settings
from search27.errors import MissingExtra, Search27Error
from search27.library import Library
from search27.types import Answer, DocumentInfo, Filters, Hit, Kind, Passage

if TYPE_CHECKING:
    from mcp.server import MCPServer

MAX_HITS = 50
MAX_PASSAGES = 50
INSTRUCTIONS = """\
Publications (articles and reports, mostly in French) of La 27e Région, a French public-innovation lab.
Every passage names its publication and, where there are pages, its pages; a page has a number in the file and the
label printed on it. Quotes are verbatim: cite them with title, date and page, and do not go beyond them.
Where `ask` abstains, the publications do not answer."""

Question = Annotated[str, Field(min_length=1, description="A question or words, French or English.")]
Year = Annotated[int | None, Field(ge=1900, le=2999)]
Names = Annotated[tuple[str, ...], Field(description="Any of these; case and accents do not matter.")]


class SearchResult(BaseModel):
    """Passages found, best first."""

    hits: tuple[Hit, ...]


class QuotedAnswer(RootModel[Answer]):
    """An answer with its citations, as `search27 ask --json` prints it."""


class Publication(BaseModel):
    """A publication and some of its passages in order.

    Attributes:
        total: How many passages it has in all.
    """

    document: DocumentInfo
    passages: tuple[Passage, ...]
    total: int


class _Shelf:
    """The library of the current generation, opened when first needed and again after a build."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._library: Library | None = None

    def library(self) -> Library:
        with self._lock:
            index = self._settings.index
            current = Library.current_generation(index)
            if self._library is None or self._library.generation != current:
                self._library = Library.open(index, self._settings)
            return self._library


def serve(settings: Settings) -> None:
    """Serve one client on stdin and stdout until it leaves.

    Raises:
        MissingExtra: The extra `mcp` is not installed.
    """
    server(settings).run("stdio")


def server(settings: Settings) -> MCPServer:
    """The server with its tools; the index is opened by the first call.

    Raises:
        MissingExtra: The extra `mcp` is not installed.
    """
    try:
        from mcp.server import MCPServer
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise MissingExtra("mcp", "Serving MCP clients") from error
    made = MCPServer("search27", title="search27", instructions=INSTRUCTIONS, log_level="WARNING")
    annotations = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for tool in _tools(_Shelf(settings)):
        made.tool(annotations=annotations, structured_output=True)(tool)
    return made


def _tools(shelf: _Shelf) -> tuple[Callable[..., object], ...]:
    def search(
        question: Question,
        k: Annotated[int, Field(ge=1, le=MAX_HITS, description="How many passages at most.")] = 10,
        year_from: Year = None,
        year_to: Year = None,
        kinds: tuple[Kind, ...] = (),
        authors: Names = (),
        categories: Names = (),
    ) -> SearchResult:
        """Find the passages that speak of something, best first, each with its publication and pages."""
        filters = Filters((year_from, year_to), kinds, authors, categories)
        with _told():
            return SearchResult(hits=tuple(shelf.library().search(question, k, filters)))

    def ask(
        question: Question,
        year_from: Year = None,
        year_to: Year = None,
        kinds: tuple[Kind, ...] = (),
        authors: Names = (),
        categories: Names = (),
    ) -> QuotedAnswer:
        """Answer a question with sentences quoted from the publications, each cited; or abstain."""
        filters = Filters((year_from, year_to), kinds, authors, categories)
        with _told():
            return QuotedAnswer(shelf.library().ask(question, filters))

    def publication(
        document_id: Annotated[str, Field(description="`document.id` of a hit or citation.")],
        first: Annotated[int, Field(ge=0, description="Place of the first passage wanted.")] = 0,
        count: Annotated[int, Field(ge=1, le=MAX_PASSAGES, description="How many passages at most.")] = 20,
    ) -> Publication:
        """Read a publication passage by passage, in order; `total` says how many there are."""
        with _told():
            library = shelf.library()
            passages = library.passages(document_id)
            info = library.info(document_id)
        some = tuple(passages[first : first + count])
        return Publication(document=info, passages=some, total=len(passages))

    return search, ask, publication


@contextmanager
def _told() -> Iterator[None]:
    """Let the client read what went wrong; other exceptions stay the server's own."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        yield
    except Search27Error as error:
        raise ToolError(str(error)) from error
