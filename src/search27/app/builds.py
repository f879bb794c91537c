"""Rebuilding in the background: a child process that reports, so that the app stays usable."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from search27.types import BuildReport, FailedDocument, Progress

State = Literal["running", "done", "failed", "stopped"]

LOG_TAIL = 2000

_log = logging.getLogger("search27.app")


@dataclass(slots=True)
class Job:
    """A build under way or finished; written by its own thread, read by the pages.

    Attributes:
        error: Name and message of the typed error that ended it, or what the child last said.
    """

    state: State = "running"
    progress: Progress | None = None
    report: BuildReport | None = None
    error: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def stop(self) -> None:
        """End the child and everything it started; the index stays at its former generation."""
        if self.state != "running" or self.process is None:
            return
        self.state = "stopped"
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            _log.info("The build ended before it could be stopped")


class Builds:
    """At most one build at a time for the whole app, and what became of the last one."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether a build is under way."""
        return self.job is not None and self.job.state == "running"

    def start(self, corpus: Path, index: Path) -> Job:
        """Start a build, or give the one under way."""
        with self._lock:
            if self.job is not None and self.running:
                return self.job
            self.job = _started(corpus, index)
            return self.job


def _started(corpus: Path, index: Path) -> Job:
    errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 -- closed by _follow
    command = [sys.executable, "-m", "search27.app.worker", str(corpus), str(index)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", start_new_session=True
    )
    job = Job(process=process)
    threading.Thread(target=_follow, args=(job, process, errors), daemon=True).start()
    return job


def _follow(job: Job, process: subprocess.Popen[str], errors: IO[str]) -> None:
    """Read the child's lines until it ends."""
    assert process.stdout is not None
    with process, errors:
        for line in process.stdout:
            _take(job, json.loads(line))
        process.wait()
        if job.state != "running":
            return
        if job.report is not None:
            job.state = "done"
            return
        errors.seek(0)
        job.error = job.error or errors.read()[-LOG_TAIL:] or f"exit status {process.returncode}"
        _log.error("The build failed: %s", job.error)
        job.state = "failed"


def _take(job: Job, message: dict[str, Any]) -> None:
    """Read one line of the child: `progress`, `report` or `error`."""
    if "progress" in message:
        job.progress = Progress(**message["progress"])
    elif "report" in message:
        job.report = report_of(message["report"])
    else:
        job.error = message["error"]


def report_of(row: dict[str, Any]) -> BuildReport:
    """A build report from its JSON form."""
    lists = {name: tuple(row[name]) for name in ("added", "changed", "removed")}
    failed = tuple(FailedDocument(**item) for item in row["failed"])
    warnings = {name: tuple(items) for name, items in row["warnings"].items()}
    return BuildReport(**{**row, **lists, "failed": failed, "warnings": warnings})
