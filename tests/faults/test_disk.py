"""A disk that is full, refuses large files or fails leaves the old index or the new one, by a typed error."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builders import write_markdown
from tests.faults.conftest import article
from tests.faults.tally import Tally
from tests.faults.test_kills import SUBJECTS, options, versions
from tests.faults.warm import Warm, warm

from search27 import build
from search27.config import Settings
from search27.errors import IndexStoreError

NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
STEP = 8192


@pytest.fixture(scope="module")
def server() -> Iterator[Warm]:
    if (
        shutil.which("unshare") is None
        or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode
    ):
        pytest.skip("namespaces are not allowed here: builds on a full disk were NOT tested")
    with warm(NAMESPACE) as started:
        yield started


def write_version(folder: Path, version: int) -> None:
    for subject in SUBJECTS:
        write_markdown(folder / "corpus", f"{subject}.md", title=subject, body=article(subject, version))


def test_a_full_disk(server: Warm, tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    write_version(tmp_path, 1)
    build(tmp_path / "corpus", tmp_path / "index", tiny)
    write_version(tmp_path, 2)
    statuses = []
    for room in range(0, 24 * STEP, STEP if long else 4 * STEP):
        server.start("build", options(tiny, tmp_path), room=room)
        statuses.append(server.end())
        tally.held(1, "full disk during a build")
    assert set(statuses) == {0, 3}
    assert statuses[0] == 3


def test_a_limit_on_file_sizes(
    server: Warm, tmp_path: Path, tiny: Settings, long: bool, tally: Tally
) -> None:
    write_version(tmp_path, 1)
    build(tmp_path / "corpus", tmp_path / "index", tiny)
    for number, largest in enumerate(range(0, 40 * 1024, 2 * 1024 if long else 10 * 1024), 2):
        write_version(tmp_path, number)
        before = versions(tmp_path / "index", tiny)
        server.start("build", options(tiny, tmp_path), largest=largest)
        assert server.end() in (0, 3)
        assert versions(tmp_path / "index", tiny) in (before, {number})
        tally.held(1, "limit on file sizes (RLIMIT_FSIZE)")


@pytest.mark.parametrize("name", ["replace", "fsync"])
def test_a_failing_call(
    tmp_path: Path, tiny: Settings, monkeypatch: pytest.MonkeyPatch, name: str, long: bool, tally: Tally
) -> None:
    write_version(tmp_path, 1)
    build(tmp_path / "corpus", tmp_path / "index", tiny)
    real: Callable[..., Any] = getattr(os, name)
    step = 1 if long or name == "replace" else 7
    for number in range(1, 40, step):
        write_version(tmp_path, number + 1)
        before, calls = versions(tmp_path / "index", tiny), []

        def failing(*args: Any, calls: list[object] = calls, number: int = number) -> Any:
            calls.append(args)
            if len(calls) == number:
                raise OSError(5, "Input/output error")
            return real(*args)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing)
            with contextlib.suppress(IndexStoreError):
                build(tmp_path / "corpus", tmp_path / "index", tiny)
        assert versions(tmp_path / "index", tiny) in (before, {number + 1})
        assert not (tmp_path / "index" / ".building").exists()
        if len(calls) < number:
            break
        tally.held(1, f"failing os.{name}")
    assert versions(tmp_path / "index", tiny) == {number + 1}
