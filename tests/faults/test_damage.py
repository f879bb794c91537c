"""Whatever happens to a file of the index is found at open, named, and has a way back; no answer comes from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builders import write_markdown
from tests.faults.conftest import article
from tests.faults.tally import Tally

from search27 import Library, build
from search27.cli import commands
from search27.config import Settings
from search27.errors import IndexCorrupt, IndexIncompatible, IndexNotFound
from search27.index import generation

FLIPS = 12


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, tiny: Settings) -> Path:
    """A folder whose index holds two generations."""
    folder = tmp_path_factory.mktemp("sound")
    for version in (1, 2):
        write_markdown(folder / "corpus", "forêt.md", title="Forêt", body=article("forêt", version))
        build(folder / "corpus", folder / "index", tiny)
    return folder


def damages(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Names and results of damages to a file; None removes it."""
    yield "remove", None
    yield "empty", b""
    yield "halve", content[: len(content) // 2]
    yield "cut one byte", content[:-1]
    yield "add one byte", content + b"\0"
    yield "zeros", bytes(len(content))
    for number in range(FLIPS):
        at = number * (len(content) - 1) // (FLIPS - 1)
        yield f"flip at {at}", content[:at] + bytes([content[at] ^ 1 << number % 8]) + content[at + 1 :]


def test_every_damage_to_every_file(sound: Path, tiny: Settings, tally: Tally) -> None:
    index = sound / "index"
    folder = index / generation.current_name(index)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for name, damaged in damages(content):
            if damaged == content or not content:
                continue
            path.unlink() if damaged is None else path.write_bytes(damaged)
            try:
                with pytest.raises((IndexCorrupt, IndexIncompatible)) as caught:
                    Library.open(index, tiny)
            finally:
                path.write_bytes(content)
            assert "search27 build" in str(caught.value), name
            assert path.name in str(caught.value) or folder.name in str(caught.value), name
            tally.held(2, "damage to a file of the index")
    assert Library.open(index, tiny).search("forêt")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"gen-999999\n", b"../../etc\n", b"gen-1", None])
def test_damage_to_the_pointer(
    sound: Path, tmp_path: Path, tiny: Settings, content: bytes | None, tally: Tally
) -> None:
    shutil.copytree(sound / "index", tmp_path / "index")
    pointer = tmp_path / "index" / "CURRENT"
    pointer.unlink() if content is None else pointer.write_bytes(content)
    with pytest.raises((IndexCorrupt, IndexNotFound), match="search27 build"):
        Library.open(tmp_path / "index", tiny)
    generation.rollback(tmp_path / "index")
    assert Library.open(tmp_path / "index", tiny).search("forêt")
    tally.held(2, "damage to the pointer, then roll-back")


def test_both_ways_back(sound: Path, tmp_path: Path, tiny: Settings, tally: Tally) -> None:
    for way in ("roll-back", "rebuild"):
        index = tmp_path / way
        shutil.copytree(sound / "index", index)
        (index / generation.current_name(index) / "store.sqlite").write_bytes(b"")
        if way == "roll-back":
            assert generation.rollback(index) == "gen-000001"
        else:
            report = build(sound / "corpus", index, tiny)
            assert report.passages_encoded + report.passages_cached == 1
        assert Library.open(index, tiny).search("forêt")
        tally.held(2, f"damage, then {way}")


def test_the_command_line_shows_no_traceback(
    sound: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tiny: Settings,
) -> None:
    shutil.copytree(sound / "index", tmp_path / "index")
    index = tmp_path / "index"
    (index / generation.current_name(index) / "passages.vectors.npy").write_bytes(b"x")
    line = ["search27", "status", "--index", str(index), "--encoder", tiny.encoder]
    monkeypatch.setattr("sys.argv", line)
    with pytest.raises(SystemExit) as caught:
        commands.main()
    assert caught.value.code == 1
    shown = capsys.readouterr().err
    assert "passages.vectors.npy differs from what was built" in shown
    assert "search27 rollback" in shown
    assert "Traceback" not in shown


def _older(data: dict[str, Any]) -> None:
    data["format"] = 0


def _newer(data: dict[str, Any]) -> None:
    data["format"] = generation.FORMAT + 1


def _other_encoder(data: dict[str, Any]) -> None:
    data["contents"]["encoder"]["revision"] = "another"


def _renamed_field(data: dict[str, Any]) -> None:
    data["contents"]["rows"] = data["contents"].pop("counts")


@pytest.mark.parametrize("change", [_older, _newer, _other_encoder, _renamed_field])
def test_another_version_is_refused_with_instructions(
    sound: Path, tmp_path: Path, tiny: Settings, change: Callable[[dict[str, Any]], None], tally: Tally
) -> None:
    index = tmp_path / "index"
    shutil.copytree(sound / "index", index)
    path = index / generation.current_name(index) / generation.MANIFEST
    data = json.loads(path.read_bytes())
    del data["checksum"]
    change(data)
    data["checksum"] = generation._checksum(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises((IndexIncompatible, IndexCorrupt), match="search27 build"):
        Library.open(index, tiny)
    build(sound / "corpus", index, tiny)
    assert Library.open(index, tiny).search("forêt")
    tally.held(8, "index of another version or encoder, then rebuild")


def test_an_index_without_later_fields_is_read(
    sound: Path, tmp_path: Path, tiny: Settings, tally: Tally
) -> None:
    index = tmp_path / "index"
    shutil.copytree(sound / "index", index)
    path = index / generation.current_name(index) / generation.MANIFEST
    data = json.loads(path.read_bytes())
    del data["checksum"], data["contents"]["failed_keys"]
    data["checksum"] = generation._checksum(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    assert Library.open(index, tiny).search("forêt")
    tally.held(8, "index from before a field was added")
