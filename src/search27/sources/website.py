"""Any site through its sitemap and feeds: pages as they are, the canonical address naming each of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import lxml.etree
import lxml.html
import trafilatura
from trafilatura.feeds import FeedParameters, determine_feed

from search27.errors import SyncFailed
from search27.sources.exchange import Expected, FetchFailed, Reply
from search27.sources.fetch import Fetcher
from search27.sources.publications import Fetched, Known, Listed, Listing, digest_of, failed, pdf_links
from search27.sources.site import AddressRefused
from search27.sources.sitemap import XML, feed_entries, sitemap_entries
from search27.types import FailedDocument

MAXIMUM_SITEMAPS = 100
MAXIMUM_FEEDS = 3
MAXIMUM_PUBLICATIONS = 20_000
LISTS = re.compile(
    r"/(?:tags?|categor(?:y|ies|ie)|etiquettes?|authors?|auteurs?|feed|page/\d+|search|recherche)(?:/|$)"
)
FILES = re.compile(r"\.(?!html?$|xhtml$|php$|aspx?$)\w{2,5}$", re.IGNORECASE)


HTML = Expected("HTML", "text/html", ("text/html", "xhtml"), 10_000_000, 60.0)


class Website:
    """Reads a site's sitemaps, feeds and pages."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._site = fetcher.site

    def listing(self, progress: Callable[[int, int], None]) -> Listing:
        """List the pages of the sitemaps and feeds; lists of pages, the home page and files are left out.

        Raises:
            SyncFailed: The site has neither sitemap nor feed.
        """
        listing = Listing()
        found: dict[str, Listed] = {}
        in_sitemap = self._read_sitemaps(listing, found, progress)
        in_feeds = self._read_feeds(found)
        if not in_sitemap and not in_feeds and listing.failed:
            raise SyncFailed(
                f"The sitemap of {self._site.address} cannot be read. {listing.failed[0].reason}"
            )
        if not in_sitemap and not in_feeds:
            raise SyncFailed(
                f"{self._site.address} offers neither WordPress's REST API nor a sitemap or feed, and so no list of "
                "its publications. Save its pages into the corpus by hand, or ask its keepers for a sitemap."
            )
        listing.complete = listing.complete and in_sitemap
        for item in list(found.values())[:MAXIMUM_PUBLICATIONS]:
            listing.publications[item.name] = item
        progress(len(listing.publications), len(listing.publications))
        return listing

    def _read_sitemaps(
        self, listing: Listing, found: dict[str, Listed], progress: Callable[[int, int], None]
    ) -> bool:
        """Read sitemaps and those they name; tell whether there was one."""
        queue = list(self._fetcher.robots.sitemaps) or [f"{self._site.address}sitemap.xml"]
        seen: set[str] = set()
        any_read = False
        while queue and len(seen) < MAXIMUM_SITEMAPS:
            url = queue.pop(0)
            if url in seen:
                continue
            seen.add(url)
            try:
                root = self._fetcher.get(url, XML).value
            except AddressRefused:
                continue  # a sitemap elsewhere lists another site
            except FetchFailed as error:
                if error.again or any_read:
                    listing.failed.append(failed(self._site.folder, url.rsplit("/", 1)[-1], error))
                    listing.complete = False
                continue
            any_read, is_index = True, lxml.etree.QName(root).localname == "sitemapindex"
            for url, changed in sitemap_entries(root):
                if is_index:
                    queue.append(url)
                else:
                    self._add(found, url, version=changed)
            progress(len(found), len(found))
        return any_read

    def _read_feeds(self, found: dict[str, Listed]) -> bool:
        """Read the feeds that the home page names; they know when publications appeared."""
        try:
            home = self._fetcher.get(self._site.address, HTML).content.decode("utf-8", errors="replace")
        except (FetchFailed, AddressRefused):
            return False
        base = FeedParameters(self._site.origin, self._site.host, self._site.address)
        any_read = False
        for url in determine_feed(home, base)[:MAXIMUM_FEEDS]:
            try:
                root = self._fetcher.get(url, XML).value
            except (FetchFailed, AddressRefused):
                continue  # the sitemap lists the same publications, only without their dates
            any_read = True
            for link, date in feed_entries(root):
                self._add(found, link, date=date)
        return any_read

    def _add(self, found: dict[str, Listed], link: str, version: str = "", date: str = "") -> None:
        try:
            url = self._site.canonical(link)
        except AddressRefused:
            return  # sitemaps and feeds may name other sites, which are not ours to fetch from
        path = url.partition("?")[0]
        if (
            not self._site.holds(url)
            or path == self._site.address
            or FILES.search(path)
            or LISTS.search(path)
        ):
            return
        known = found.get(url, Listed(page_name(url), url))
        found[url] = replace(known, version=version or known.version, date=date or known.date)

    def fetch(self, listed: list[Listed], known: dict[str, Known]) -> Iterator[Fetched | FailedDocument]:
        """Fetch pages one by one, sparing those that the site says have not changed."""
        for item in listed:
            before = known.get(item.name, Known())
            try:
                reply = self._fetcher.get(
                    item.url, HTML, etag=before.etag, last_modified=before.last_modified
                )
                yield self._fetched(item, reply)
            except (FetchFailed, AddressRefused) as error:
                yield failed(self._site.folder, item.name, f"{item.url}: {error}")

    def _fetched(self, item: Listed, reply: Reply) -> Fetched:
        validators = (reply.headers.get("etag", ""), reply.headers.get("last-modified", ""))
        if reply.not_modified:
            return Fetched(item, None, etag=validators[0], last_modified=validators[1])
        tree = _tree(reply.content)
        url = self._canonical(tree, reply.url)
        html = lxml.html.tostring(tree, encoding="unicode")
        meta = trafilatura.extract_metadata(html, default_url=url)
        text = trafilatura.extract(html, include_links=True, include_comments=False) or tree.text_content()
        title = (meta.title if meta else "") or ""
        date = item.date or (meta.date if meta else "") or ""
        return Fetched(
            item,
            reply.content,
            digest_of([title, date, text]),
            title,
            url,
            pdf_links(tree, self._site, reply.url),
            {"url": url, **({"date": item.date} if item.date else {})},
            {"date": date} if date else {},
            *validators,
            same_as=url if url != item.url else "",
            unwanted=any("noindex" in text.lower() for text in tree.xpath("//meta[@name='robots']/@content")),
        )

    def _canonical(self, tree: Any, url: str) -> str:
        for stated in tree.xpath("//link[@rel='canonical']/@href"):
            try:
                return self._site.canonical(stated, url)
            except AddressRefused:
                continue  # a canonical address elsewhere does not name a page of this site
        return url

    def is_gone(self, name: str, url: str) -> bool:
        """Whether the page is not found, or leads to another page of the site.

        An error of the site's, or a way out of the site, is no proof.
        """
        try:
            return bool(url) and self._fetcher.get(url, HTML).url != url
        except FetchFailed as error:
            return error.status in (404, 410)
        except AddressRefused:
            return False


def _tree(content: bytes) -> Any:
    """A page's tree; empty where it holds nothing."""
    try:
        return lxml.html.document_fromstring(content)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return lxml.html.document_fromstring("<html><body></body></html>")


def page_name(url: str) -> str:
    """File name of a page: a digest of its address."""
    return f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.html"
