"""Extraction in child processes with limits: a file that hangs, crashes or floods costs itself only."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from search27.extraction.wire import HEADER, MESSAGE_MAXIMUM_BYTES, document_from_row, pack
from search27.sources.folder import SourceFile
from search27.types import Document, FailedDocument

SECONDS = 60.0
MEMORY_BYTES = 2 * 1024**3
READ_BYTES = 1 << 20
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
HINTS = {
    "SourceNotFound": "Run the build again.",
    "UnsupportedFormat": "Save it as PDF, DOCX, ODT, HTML, Markdown or TXT, or take it out of the corpus.",
    "EncryptedDocument": "Save a copy without a password and put that into the corpus.",
    "EmptyDocument": "If it is a scan, run text recognition (OCR) on it; if it is empty, take it out.",
    "LimitExceeded": "Split the document or save it in a smaller or simpler form.",
}
OTHER_HINT = "Open the file and save it again, or fetch it again from where it came."


@dataclass(frozen=True, slots=True)
class Extracted:
    """What came of one source: its documents, or else why there are none.

    Attributes:
        again: The failure may lie in the machine and not in the file: the next build is to try once more.
    """

    source: SourceFile
    documents: tuple[Document, ...] = ()
    failure: FailedDocument | None = None
    again: bool = False


class ExtractionPool:
    """Workers that read files in processes of their own.

    Args:
        workers: Processes at a time.
        seconds: Wall-clock time that one file may take.
        memory: Address space of a worker in bytes.
    """

    def __init__(self, workers: int = 1, seconds: float = SECONDS, memory: int = MEMORY_BYTES) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}; at least 1 is needed.")
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="extraction")
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._workers = [_Worker(seconds, memory) for _ in range(workers)]
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> ExtractionPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=kind is None, cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def run(self, sources: Sequence[SourceFile]) -> Iterator[Extracted]:
        """Extract the sources and yield what came of each, in their order."""
        ahead = 2 * len(self._workers)
        pending: deque[Future[Extracted]] = deque()
        for source in sources:
            pending.append(self._threads.submit(self._extract, source))
            if len(pending) > ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def _extract(self, source: SourceFile) -> Extracted:
        worker = self._idle.get()
        try:
            return worker.extract(source)
        finally:
            self._idle.put(worker)


class _Lost(Exception):
    """The worker gave no usable reply; the first argument is an error's name, the second the reason."""


class _Worker:
    """One child process, started on first use and again after a loss."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    def extract(self, source: SourceFile) -> Extracted:
        """Read one source; what goes wrong is a failure, whatever it is."""
        try:
            reply = self._ask(source)
            if "error" not in reply:
                return Extracted(source, tuple(document_from_row(row) for row in reply["documents"]))
            name, reason, again = str(reply["error"]), str(reply["reason"]), bool(reply.get("again"))
        except _Lost as lost:
            name, reason = lost.args
            again = name != "LimitExceeded"
        except (OSError, KeyError, TypeError, ValueError) as error:
            name, reason, again = "ExtractionError", f"The reader gave no valid reply ({error}).", True
            self.stop()
        if name == "LimitExceeded":
            # A worker that has grown large does not shrink: the next source gets a new one.
            self.stop()
        return Extracted(
            source, failure=FailedDocument(source.id, reason, HINTS.get(name, OTHER_HINT)), again=again
        )

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _ask(self, source: SourceFile) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None
        request = {
            "id": source.id,
            "path": str(source.path.absolute()),
            "sidecar": str(source.sidecar.absolute()) if source.sidecar else None,
            "seconds": self._seconds,
        }
        try:
            process.stdin.write(pack(request))
            process.stdin.flush()
        except BrokenPipeError:
            raise self._lost(process) from None
        deadline = time.monotonic() + self._seconds
        (size,) = HEADER.unpack(self._read(process, HEADER.size, deadline))
        if size > MESSAGE_MAXIMUM_BYTES:
            raise _Lost(
                "LimitExceeded", f"The text has {size:,} bytes; at most {MESSAGE_MAXIMUM_BYTES:,} are kept."
            )
        reply: dict[str, Any] = json.loads(self._read(process, size, deadline))
        return reply

    def _read(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        received = bytearray()
        while len(received) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                self.stop()
                raise _Lost(
                    "LimitExceeded", f"Reading took more than {self._seconds:g} seconds and was stopped."
                )
            block = os.read(descriptor, min(READ_BYTES, size - len(received)))
            if not block:
                raise self._lost(process)
            received += block
        return bytes(received)

    def _lost(self, process: subprocess.Popen[bytes]) -> _Lost:
        status = process.wait()
        self._process = None
        if status == -signal.SIGXCPU:
            return _Lost(
                "LimitExceeded", f"Reading took more than {self._seconds:g} seconds and was stopped."
            )
        ended = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return _Lost("ExtractionError", f"The file made its reader crash ({ended}).")

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        environment["PYTHONHASHSEED"] = "0"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "search27.extraction.worker", str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        return self._process
