"""What arrives from a site goes into its folder, and what has gone leaves it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from search27.sources.exchange import FetchFailed
from search27.sources.fetch import Fetcher, SiteUnavailable
from search27.sources.publications import (
    NEXT_TIME,
    Fetched,
    Known,
    Listing,
    SiteReader,
    failed,
    fetch_pdf,
    pdf_title,
)
from search27.sources.site import AddressRefused
from search27.sources.website import page_name
from search27.sync.folder import Entry, SiteFolder
from search27.sync.plan import Plan, WantedPdf, allowed_removals, due_pdfs, is_pdf, wanted_pdfs
from search27.types import FailedDocument, SyncItem

SAVED_EVERY = 20
DEAD_LINK = "The link is dead, or leads to no PDF: correct it on the site."

OnFetch = Callable[[int, int, str], None]


@dataclass(slots=True)
class Arrivals:
    """One sync's work on a folder, whose lock is held, and what came of it so far."""

    folder: SiteFolder
    listing: Listing
    fetcher: Fetcher
    progress: OnFetch
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    added: list[SyncItem] = field(default_factory=list)
    changed: list[SyncItem] = field(default_factory=list)
    removed: list[SyncItem] = field(default_factory=list)
    held: list[SyncItem] = field(default_factory=list)
    failed: list[FailedDocument] = field(default_factory=list)

    def run(self, plan: Plan, reader: SiteReader, allow_removals: bool) -> None:
        """Fetch publications and PDFs, then remove what has gone; stop where the site stops answering."""
        try:
            self._fetch(plan, reader)
            self._fetch_pdfs(len(plan.fetch) + len(plan.recheck))
            self._remove(plan, reader, allow_removals)
        except SiteUnavailable as error:
            reason = f"{error} Some publications were not reached."
            self.failed.append(FailedDocument(self.folder.path.name, reason, NEXT_TIME))
        self.folder.empty_trash(self.now)
        self.folder.save()

    def _fetch(self, plan: Plan, reader: SiteReader) -> None:
        known = {name: Known(e.etag, e.last_modified) for name, e in self.folder.entries.items()}
        present = {name: row for name, row in known.items() if self.folder.has(name)}
        due = plan.fetch + plan.recheck
        for number, item in enumerate(reader.fetch(due, present), 1):
            if isinstance(item, FailedDocument):
                self.failed.append(item)
                self.progress(number, len(due), item.id)
            else:
                self._keep(item)
                self.progress(number, len(due), item.title or item.listed.url)
            if number % SAVED_EVERY == 0:
                self.folder.save()

    def _keep(self, item: Fetched) -> None:
        name, entry = item.listed.name, self.folder.entries.get(item.listed.name)
        checked = self.now.isoformat(timespec="seconds")
        if item.content is None and entry is not None:
            entry.version, entry.checked = item.listed.version, checked
            return
        there = (self.folder.path / name).is_file()
        alias = item.unwanted or self._is_copy(item)
        self.folder.entries[name] = Entry(
            item.url or item.listed.url,
            item.title,
            item.listed.version,
            item.digest,
            item.etag,
            item.last_modified,
            checked,
            [] if alias else [[link.url, link.text] for link in item.pdfs],
            item.facts,
            alias,
        )
        if alias:
            self._drop_file(name, there)
            return
        same = there and entry is not None and entry.digest == item.digest
        written = not same and self.folder.write(name, item.content or b"")
        if self.folder.write_sidecar(name, item.sidecar) or written:
            (self.changed if there else self.added).append(self.folder.item(name))

    def _is_copy(self, item: Fetched) -> bool:
        """Whether a page names as its canonical address another page of the site."""
        original = page_name(item.same_as)
        return bool(item.same_as) and original != item.listed.name and original in self.listing.publications

    def _drop_file(self, name: str, there: bool) -> None:
        if there:
            entry = self.folder.entries[name]
            self.removed.append(self.folder.item(name))
            self.folder.remove(name, self.now)
            self.folder.entries[name] = entry

    def _fetch_pdfs(self, done: int) -> None:
        wanted = wanted_pdfs(self.listing, self.folder)
        due = due_pdfs(wanted, self.folder, self.now)
        for number, pdf in enumerate(due, 1):
            self.progress(done + number, done + len(due), pdf.link.url)
            self._fetch_pdf(pdf)
            if number % SAVED_EVERY == 0:
                self.folder.save()
        reported = {item.id for item in self.added + self.changed}
        for pdf in wanted.values():
            item = self.folder.item(pdf.name)
            if (self.folder.path / pdf.name).is_file() and self._describe(pdf) and item.id not in reported:
                self.changed.append(item)

    def _fetch_pdf(self, pdf: WantedPdf) -> None:
        url, entry = pdf.link.url, self.folder.entries.get(pdf.name)
        there = (self.folder.path / pdf.name).is_file()
        known = Known(entry.etag, entry.last_modified) if entry and there else Known()
        checked = self.now.isoformat(timespec="seconds")
        try:
            reply = fetch_pdf(self.fetcher, url, known)
        except (FetchFailed, AddressRefused) as error:
            hint = NEXT_TIME
            if not (isinstance(error, FetchFailed) and error.again):
                self.folder.dead[url], hint = checked, DEAD_LINK
            self.failed.append(failed(self.folder.path.name, pdf.name, f"{url}: {error}", hint))
            return
        self.folder.dead.pop(url, None)
        if reply.not_modified and entry:
            entry.checked = checked
            return
        written = self.folder.write(pdf.name, reply.content)
        self._describe(pdf)
        self.folder.entries[pdf.name] = Entry(
            url,
            pdf_title(pdf.link, pdf.owner.title),
            digest=hashlib.sha256(reply.content).hexdigest(),
            etag=reply.headers.get("etag", ""),
            last_modified=reply.headers.get("last-modified", ""),
            checked=checked,
        )
        if written:
            (self.changed if there else self.added).append(self.folder.item(pdf.name))

    def _describe(self, pdf: WantedPdf) -> bool:
        """Say in a sidecar what the PDF belongs to; tell whether that is news."""
        title = pdf_title(pdf.link, pdf.owner.title)
        return self.folder.write_sidecar(pdf.name, {"title": title, "url": pdf.link.url, **pdf.owner.facts})

    def _remove(self, plan: Plan, reader: SiteReader, allowed: bool) -> None:
        if plan.too_many and not allowed:
            self.held += [self.folder.item(name) for name in plan.missing]
        else:
            for name in plan.missing:
                if reader.is_gone(name, self.folder.entries[name].url):
                    self._remove_one(name)
        self._remove_pdfs(allowed)

    def _remove_pdfs(self, allowed: bool) -> None:
        """A PDF goes when no publication links to it or has it attached any more."""
        if not self.listing.all_attached:
            return
        wanted = wanted_pdfs(self.listing, self.folder)
        pdfs = [name for name in self.folder.entries if is_pdf(name) and self.folder.has(name)]
        orphans = [name for name in pdfs if name not in wanted]
        if len(orphans) > allowed_removals(len(pdfs)) and not allowed:
            self.held += [self.folder.item(name) for name in orphans]
            return
        for name in orphans:
            self._remove_one(name)

    def _remove_one(self, name: str) -> None:
        self.removed.append(self.folder.item(name))
        self.folder.remove(name, self.now)
