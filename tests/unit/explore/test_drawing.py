"""The atlas of the starter corpus and of next to nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search27.errors import IndexCorrupt, IndexStoreError
from search27.explore import apart, atlas, drawing
from search27.explore.apart import AtlasProcess
from search27.index import generation
from search27.index.store import Store


@pytest.fixture(scope="module")
def starter_parts(starter_index: Path) -> list[drawing.Part]:
    folder = starter_index / generation.current_name(starter_index)
    passages, windows = np.load(folder / "passages.npy"), np.load(folder / "windows.npy")
    with Store(folder / "store.sqlite") as store:
        parts = []
        for position in range(len(store.infos)):
            rows = store.passages_of(position)
            limits = store.windows_of[rows[0]], store.windows_of[rows[-1] + 1]
            vectors = passages[rows[0] : rows[-1] + 1], windows[limits[0] : limits[1]]
            parts.append((store.entry(position), *vectors))
    return parts


def test_the_starter_atlas_quotes_word_for_word_and_names_only_what_there_is(
    starter_parts: list[drawing.Part],
) -> None:
    drawn = drawing.draw(starter_parts, None)
    texts = {entry.document.info.id: entry.document.text for entry, _, _ in starter_parts}
    assert {point.document_id for point in drawn.points} == set(texts)
    assert sorted(name for topic in drawn.topics for name in topic.documents) == sorted(texts)
    excerpts = [item.quote for item in drawn.glossary] + [step for tour in drawn.tours for step in tour.steps]
    assert excerpts
    for excerpt in excerpts:
        span = excerpt.span
        assert texts[excerpt.document_id][span.start : span.end] == excerpt.text
    for names in [*drawn.related.values(), *drawn.cited_by.values()]:
        assert set(names) <= set(texts)
    assert all(topic.terms for topic in drawn.topics)


def test_the_same_parts_give_the_same_file(starter_parts: list[drawing.Part], tmp_path: Path) -> None:
    for name in ("one.json", "other.json"):
        atlas.save(drawing.draw(starter_parts, None), tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    assert atlas.load(tmp_path / "one.json") == drawing.draw(starter_parts, None)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_atlas_of_next_to_nothing(starter_parts: list[drawing.Part], count: int) -> None:
    drawn = drawing.draw(starter_parts[:count], ())
    assert len(drawn.points) == count
    assert drawn.listed
    assert not drawn.tours


def test_a_broken_file_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "atlas.json").write_text('{"points": 3}', encoding="utf-8")
    with pytest.raises(IndexCorrupt, match=r"atlas\.json"):
        atlas.load(tmp_path / "atlas.json")


@pytest.mark.parametrize("prepared", [True, False])
def test_a_process_of_its_own_draws_the_same(
    starter_parts: list[drawing.Part], starter_index: Path, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    store = starter_index / generation.current_name(starter_index) / "store.sqlite"
    monkeypatch.setattr(apart, "WORTH_A_PROCESS", 1)
    with AtlasProcess() as process:
        if prepared:
            process.prepare(1, store)
        finish = process.begin(starter_parts, None)
        assert finish() == drawing.draw(starter_parts, None)


def test_a_process_that_cannot_draw_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_A_PROCESS", 0)
    with AtlasProcess() as process:
        finish = process.begin([], 27)  # type: ignore[arg-type]
        with pytest.raises(IndexStoreError, match="not iterable"):
            finish()


def test_a_process_that_is_killed_stops_the_build_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_A_PROCESS", 0)
    with AtlasProcess() as process:
        process.prepare(1)
        assert process._process is not None
        process._process.kill()
        finish = process.begin([], None)
        with pytest.raises(IndexStoreError, match="-9"):
            finish()


def test_a_process_that_is_not_needed_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_A_PROCESS", 1)
    with AtlasProcess() as process:
        process.prepare(1)
        running = process._process
        assert running is not None
        assert running.poll() is None
    assert running.poll() is not None
