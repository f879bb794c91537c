"""A process that has loaded everything and forks a child for each request, so that builds can be killed by the dozen.

`python -m tests.faults.warm` reads one JSON object a line: `kind` (build, sync), `settings`, and the fault: `room`
bytes of a full disk, `largest` bytes of a file. It answers with the child's process id, and once the child has ended
with its exit status: 0 done, 3 a typed error, negative a signal.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search27.config import Settings

ROOT = Path(__file__).parents[2]
PAGE = 4096


@dataclass(slots=True)
class Warm:
    """The process, from outside."""

    process: subprocess.Popen[str]

    def start(self, kind: str, settings: dict[str, Any], **fault: int) -> int:
        """Start a child and give its process id."""
        request = {"kind": kind, "settings": settings, **fault}
        self._stream(self.process.stdin).write(json.dumps(request) + "\n")
        self._stream(self.process.stdin).flush()
        return self._number()

    def end(self) -> int:
        """Wait for the child and give its exit status."""
        return self._number()

    def _number(self) -> int:
        line = self._stream(self.process.stdout).readline()
        if not line:
            raise RuntimeError("The warm process has ended.")
        return int(line)

    @staticmethod
    def _stream(stream: IO[str] | None) -> IO[str]:
        assert stream is not None
        return stream


@contextmanager
def warm(before: Sequence[str] = ()) -> Iterator[Warm]:
    """The process while the block runs; `before` is a command that runs it."""
    with subprocess.Popen(
        [*before, sys.executable, "-m", "tests.faults.warm"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
    ) as process:
        yield Warm(process)
        process.kill()


def main() -> None:
    """Serve requests until standard input ends."""
    import bm25s  # noqa: F401
    import faiss  # noqa: F401
    import sentence_transformers  # noqa: F401

    import search27.ingest
    import search27.sync  # noqa: F401
    from search27.explore import apart

    apart.WORTH_A_PROCESS = 0  # that the faults reach it too

    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(request)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _run(request: dict[str, Any]) -> None:
    from search27.config import load_settings
    from search27.errors import Search27Error
    from search27.sources import fetch

    os.setsid()
    status = 1
    try:
        settings = load_settings(**request["settings"])
        fetch.PAUSE = 0.0
        if "largest" in request:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], request["largest"]))
        if "room" in request:
            _fill(settings.index, request["room"])
        _work(request["kind"], settings)
        status = 0
    except Search27Error:
        status = 3
    finally:
        if "room" in request and not _is_whole(settings):
            status = 1
        os._exit(status)


def _work(kind: str, settings: Settings) -> None:
    from search27.ingest import build
    from search27.sync import sync

    if kind == "build":
        build(settings.corpus, settings.index, settings)
    else:
        sync(settings)


def _fill(index: Path, room: int) -> None:
    """Put the index on a disk of its own that has so many bytes left."""
    seed = index.with_name("seed")
    shutil.copytree(index, seed, dirs_exist_ok=True)
    size = sum(-(-path.stat().st_size // PAGE) + 1 for path in seed.rglob("*")) * PAGE + room
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(index)], check=True)
    shutil.copytree(seed, index, dirs_exist_ok=True)


def _is_whole(settings: Settings) -> bool:
    """Whether the index opens, and a build succeeds once there is room."""
    from search27.library import Library

    Library.open(settings.index, settings).close()
    subprocess.run(["mount", "-o", "remount,size=50m", str(settings.index)], check=True)
    _work("build", settings)
    Library.open(settings.index, settings).close()
    return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
