from __future__ import annotations

import os
from pathlib import Path

import pytest

from search27.embedding.scratch import ABANDONED_SECONDS, scratch_folder


def test_a_scratch_folder_goes_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), scratch_folder(tmp_path, ".making-") as scratch:
        (scratch / "half" / "model").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_another_is_making_stays(tmp_path: Path) -> None:
    for name in (".making-old", ".making-new", "model"):
        (tmp_path / name).mkdir()
    past = (tmp_path / ".making-new").stat().st_mtime - 2 * ABANDONED_SECONDS
    for name in (".making-old", "model"):
        os.utime(tmp_path / name, (past, past))
    with scratch_folder(tmp_path, ".making-"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {".making-new", "model"}
