"""One sync from end to end: list, fetch, remove, build."""

from __future__ import annotations

from search27.config import Settings
from search27.errors import SyncFailed
from search27.ingest import OnProgress
from search27.types import SyncReport


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
        SourceNotFound: The corpus folder does not exist.
    """
    raise SyncFailed("Fetching from a site is not yet available.")
