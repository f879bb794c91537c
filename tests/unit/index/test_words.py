from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.errors import IndexCorrupt
from search27.index.words import FILE, STARTS, VOCABULARY, WordIndex, WordWriter

PASSAGES = [["forêt", "commun", "forêt"], [], ["commun", "maire"]]


def _save(folder: Path, parts: list[list[str]]) -> WordIndex:
    with WordWriter(folder) as writer:
        for part in parts:
            writer.add([part])
    return WordIndex.load(folder)


def test_words_are_numbered_in_the_order_of_their_first_appearance(tmp_path: Path) -> None:
    index = _save(tmp_path, PASSAGES)
    assert index.vocabulary() == {"forêt": 0, "commun": 1, "maire": 2}
    assert [row.tolist() for row in index.rows()] == [[0, 1, 0], [], [1, 2]]


@given(st.lists(st.lists(st.text(min_size=1, max_size=3), max_size=4), max_size=5), st.data())
def test_any_stretch_of_passages_comes_back_as_it_was_written(
    parts: list[list[str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = _save(Path(folder), parts)
        first = data.draw(st.integers(0, len(parts)))
        last = data.draw(st.integers(first, len(parts)))
        assert index.of(first, last) == parts[first:last]


@pytest.mark.parametrize("name", [FILE, STARTS, VOCABULARY])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    _save(tmp_path, PASSAGES)
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(IndexCorrupt, match=FILE):
        WordIndex.load(tmp_path)
