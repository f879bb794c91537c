"""The atlas drawn by a process of its own, on a core that writing the index's other files leaves free."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from search27.errors import IndexStoreError
from search27.explore import atlas
from search27.explore.drawing import Part, draw
from search27.explore.programmes import Named

WORTH_A_PROCESS = 500
"""Passages from which drawing takes longer than starting Python."""


class AtlasProcess:
    """Draws one atlas; leaving the context ends the process, should it still run."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._talk: Future[tuple[bytes, bytes]] | None = None

    def __enter__(self) -> Self:
        return self

    def prepare(self, passages: int) -> None:
        """Let Python start meanwhile, where so many passages are worth it."""
        if self._process is None and passages >= WORTH_A_PROCESS:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "search27.explore.apart"],
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )

    def begin(self, parts: Sequence[Part], listed: tuple[Named, ...] | None, path: Path) -> None:
        """Draw the atlas of parts sorted by document id into the file `path`; few parts are drawn at once.

        Args:
            parts: Sorted by document id.
            listed: The corpus's own programmes, None to propose some.
            path: Where the atlas is saved.
        """
        self.prepare(sum(len(entry.passages) for entry, *_ in parts))
        if self._process is None:
            atlas.save(draw(parts, listed), path)
            return
        plain = [(entry, np.array(passages), np.array(windows)) for entry, passages, windows in parts]
        data = pickle.dumps((plain, listed, path), pickle.HIGHEST_PROTOCOL)
        pool = ThreadPoolExecutor(1)
        self._talk = pool.submit(self._process.communicate, data)
        pool.shutdown(wait=False)

    def finish(self) -> None:
        """Wait until the file is there.

        Raises:
            IndexStoreError: It cannot be drawn.
        """
        if self._process is None or self._talk is None:
            return
        _, told = self._talk.result()
        if self._process.returncode:
            reason = told.decode(errors="replace").strip().splitlines()[-1:] or [
                f"{self._process.returncode}"
            ]
            raise IndexStoreError(
                f"The atlas cannot be drawn ({reason[0]}); the former index is untouched. "
                "Make room in memory or on the disk, then run: search27 build"
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _draw_what_is_sent() -> None:
    gc.disable()  # The process ends with its one drawing.
    parts, listed, path = pickle.load(sys.stdin.buffer)
    atlas.save(draw(parts, listed), path)


if __name__ == "__main__":
    _draw_what_is_sent()
