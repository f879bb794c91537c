"""One sync from end to end: list, fetch, remove, build."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from search27.config import Settings
from search27.errors import SourceNotFound
from search27.ingest import OnProgress
from search27.ingest import build as build_index
from search27.sources.fetch import Fetcher
from search27.sources.publications import Listing, SiteReader
from search27.sources.site import Site
from search27.sources.website import Website
from search27.sources.wordpress import WordPress
from search27.sync.arrivals import Arrivals
from search27.sync.check import KEEPS_THE_OLD, IndexCheck
from search27.sync.folder import SiteFolder
from search27.sync.plan import make_plan
from search27.types import BuildReport, Progress, SyncItem, SyncReport


def sync(
    settings: Settings,
    *,
    site: str | None = None,
    dry_run: bool = False,
    build: bool = True,
    allow_removals: bool = False,
    progress: OnProgress | None = None,
) -> SyncReport:
    """Bring the publications of a site into `corpus/<host>/` and renew the index.

    Args:
        settings: Corpus, index, encoder, site, rate and contact.
        site: Address of the site; the settings' one where None.
        dry_run: Only find out what there is to do.
        build: Renew the index afterwards; a candidate that does not pass its check leaves the old one.
        allow_removals: Remove publications that the site no longer has, however many they are.
        progress: Called as publications are listed and fetched, and by the build.

    Raises:
        ConfigError: The site's address cannot be used.
        SyncFailed: The site cannot be listed, or another sync of it is running.
        SourceError: A file cannot be written, moved or deleted.
        SourceNotFound: The corpus folder does not exist.
    """
    started = time.monotonic()
    tell = progress or (lambda _: None)
    target = Site.parse(site or settings.site)
    if not settings.corpus.is_dir():
        raise SourceNotFound(
            f"The corpus folder {settings.corpus} does not exist. Create it, or name another with --corpus."
        )
    with Fetcher(
        target,
        rate=settings.sync_rate,
        contact=settings.contact,
        allow_private=settings.sync_private_hosts,
    ) as fetcher:
        folder = SiteFolder(settings.corpus, target.folder)
        if dry_run:
            report = _planned(fetcher, folder, allow_removals, tell)
        else:
            with folder.lock():
                report = _brought_in(fetcher, folder, allow_removals, tell)
        report = replace(report, requests=fetcher.requests)
    if build and not dry_run:
        built, kept = _renewed(settings, tell)
        report = replace(report, build=built, index_kept=kept)
    return replace(report, seconds=round(time.monotonic() - started, 2))


def _listed(fetcher: Fetcher, tell: OnProgress) -> tuple[SiteReader, Listing]:
    reader = WordPress.find(fetcher) or Website(fetcher)
    return reader, reader.listing(lambda done, total: tell(Progress("listing", done, total)))


def _planned(fetcher: Fetcher, folder: SiteFolder, allow_removals: bool, tell: OnProgress) -> SyncReport:
    """What a sync would do; PDFs are found only as publications are fetched."""
    reader, listing = _listed(fetcher, tell)
    plan = make_plan(listing, folder, datetime.now(UTC))
    held = plan.too_many and not allow_removals
    missing = [(name, folder.item(name)) for name in plan.missing]
    due = [(item.name, SyncItem(folder.item(item.name).id, item.title, item.url)) for item in plan.fetch]
    return SyncReport(
        fetcher.site.address,
        dry_run=True,
        added=_sorted(row for name, row in due if not folder.has(name)),
        changed=_sorted(row for name, row in due if folder.has(name)),
        removed=() if held else _sorted(row for name, row in missing if reader.is_gone(name, row.url)),
        held=_sorted(row for _, row in missing) if held else (),
        left_out=_sorted(folder.item(name) for name in plan.left_out),
        failed=tuple(listing.failed),
        unchanged=sum(folder.has(name) for name in listing.publications)
        - sum(folder.has(name) for name, _ in due),
    )


def _brought_in(fetcher: Fetcher, folder: SiteFolder, allow_removals: bool, tell: OnProgress) -> SyncReport:
    """Fetch, write and remove."""
    reader, listing = _listed(fetcher, tell)
    arrivals = Arrivals(
        folder, listing, fetcher, lambda done, total, label: tell(Progress("fetching", done, total, label))
    )
    plan = make_plan(listing, folder, arrivals.now)
    arrivals.run(plan, reader, allow_removals)
    present = sum(folder.has(name) for name, entry in folder.entries.items() if not entry.alias)
    return SyncReport(
        fetcher.site.address,
        dry_run=False,
        added=_sorted(arrivals.added),
        changed=_sorted(arrivals.changed),
        removed=_sorted(arrivals.removed),
        held=_sorted(arrivals.held),
        left_out=_sorted(folder.item(name) for name in plan.left_out),
        failed=tuple(sorted([*listing.failed, *arrivals.failed], key=lambda row: row.id)),
        unchanged=present - len(arrivals.added) - len(arrivals.changed),
    )


def _renewed(settings: Settings, tell: OnProgress) -> tuple[BuildReport | None, str]:
    """Build; where no new generation is published, the reason, and the old one stays."""
    try:
        report = build_index(settings.corpus, settings.index, settings, tell, check=IndexCheck(settings))
    except KEEPS_THE_OLD as error:
        return None, str(error)
    return report, ""


def _sorted(rows: Iterable[SyncItem]) -> tuple[SyncItem, ...]:
    return tuple(sorted(rows, key=lambda row: row.id))
