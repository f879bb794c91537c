"""Keeping current: bring a site's publications into the corpus and renew the index."""

from search27.sync.run import sync

__all__ = ["sync"]
