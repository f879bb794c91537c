"""What readers of sites hand over: publications listed, publications fetched, and links to PDFs in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import lxml.html

from search27.sources.exchange import Expected, FetchFailed, Reply
from search27.sources.fetch import Fetcher
from search27.sources.site import AddressRefused, Site
from search27.types import FailedDocument

NEXT_TIME = "The next sync tries again; what the corpus holds of it stays."
PDF = Expected("PDF", "application/pdf", (), 300_000_000, 600.0)
PDF_HEAD = 1024  # bytes among which a PDF says that it is one
LINKING = {"a": "href", "embed": "src", "iframe": "src", "object": "data"}
NAMING_WORDS = 3  # words from which a link's text says what it leads to


@dataclass(frozen=True, slots=True)
class PdfLink:
    """A PDF of the site that a publication links to: canonical address and visible words."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A publication that the site lists.

    Attributes:
        name: File name in the site's folder, made of the id or of a digest of the address.
        version: Differs where the publication may have changed; `""` says nothing about it.
        date: Day of publication, ISO 8601, where the listing is better informed than the publication.
    """

    name: str
    url: str
    version: str = ""
    title: str = ""
    date: str = ""


@dataclass(slots=True)
class Listing:
    """All that a site lists, by file name.

    Attributes:
        pdfs: PDFs that the site attaches to a publication, by that one's file name.
        complete: Whether what is missing here is missing on the site.
        all_attached: Whether the attached PDFs are known.
    """

    publications: dict[str, Listed] = field(default_factory=dict)
    pdfs: dict[str, list[PdfLink]] = field(default_factory=dict)
    failed: list[FailedDocument] = field(default_factory=list)
    complete: bool = True
    all_attached: bool = True


@dataclass(frozen=True, slots=True)
class Fetched:
    """A publication as it arrived.

    Attributes:
        content: Bytes for the corpus, None where the site says that nothing changed.
        digest: SHA-256 over what makes it another publication, apart from dates of change and page furniture.
        sidecar: What the file itself does not say, for its `.meta.yaml`.
        facts: Date, authors and categories, in a sidecar's form, for the PDFs that it links to.
        same_as: Address of the publication that this one declares itself to be a copy of.
        unwanted: Whether it asks not to be indexed.
    """

    listed: Listed
    content: bytes | None
    digest: str = ""
    title: str = ""
    url: str = ""
    pdfs: tuple[PdfLink, ...] = ()
    sidecar: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    same_as: str = ""
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier sync noted about an address, for a conditional request."""

    etag: str = ""
    last_modified: str = ""


class SiteReader(Protocol):
    """One way to read a site."""

    def listing(self, progress: Callable[[int, int], None]) -> Listing:
        """List all publications."""

    def fetch(self, listed: list[Listed], known: dict[str, Known]) -> Iterator[Fetched | FailedDocument]:
        """Fetch publications; a failure costs its own row only."""

    def is_gone(self, name: str, url: str) -> bool:
        """Whether the site says that it no longer has a publication."""


def pdf_links(tree: lxml.html.HtmlElement, site: Site, base: str) -> tuple[PdfLink, ...]:
    """PDFs of the site that a page links to or embeds, in order, each once."""
    links: dict[str, PdfLink] = {}
    for element in tree.iter(*LINKING):
        target = element.get(LINKING[element.tag]) or ""
        if re.search(r"\.pdf(?:$|[?#])", target, re.IGNORECASE):
            try:
                url = site.canonical(target, base)
            except AddressRefused:
                continue  # another site's PDF is that site's publication
            links.setdefault(url, PdfLink(url, " ".join(element.text_content().split())))
    return tuple(links.values())


def pdf_name(owner: str, url: str) -> str:
    """File name of a PDF that belongs to the publication in the file `owner`."""
    return f"{owner.rsplit('.', 1)[0]}-{hashlib.sha256(url.encode()).hexdigest()[:10]}.pdf"


def pdf_title(link: PdfLink, article: str) -> str:
    """The link's words where they say something, else the article's title with the name of the file."""
    if len(link.text.split()) >= NAMING_WORDS:
        return link.text
    stem = re.sub(r"[-_\s]+", " ", link.url.rsplit("/", 1)[-1][:-4]).strip()
    return f"{article} ({stem})" if article else stem


def fetch_pdf(fetcher: Fetcher, url: str, known: Known) -> Reply:
    """Fetch a PDF.

    Raises:
        FetchFailed: It cannot be fetched, or is something else.
    """
    reply = fetcher.get(url, PDF, etag=known.etag, last_modified=known.last_modified)
    if not reply.not_modified and b"%PDF-" not in reply.content[:PDF_HEAD]:
        raise FetchFailed("What came is no PDF.")
    return reply


def failed(folder: str, name: str, reason: object, hint: str = NEXT_TIME) -> FailedDocument:
    """A row of the report about one file of the site's folder."""
    return FailedDocument(f"{folder}/{name.removesuffix('.json')}", str(reason), hint)


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256, in hexadecimal, over texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", errors="replace")).hexdigest()
