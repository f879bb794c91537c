from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

from search27 import Library
from search27.app.builds import Builds, Job, report_of
from search27.app.components.build import progress_label
from search27.app.texts import Texts
from search27.types import BuildReport, FailedDocument, Progress

TIMEOUT_SECONDS = 120
ARTICLE = "---\ntitle: Un lieu commun\ndate: 2024-05-01\n---\n\nLe lieu ouvre chaque jour à neuf heures.\n"


def finished(job: Job) -> Job:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while job.state == "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert job.state != "running"
    return job


def corpus_in(folder: Path) -> Path:
    folder.mkdir()
    (folder / "lieu.md").write_text(ARTICLE, encoding="utf-8")
    (folder / "vide.md").write_text("", encoding="utf-8")
    return folder


def test_a_build_in_the_background_reports_and_makes_the_index(tmp_path: Path) -> None:
    builds = Builds()
    job = builds.start(corpus_in(tmp_path / "corpus"), tmp_path / "index")
    assert builds.start(tmp_path / "other", tmp_path / "index") is job
    report = finished(job).report
    assert report is not None
    assert job.state == "done"
    assert report.added == ("lieu.md",)
    assert [row.id for row in report.failed] == ["vide.md"]
    assert job.progress is not None
    assert [item.title for item in Library.open(tmp_path / "index").documents()] == ["Un lieu commun"]


def test_a_typed_error_is_told(tmp_path: Path) -> None:
    job = finished(Builds().start(tmp_path / "absent", tmp_path / "index"))
    assert job.state == "failed"
    assert job.error.startswith("SourceNotFound: ")
    assert job.report is None


def test_a_stopped_build_leaves_no_index(tmp_path: Path) -> None:
    builds = Builds()
    job = builds.start(corpus_in(tmp_path / "corpus"), tmp_path / "index")
    job.stop()
    assert job.process is not None
    job.process.wait(TIMEOUT_SECONDS)
    assert job.state == "stopped"
    assert not builds.running
    assert not (tmp_path / "index" / "CURRENT").exists()


def test_a_report_survives_its_json_form() -> None:
    report = BuildReport(
        "gen-000001",
        2,
        5,
        3,
        2,
        1.5,
        ("a",),
        (),
        ("b",),
        (FailedDocument("c", "vide", "remplir"),),
        {"a": ("w",)},
    )
    row = asdict(report) | {"added": ["a"], "removed": ["b"], "warnings": {"a": ["w"]}}
    assert report_of(row) == report


def test_progress_in_words(fr: Texts) -> None:
    assert progress_label(None, fr) == (fr.keep_running, 0.0)
    assert progress_label(Progress("documents", 3, 12), fr) == (
        "Lecture des publications\u00a0: 3 sur 12",
        0.25,
    )
    assert progress_label(Progress("passages", 0, 0), fr)[1] == 0.0
    assert progress_label(Progress("index", 1, 1), fr) == (fr.stage_index, 1.0)
