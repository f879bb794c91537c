"""The atlas drawn by a process of its own, on a core that writing the index's other files leaves free."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from search27.errors import IndexStoreError
from search27.explore import atlas
from search27.explore.drawing import Part, draw, read_ahead
from search27.explore.programmes import Named
from search27.index.store import Store

WORTH_A_PROCESS = 500
"""Passages from which drawing takes longer than starting Python."""


class AtlasProcess:
    """Draws one atlas; leaving the context ends the process, should it still run.

    The process writes no file: one that outlives a killed build cannot reach into the next build's folder.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def prepare(self, passages: int, former: Path | None = None) -> None:
        """Start the process now, where so many passages are worth it.

        Args:
            passages: How many there will be, about.
            former: The store of the generation before, whose texts it reads meanwhile: most of them stay.
        """
        if self._process is None and passages >= WORTH_A_PROCESS:
            pipe = subprocess.PIPE
            command = [sys.executable, "-m", "search27.explore.apart", *([str(former)] if former else [])]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)

    def begin(self, parts: Sequence[Part], listed: tuple[Named, ...] | None) -> Callable[[], atlas.Atlas]:
        """Begin to draw the atlas of these parts; few of them are drawn at once.

        Args:
            parts: Sorted by document id.
            listed: The corpus's own programmes, None to propose some.

        Returns:
            What waits for the atlas and gives it; it raises `IndexStoreError` where it cannot be drawn.
        """
        self.prepare(sum(len(entry.passages) for entry, *_ in parts))
        if self._process is None:
            drawn = draw(parts, listed)
            return lambda: drawn
        plain = [(entry, np.array(passages), np.array(windows)) for entry, passages, windows in parts]
        data = pickle.dumps((plain, listed), pickle.HIGHEST_PROTOCOL)
        pool = ThreadPoolExecutor(1)
        talk = pool.submit(self._process.communicate, data)
        pool.shutdown(wait=False)
        return partial(_received, self._process, talk)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            with self._process:  # waits for it and closes its pipes
                pass


def _received(process: subprocess.Popen[bytes], talk: Future[tuple[bytes, bytes]]) -> atlas.Atlas:
    drawn, told = talk.result()
    if process.returncode:
        reason = told.decode(errors="replace").strip().splitlines()[-1:] or [f"{process.returncode}"]
        raise IndexStoreError(
            f"The atlas cannot be drawn ({reason[0]}); the former index is untouched. "
            "Make room in memory, then run: search27 build"
        )
    return atlas.read(drawn)


def _draw_what_is_sent(former: Sequence[str]) -> None:
    gc.disable()  # The process ends with its one drawing.
    for path in former:
        with Store(Path(path)) as store:
            read_ahead([store.document(position) for position in range(len(store.infos))])
    sys.stdout.buffer.write(atlas.dumped(draw(*pickle.load(sys.stdin.buffer))))


if __name__ == "__main__":
    _draw_what_is_sent(sys.argv[1:])
