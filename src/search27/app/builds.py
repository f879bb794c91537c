"""Builds and syncs in the background: a child process that reports, so that the app stays usable."""

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

from search27.types import BuildReport, FailedDocument, Progress, SyncItem, SyncReport

State = Literal["running", "done", "failed", "stopped"]
Task = Literal["build", "plan", "sync", "sync-removals"]

LOG_TAIL = 2000

_log = logging.getLogger("search27.app")


@dataclass(slots=True)
class Job:
    """A task under way or finished; written by its own thread, read by the pages.

    Attributes:
        task: `plan` finds out what a sync would do; `sync-removals` allows it any number of removals.
        report: What was built, by a build or by the one that ends a sync.
        sync: What a sync did or, after a plan, would do.
        error: Name and message of the typed error that ended it, or what the child last said.
    """

    task: Task = "build"
    state: State = "running"
    progress: Progress | None = None
    report: BuildReport | None = None
    sync: SyncReport | None = None
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
    """At most one task at a time for the whole app, and what became of the last one."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether a task is under way."""
        return self.job is not None and self.job.state == "running"

    def start(self, corpus: Path, index: Path, task: Task = "build") -> Job:
        """Start a task, or give the one under way."""
        with self._lock:
            if self.job is not None and self.running:
                return self.job
            self.job = _started(corpus, index, task)
            return self.job


def _started(corpus: Path, index: Path, task: Task) -> Job:
    errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 -- closed by _follow
    command = [sys.executable, "-m", "search27.app.worker", task, str(corpus), str(index)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", start_new_session=True
    )
    job = Job(task, process=process)
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
        if job.report is not None or job.sync is not None:
            job.state = "done"
            return
        errors.seek(0)
        job.error = job.error or errors.read()[-LOG_TAIL:] or f"exit status {process.returncode}"
        _log.error("The %s failed: %s", job.task, job.error)
        job.state = "failed"


def _take(job: Job, message: dict[str, Any]) -> None:
    """Read one line of the child: `progress`, `report`, `sync` or `error`."""
    if "progress" in message:
        job.progress = Progress(**message["progress"])
    elif "report" in message:
        job.report = report_of(message["report"])
    elif "sync" in message:
        job.sync = sync_report_of(message["sync"])
        job.report = job.sync.build
    else:
        job.error = message["error"]


def report_of(row: dict[str, Any]) -> BuildReport:
    """A build report from its JSON form."""
    lists = {name: tuple(row[name]) for name in ("added", "changed", "removed")}
    failed = tuple(FailedDocument(**item) for item in row["failed"])
    warnings = {name: tuple(items) for name, items in row["warnings"].items()}
    return BuildReport(**{**row, **lists, "failed": failed, "warnings": warnings})


def sync_report_of(row: dict[str, Any]) -> SyncReport:
    """A sync report from its JSON form."""
    names = ("added", "changed", "removed", "held", "left_out")
    items = {name: tuple(SyncItem(**item) for item in row[name]) for name in names}
    failed = tuple(FailedDocument(**item) for item in row["failed"])
    built = report_of(row["build"]) if row["build"] else None
    return SyncReport(**{**row, **items, "failed": failed, "build": built})
