"""What there is to do: a site's listing compared with its folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from search27.sources.publications import Listed, Listing, PdfLink, pdf_name
from search27.sync.folder import Entry, SiteFolder

RECHECK_AFTER = timedelta(days=7)
RECHECKED_PAGES = 8
RECHECKED_PDFS = 4
REMOVALS = 5
REMOVED_SHARE = 0.1
"""A sync removes up to 5 publications, or a tenth of them where that is more, without being told to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Publications by what is to be done.

    Attributes:
        fetch: New ones and changed ones.
        recheck: Some that are looked at again although nothing says that they changed.
        missing: Names of files whose publication the site no longer lists.
        too_many: Whether that is more than a sync removes without being told to.
        left_out: Names of files that were fetched once and are there no more: somebody took them out.
    """

    fetch: list[Listed]
    recheck: list[Listed]
    missing: list[str]
    too_many: bool
    left_out: list[str]


def make_plan(listing: Listing, folder: SiteFolder, now: datetime) -> Plan:
    """Compare a listing with the folder."""
    fetch, settled = [], []
    for name, listed in sorted(listing.publications.items(), key=lambda pair: _order(pair[0])):
        entry = folder.entries.get(name)
        if entry is not None and not folder.has(name):
            continue
        if entry is None or (listed.version and listed.version != entry.version):
            fetch.append(listed)
        elif name.endswith(".html"):
            settled.append(listed)
    owners = [
        name
        for name, entry in folder.entries.items()
        if not (is_pdf(name) or entry.alias) and folder.has(name)
    ]
    missing = [name for name in owners if name not in listing.publications] if listing.complete else []
    too_many = len(missing) > allowed_removals(len(owners))
    left_out = sorted(name for name in folder.entries if not folder.has(name))
    return Plan(fetch, _oldest(settled, folder, now), sorted(missing, key=_order), too_many, left_out)


def allowed_removals(known: int) -> int:
    """How many of so many publications a sync removes without being told to."""
    return max(REMOVALS, int(REMOVED_SHARE * known))


def _oldest(settled: list[Listed], folder: SiteFolder, now: datetime) -> list[Listed]:
    """Pages whose turn it is to be looked at again: content decides, not what the sitemap says.

    A site that answers "not modified", or gives no time of change, is asked at every sync, another one weekly.
    """

    def due(listed: Listed) -> bool:
        entry = folder.entries[listed.name]
        cheap = bool(entry.etag or entry.last_modified)
        return cheap or not listed.version or is_due(entry.checked, now)

    turns = sorted(
        (item for item in settled if due(item)), key=lambda item: folder.entries[item.name].checked
    )
    return turns[:RECHECKED_PAGES]


def is_due(checked: str, now: datetime) -> bool:
    """Whether something checked at that time is to be looked at again."""
    return not checked or now - datetime.fromisoformat(checked) > RECHECK_AFTER


@dataclass(frozen=True, slots=True)
class WantedPdf:
    """A PDF of the site, its file name, and the publication that it belongs to."""

    name: str
    link: PdfLink
    owner: Entry


def wanted_pdfs(listing: Listing, folder: SiteFolder) -> dict[str, WantedPdf]:
    """PDFs that publications link to or have attached; one linked twice belongs to the first and keeps its name."""
    names = {entry.url: name for name, entry in folder.entries.items() if is_pdf(name)}
    wanted: dict[str, WantedPdf] = {}
    urls: set[str] = set()
    for owner in sorted((name for name in folder.entries if not is_pdf(name)), key=_order):
        entry = folder.entries[owner]
        links = [PdfLink(*pair) for pair in entry.pdfs] + listing.pdfs.get(owner, [])
        for link in links:
            if link.url not in urls:
                urls.add(link.url)
                name = names.get(link.url) or pdf_name(owner, link.url)
                wanted[name] = WantedPdf(name, link, entry)
    return wanted


def due_pdfs(wanted: dict[str, WantedPdf], folder: SiteFolder, now: datetime) -> list[WantedPdf]:
    """PDFs to fetch: new ones, and a few of those, present or dead, that were not looked at for a while."""
    new, turns = [], []
    for pdf in wanted.values():
        entry = folder.entries.get(pdf.name)
        if entry is not None and not folder.has(pdf.name):
            continue  # somebody took it out
        checked = entry.checked if entry else folder.dead.get(pdf.link.url, "")
        if not checked:
            new.append(pdf)
        elif is_due(checked, now):
            turns.append((checked, pdf.name))
    return new + [wanted[name] for _, name in sorted(turns)[:RECHECKED_PDFS]]


def is_pdf(name: str) -> bool:
    """Whether a file of the folder is a PDF that belongs to another publication."""
    return name.endswith(".pdf")


def _order(name: str) -> tuple[int, str]:
    return len(name), name
