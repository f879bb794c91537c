"""Keeping current: bring a site's publications into the corpus, watch a folder, renew the index."""

from search27.sync.run import sync
from search27.sync.watch import watch

__all__ = ["sync", "watch"]
