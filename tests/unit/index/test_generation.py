from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from search27.embedding.encoder import EncoderIdentity
from search27.errors import IndexCorrupt, IndexIncompatible, IndexNotFound, IndexStoreError
from search27.index import generation
from search27.types import FailedDocument

IDENTITY = EncoderIdentity("bundled", "abc", 384, "query: ", "passage: ")
FAILED = (FailedDocument("x.pdf", "It asks for a password.", "Save it without one."),)
CONTENTS = generation.Contents(IDENTITY, {"documents": 1, "passages": 2}, "v1", FAILED)


def _publish(index: Path, content: str = "vectors") -> str:
    with generation.build_lock(index), generation.new_generation(index) as scratch:
        (scratch / "lexical").mkdir()
        (scratch / "lexical" / "terms").write_text(content)
        (scratch / "store").write_text(content)
        return generation.publish(index, scratch, CONTENTS)


def test_a_published_generation_is_current_and_verifies(tmp_path: Path) -> None:
    name = _publish(tmp_path)
    assert generation.current_name(tmp_path) == name == "gen-000001"
    manifest = generation.verify(tmp_path / name)
    assert manifest.contents == CONTENTS
    assert sorted(manifest.files) == ["lexical/terms", "store"]


def test_the_last_two_generations_are_kept(tmp_path: Path) -> None:
    for content in "abc":
        _publish(tmp_path, content)
    assert sorted(path.name for path in tmp_path.glob("gen-*")) == ["gen-000002", "gen-000003"]


def test_no_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="search27 build"):
        generation.current_name(tmp_path)


@pytest.mark.parametrize("content", ["", "../../etc", "gen-1", "\x00"])
def test_a_spoilt_pointer_is_corrupt(tmp_path: Path, content: str) -> None:
    (tmp_path / "CURRENT").write_text(content)
    with pytest.raises(IndexCorrupt, match="search27 build"):
        generation.current_name(tmp_path)


@pytest.mark.parametrize("name", ["store", "lexical/terms", "manifest.json"])
@pytest.mark.parametrize("damage", ["remove", "empty", "truncate", "flip"])
def test_every_damage_to_a_file_is_found(tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / _publish(tmp_path) / name
    data = bytearray(path.read_bytes())
    if damage == "remove":
        path.unlink()
    else:
        data = {"empty": bytearray(), "truncate": data[:-1], "flip": data}[damage]
        if damage == "flip":
            data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    with pytest.raises(IndexCorrupt):
        generation.verify(path.parents[1] if "/" in name else path.parent)


def test_an_added_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / _publish(tmp_path)
    (folder / "stranger").write_text("?")
    with pytest.raises(IndexCorrupt, match="stranger"):
        generation.verify(folder)


def test_another_format_is_refused_with_instructions(tmp_path: Path) -> None:
    path = tmp_path / _publish(tmp_path) / "manifest.json"
    data = json.loads(path.read_text())
    data["format"] = generation.FORMAT + 1
    path.write_text(json.dumps(data))
    with pytest.raises(IndexIncompatible, match="search27 build"):
        generation.verify(path.parent)


def test_a_second_build_is_refused_while_one_runs(tmp_path: Path) -> None:
    with (
        generation.build_lock(tmp_path),
        pytest.raises(IndexStoreError, match="Another build"),
        generation.build_lock(tmp_path),
    ):
        pass


@pytest.mark.parametrize("call", range(1, 3))
def test_a_failing_rename_leaves_the_old_generation(
    tmp_path: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _publish(tmp_path, "old")
    real, calls = os.replace, []

    def failing(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == call:
            raise OSError("no space left")
        real(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="no space"):
        _publish(tmp_path, "new")
    monkeypatch.undo()
    name = generation.current_name(tmp_path)
    generation.verify(tmp_path / name)
    assert (tmp_path / name / "store").read_text() == "old"
    assert not (tmp_path / ".building").exists()
    _publish(tmp_path, "newer")
    assert (tmp_path / generation.current_name(tmp_path) / "store").read_text() == "newer"


def test_a_roll_back_returns_to_the_former_generation_and_can_be_undone(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, "a"), _publish(tmp_path, "b")
    assert generation.rollback(tmp_path) == first == generation.current_name(tmp_path)
    assert [(row.name, row.documents, row.current) for row in generation.history(tmp_path)] == [
        (second, 1, False),
        (first, 1, True),
    ]
    assert generation.rollback(tmp_path, second) == generation.current_name(tmp_path) == second


def test_a_build_after_a_roll_back_keeps_the_generation_that_was_gone_back_to(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, "a"), _publish(tmp_path, "b")
    generation.rollback(tmp_path)
    third = _publish(tmp_path, "c")
    assert [row.name for row in generation.history(tmp_path)] == [third, first]
    assert not (tmp_path / second).exists()


def test_no_roll_back_to_what_is_damaged(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, "a"), _publish(tmp_path, "b")
    (tmp_path / first / "store").write_text("other")
    with pytest.raises(IndexCorrupt, match="store"):
        generation.rollback(tmp_path)
    assert generation.current_name(tmp_path) == second


@pytest.mark.parametrize("name", [None, "gen-000009", "../gen-000001"])
def test_no_roll_back_to_what_is_not_there(tmp_path: Path, name: str | None) -> None:
    _publish(tmp_path)
    with pytest.raises(IndexNotFound, match="it holds gen-000001"):
        generation.rollback(tmp_path, name)


def test_no_roll_back_where_there_is_no_index_or_a_build_runs(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="search27 build"):
        generation.rollback(tmp_path / "none")
    _publish(tmp_path)
    with generation.build_lock(tmp_path), pytest.raises(IndexStoreError, match="running"):
        generation.rollback(tmp_path)


def test_history_leaves_out_what_has_no_readable_manifest(tmp_path: Path) -> None:
    first, second = _publish(tmp_path, "a"), _publish(tmp_path, "b")
    (tmp_path / first / "manifest.json").write_text("{}")
    assert [row.name for row in generation.history(tmp_path)] == [second]
