"""A WordPress site through its REST API: posts and pages, and the PDFs attached to them.

Each sync lists all ids with the time of their last change: what is new, changed or missing follows from one listing,
without trust in anybody's clock (docs/adr/0011-one-listing-decides.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from search27.errors import SyncFailed
from search27.sources import posts
from search27.sources.exchange import Expected, FetchFailed
from search27.sources.fetch import Fetcher
from search27.sources.publications import (
    Fetched,
    Known,
    Listed,
    Listing,
    PdfLink,
    failed,
    pdf_links,
)
from search27.sources.site import AddressRefused
from search27.types import FailedDocument

JSON = Expected("JSON", "application/json", ("json", "text/plain"), 50_000_000, 60.0, json.loads)
ROOTS = ("wp-json/wp/v2/", "?rest_route=/wp/v2/")
ENDPOINTS = ("posts", "pages")
PER_PAGE = 100  # the most that WordPress gives
MAXIMUM_PAGES = 1000
PASSES = 3
BATCH = 50
LISTED = "id,modified_gmt,link,type,title"
UNPUBLISHED = frozenset({401, 403, 404, 410})


class WordPress:
    """Reads one site's API; `find` tells whether there is one."""

    def __init__(self, fetcher: Fetcher, root: str) -> None:
        self._fetcher = fetcher
        self._site = fetcher.site
        self._root = root
        self._endpoints: dict[str, str] = {}

    @classmethod
    def find(cls, fetcher: Fetcher) -> WordPress | None:
        """The site's API, None where it has none or does not open it to us.

        Raises:
            SyncFailed: The site does not answer now.
        """
        for root in ROOTS:
            found = cls(fetcher, root)
            try:
                reply = fetcher.get(found._url("posts", per_page="1", _fields="id"), JSON)
            except FetchFailed as error:
                if error.again:
                    raise SyncFailed(
                        f"{fetcher.site.address}: {error} Nothing was changed; try again later."
                    ) from error
                continue
            except AddressRefused:
                continue
            if isinstance(reply.value, list):
                return found
        return None

    def listing(self, progress: Callable[[int, int], None]) -> Listing:
        """List all published posts and pages, and the PDFs attached to them.

        Raises:
            SyncFailed: The posts cannot be listed.
        """
        listing = Listing()
        for endpoint in ENDPOINTS:
            try:
                rows = self._rows(endpoint, LISTED, _after(len(listing.publications), progress))
            except FetchFailed as error:
                if endpoint == ENDPOINTS[0]:
                    raise SyncFailed(f"The site's posts cannot be listed: {error}") from error
                if error.again:
                    listing.failed.append(failed(self._site.folder, endpoint, error))
                    listing.complete = False
                continue
            for row in rows:
                name = f"{row['id']}.json"
                self._endpoints[name] = endpoint
                version = "|".join(str(row.get(key, "")) for key in ("modified_gmt", "link", "type"))
                listing.publications[name] = Listed(
                    name, str(row.get("link", "")), version, posts.plain(posts.rendered(row, "title"))
                )
        self._add_attached(listing, progress)
        return listing

    def _rows(
        self, endpoint: str, fields: str, progress: Callable[[int, int], None], **query: str
    ) -> list[dict[str, Any]]:
        """All items of a collection by id; listed again where items came or went between two pages."""
        for _ in range(PASSES):
            rows: dict[int, dict[str, Any]] = {}
            totals = set()
            for page in range(1, MAXIMUM_PAGES + 1):
                items, total, pages = self._page(endpoint, page, _fields=fields, **query)
                before = len(rows)
                rows |= {item["id"]: item for item in items}
                totals.add(total)
                progress(len(rows), max(total, len(rows)))
                if not items or page >= pages > 0 or (not pages and len(rows) == before):
                    break
            if totals <= {0, len(rows)}:
                break
        return [rows[number] for number in sorted(rows)]

    def _page(self, endpoint: str, page: int, **query: str) -> tuple[list[dict[str, Any]], int, int]:
        """One page's items, the number of all items and of all pages, 0 where the site does not say."""
        url = self._url(endpoint, per_page=str(PER_PAGE), page=str(page), orderby="id", order="asc", **query)
        try:
            reply = self._fetcher.get(url, JSON)
        except FetchFailed as error:
            if error.status == 400 and page > 1:
                return [], 0, page  # past the end
            raise
        total, pages = (_number(reply.headers.get(name)) for name in ("X-WP-Total", "X-WP-TotalPages"))
        return posts.items(reply.value), total, pages

    def _add_attached(self, listing: Listing, progress: Callable[[int, int], None]) -> None:
        try:
            rows = self._rows(
                "media", "id,post,source_url,title", lambda done, total: None, mime_type="application/pdf"
            )
        except FetchFailed as error:
            listing.all_attached = False
            if error.again:
                listing.failed.append(failed(self._site.folder, "media", error))
            return
        for row in rows:
            name, target = f"{row.get('post')}.json", str(row.get("source_url", ""))
            if name in listing.publications and target.lower().endswith(".pdf"):
                try:
                    link = PdfLink(self._site.canonical(target), posts.plain(posts.rendered(row, "title")))
                except AddressRefused:
                    continue  # kept on another host, which is not ours to fetch from
                listing.pdfs.setdefault(name, []).append(link)

    def fetch(self, listed: list[Listed], known: dict[str, Known]) -> Iterator[Fetched | FailedDocument]:
        """Fetch posts and pages in batches; where a batch fails or lacks one, that one is fetched by itself."""
        for endpoint in ENDPOINTS:
            mine = [item for item in listed if self._endpoints.get(item.name) == endpoint]
            for start in range(0, len(mine), BATCH):
                batch = mine[start : start + BATCH]
                found = self._batch(endpoint, batch)
                for item in batch:
                    post = found.get(item.name)
                    yield self._alone(endpoint, item) if post is None else self._fetched(item, post)

    def _batch(self, endpoint: str, batch: list[Listed]) -> dict[str, dict[str, Any]]:
        include = ",".join(item.name.removesuffix(".json") for item in batch)
        try:
            reply = self._fetcher.get(
                self._url(endpoint, include=include, per_page=str(PER_PAGE), **posts.WHOLE), JSON
            )
        except FetchFailed:
            return {}  # each of them is tried alone, and reported if that fails too
        return {f"{post['id']}.json": post for post in posts.items(reply.value) if posts.is_whole(post)}

    def _alone(self, endpoint: str, item: Listed) -> Fetched | FailedDocument:
        number = item.name.removesuffix(".json")
        try:
            reply = self._fetcher.get(self._url(f"{endpoint}/{number}", **posts.WHOLE), JSON)
        except (FetchFailed, AddressRefused) as error:
            return failed(self._site.folder, item.name, f"{item.url}: {error}")
        if not posts.is_whole(reply.value) or str(reply.value.get("id")) != number:
            return failed(self._site.folder, item.name, f"{item.url}: it came without its content.")
        return self._fetched(item, reply.value)

    def _fetched(self, item: Listed, post: dict[str, Any]) -> Fetched:
        kept = posts.kept(post)
        return Fetched(
            item,
            json.dumps(kept, ensure_ascii=False, indent=1).encode("utf-8", errors="replace"),
            posts.digest(kept),
            posts.plain(posts.rendered(post, "title")) or item.title,
            item.url,
            pdf_links(
                posts.parsed(posts.rendered(post, "content")), self._site, item.url or self._site.address
            ),
            facts=posts.facts(kept),
        )

    def is_gone(self, name: str, url: str) -> bool:
        """Whether neither a published post nor a page has this id any more; an error of the site's is no proof."""
        number = name.removesuffix(".json")
        for endpoint in ENDPOINTS:
            try:
                self._fetcher.get(self._url(f"{endpoint}/{number}", _fields="id"), JSON)
            except FetchFailed as error:
                if error.status in UNPUBLISHED:
                    continue
            except AddressRefused:
                pass  # a way out of the site proves nothing
            return False
        return True

    def _url(self, endpoint: str, **query: str) -> str:
        joint = "&" if "?" in self._root else "?"
        pairs = "&".join(f"{key}={value}" for key, value in query.items())
        return f"{self._site.address}{self._root}{endpoint}{joint}{pairs}"


def _after(done: int, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Progress that counts on from `done`."""
    return lambda number, total: progress(done + number, done + total)


def _number(header: str | None) -> int:
    return int(header) if header and header.isdigit() else 0
