"""A secret in the environment reaches neither output nor logs nor the readers of files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.tally import Tally

from search27.config import Settings, load_settings

SECRET = "mandragore-4711"


def test_settings_do_not_show_it(monkeypatch: pytest.MonkeyPatch, tally: Tally) -> None:
    monkeypatch.setenv("SEARCH27_GENERATOR_KEY", SECRET)
    settings = load_settings()
    assert settings.generator_key.get_secret_value() == SECRET
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump_json()}"
    tally.held(7, "a key in the environment, and what shows settings")


def test_the_command_line_does_not_show_it(
    corpus: Path, tmp_path: Path, tiny: Settings, tally: Tally
) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    places = ["--corpus", str(corpus), "--index", str(tmp_path / "index"), "--encoder", tiny.encoder]
    environment = {
        **os.environ,
        "SEARCH27_GENERATOR_KEY": SECRET,
        "SEARCH27_GENERATOR_URL": "http://127.0.0.1:9/v1",
        "SEARCH27_GENERATOR_MODEL": "model",
    }
    for line in (["build"], ["doctor", "--json"]):
        command = [sys.executable, "-m", "search27", *line, *places]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        assert SECRET not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        tally.held(7, "a key in the environment, and what commands print")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
