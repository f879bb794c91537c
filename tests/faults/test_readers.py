"""Queries keep answering during rebuilds and move to the new index, in flat memory; builds exclude each other."""

from __future__ import annotations

import gc
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.builders import write_markdown
from tests.faults.conftest import article
from tests.faults.readers import Reader, resident_bytes
from tests.faults.tally import Tally
from tests.faults.test_kills import SUBJECTS, VERSION, options
from tests.faults.warm import Warm, warm

from search27 import Library, build
from search27.config import Settings
from search27.errors import IndexStoreError
from search27.index import generation

READERS = 8
GROWTH_MAXIMUM = 30_000_000  # bytes, over the second half of the swaps


@pytest.fixture(scope="module")
def server() -> Iterator[Warm]:
    with warm() as started:
        yield started


def write_version(folder: Path, version: int) -> None:
    for subject in SUBJECTS:
        write_markdown(folder / "corpus", f"{subject}.md", title=subject, body=article(subject, version))


def test_queries_during_rebuilds(
    server: Warm, tmp_path: Path, tiny: Settings, long: bool, tally: Tally
) -> None:
    write_version(tmp_path, 1)
    build(tmp_path / "corpus", tmp_path / "index", tiny)
    reader, ended = Reader(tmp_path / "index", tiny), threading.Event()

    def ask() -> int:
        asked, seen = 0, 0
        while not ended.wait(0.1):
            library = reader.library()
            hits = library.search("version de la forêt", k=3)
            found = {int(match[1]) for hit in hits if (match := VERSION.search(hit.passage.text))}
            assert len(found) == 1
            assert max(found) >= seen
            seen = max(found)
            assert library.ask("Que disent les habitants de la forêt ?").text
            asked += 2
        return asked

    rebuilds = 20 if long else 3
    with ThreadPoolExecutor(READERS) as threads:
        running = [threads.submit(ask) for _ in range(READERS)]
        try:
            for version in range(2, rebuilds + 2):
                write_version(tmp_path, version)
                server.start("build", options(tiny, tmp_path))
                assert server.end() == 0
        finally:
            ended.set()
        asked = sum(one.result() for one in running)
    assert reader.library().generation == generation.current_name(tmp_path / "index")
    assert asked > READERS
    tally.held(4, "rebuild under 8 readers", rebuilds)
    tally.note(4, "rebuild under 8 readers", f"{asked:,} queries, no error")


def test_memory_is_flat_over_swaps(tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    for version in (1, 2):
        write_version(tmp_path, version)
        build(tmp_path / "corpus", tmp_path / "index", tiny)
    reader = Reader(tmp_path / "index", tiny)
    swaps, sizes = 50 if long else 6, []
    for number in range(swaps):
        generation.rollback(tmp_path / "index", f"gen-{number % 2 + 1:06d}")
        assert reader.library().search("forêt")
        gc.collect()
        sizes.append(resident_bytes())
    growth = sizes[-1] - sizes[swaps // 2]
    assert growth < GROWTH_MAXIMUM
    tally.held(4, "swap of generations", swaps)
    tally.note(4, "swap of generations", f"memory over the second half: {growth / 1e6:+.1f} MB")


def test_a_generation_dropped_while_it_is_opened(
    tmp_path: Path, tiny: Settings, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    write_version(tmp_path, 1)
    index = tmp_path / "index"
    build(tmp_path / "corpus", index, tiny)
    real = generation.verify

    def late(folder: Path) -> generation.Manifest:
        manifest = real(folder)
        if folder.name == "gen-000001":
            monkeypatch.setattr(generation, "verify", real)
            write_version(tmp_path, 2)
            build(tmp_path / "corpus", index, tiny)
            shutil.rmtree(folder)
        return manifest

    monkeypatch.setattr(generation, "verify", late)
    library = Library.open(index, tiny)
    assert library.generation == "gen-000002"
    tally.held(4, "generation dropped while it is opened")


def test_builds_exclude_each_other(tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    rounds = 10 if long else 2
    for version in range(1, rounds + 1):
        write_version(tmp_path, version)

        def attempt() -> str:
            try:
                return build(tmp_path / "corpus", tmp_path / "index", tiny).generation
            except IndexStoreError as error:
                return str(error)

        with ThreadPoolExecutor(4) as threads:
            outcomes = Counter(future.result() for future in [threads.submit(attempt) for _ in range(4)])
        assert f"gen-{version:06d}" in outcomes
        assert all("Another build" in text for text in outcomes if not text.startswith("gen-"))
        text = Library.open(tmp_path / "index", tiny).publication("forêt.md").text
        assert f"version {version}" in text
        tally.held(5, "four builds at once")
