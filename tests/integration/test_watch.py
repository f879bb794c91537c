"""A watched folder: what is settled is indexed, what is being written is left as the index has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search27 import Library
from search27.config import Settings
from search27.errors import IndexStoreError, SourceNotFound
from search27.index.generation import build_lock
from search27.sync.watch import SETTLED, Watcher
from search27.types import BuildReport


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/un.md").write_text("# Un\n\nUn composteur partagé.\n", encoding="utf-8")
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def looks(watcher: Watcher, times: int = SETTLED) -> list[BuildReport]:
    return [report for _ in range(times) if (report := watcher.look()) is not None]


def test_files_are_indexed_once_they_no_longer_change(settings: Settings) -> None:
    watcher = Watcher(settings)
    assert [report.added for report in looks(watcher)] == [("un.md",)]
    assert looks(watcher) == []
    growing, ready = settings.corpus / "long.txt", settings.corpus / "pret.txt"
    ready.write_text("Les ateliers de vélos.", encoding="utf-8")
    reports = []
    for number in range(SETTLED):
        growing.write_text("Une phrase. " * (number + 1), encoding="utf-8")
        reports += looks(watcher, 1)
    assert [report.added for report in reports] == [("pret.txt",)]
    assert [report.added for report in looks(watcher)] == [("long.txt",)]


def test_a_file_being_rewritten_keeps_its_place(settings: Settings) -> None:
    watcher = Watcher(settings)
    looks(watcher)
    (settings.corpus / "deux.md").write_text("# Deux\n\nLe verger.\n", encoding="utf-8")
    looks(watcher, SETTLED - 1)
    (settings.corpus / "un.md").write_text("# Un\n\nÀ moitié", encoding="utf-8")
    assert [report.added for report in looks(watcher, 1)] == [("deux.md",)]
    assert Library.open(settings.index, settings).publication("un.md").text.endswith("composteur partagé.")
    (settings.corpus / "deux.md").unlink()
    (report,) = looks(watcher, 1)
    assert (report.removed, report.changed) == (("deux.md",), ())
    assert [report.changed for report in looks(watcher)] == [("un.md",)]


def test_a_build_by_somebody_else_is_waited_for(settings: Settings) -> None:
    watcher = Watcher(settings)
    looks(watcher, SETTLED - 1)
    with build_lock(settings.index), pytest.raises(IndexStoreError, match="Another build"):
        watcher.look()
    assert [report.added for report in looks(watcher, 1)] == [("un.md",)]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound):
        Watcher(Settings(corpus=tmp_path / "absent", index=tmp_path / "index")).look()


def _heed_interrupts() -> None:
    """A shell that runs the tests in the background leaves Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_the_command_tells_what_it_did_and_ends_quietly(settings: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-m", "search27", "watch", "--corpus", str(tmp_path / "absent")]
    with log.open("w") as file:
        child = subprocess.Popen(
            command, stdout=file, stderr=subprocess.STDOUT, env={**os.environ}, preexec_fn=_heed_interrupts
        )
        while child.poll() is None and "does not exist" not in log.read_text(encoding="utf-8"):
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=60) == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")
