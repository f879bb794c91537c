"""A folder in which a model is made before it appears whole under its name."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ABANDONED_SECONDS = 3600.0
"""Older than this a scratch folder belongs to no running process: a model is made in a minute."""


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a scratch folder in `parent` and remove it at the end, after what killed processes left there.

    Raises:
        OSError: The folder cannot be made.
    """
    for path in parent.glob(f"{prefix}*"):
        if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
