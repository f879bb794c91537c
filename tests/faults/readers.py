"""A shared library that moves to the new generation, as the app's does, and what the process takes."""

from __future__ import annotations

import threading
from pathlib import Path

from search27 import Library
from search27.config import Settings


class Reader:
    """The library of the current generation, opened once for all threads."""

    def __init__(self, index: Path, settings: Settings) -> None:
        self._index = index
        self._settings = settings
        self._lock = threading.Lock()
        self._library = Library.open(index, settings)

    def library(self) -> Library:
        """The library of the generation that is current now."""
        if Library.current_generation(self._index) != self._library.generation:
            with self._lock:
                if Library.current_generation(self._index) != self._library.generation:
                    self._library = Library.open(self._index, self._settings)
        return self._library


def resident_bytes() -> int:
    """Memory that this process holds now (Linux)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096
