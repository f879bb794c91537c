"""kill -9 at any moment of a build or a sync leaves the old index or the new one, and the next run completes it."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.builders import wordpress_post, write_markdown
from tests.faults.conftest import article
from tests.faults.tally import Tally
from tests.faults.warm import Warm, warm
from tests.site_server import WordPressSite, serving

from search27 import Library
from search27.config import Settings
from search27.errors import IndexNotFound

SUBJECTS = ("forêt", "budget", "bibliothèque")
VERSION = re.compile(r"version (\d+)")


@pytest.fixture(scope="module")
def server() -> Iterator[Warm]:
    with warm() as started:
        yield started


def options(settings: Settings, folder: Path, **more: Any) -> dict[str, Any]:
    """Settings as the warm process takes them."""
    places = {"corpus": str(folder / "corpus"), "index": str(folder / "index")}
    return {"encoder": settings.encoder, **places, **more}


def versions(index: Path, settings: Settings) -> set[int]:
    """Versions that the articles of the index are at; empty where there is no index yet."""
    try:
        library = Library.open(index, settings)
    except IndexNotFound:
        return set()
    texts = [library.publication(info.id).text for info in library.documents()]
    found = [VERSION.search(text) for text in texts]
    library.close()
    return {int(match[1]) for match in found if match}


def kill(server: Warm, child: int, moment: float, folder: Path | None = None) -> int:
    """Kill a child `moment` seconds from now, or from when `folder` exists; gives its exit status."""
    deadline = time.monotonic() + 60
    while folder is not None and not folder.exists() and time.monotonic() < deadline:
        if not Path(f"/proc/{child}").exists():
            break
        time.sleep(0.001)
    time.sleep(moment)
    with contextlib.suppress(ProcessLookupError):  # it may be faster
        os.kill(child, signal.SIGKILL)
    return server.end()


def test_builds(server: Warm, tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    chance = random.Random(27)
    index, killed, wanted = tmp_path / "index", 0, 60 if long else 5
    started = time.monotonic()
    last: set[int] = set()
    duration = 1.0
    for version in range(1, 4 * wanted):
        for subject in SUBJECTS:
            write_markdown(
                tmp_path / "corpus", f"{subject}.md", title=subject, body=article(subject, version)
            )
        child = server.start("build", options(tiny, tmp_path))
        if version == 1:
            assert server.end() == 0
            duration = min(5.0, time.monotonic() - started)
        elif version % 2:
            kill(server, child, chance.uniform(0, 0.3 * duration), index / ".building")
        else:
            kill(server, child, chance.uniform(0, 1.1 * duration))
        found = versions(index, tiny)
        assert found in (last, {version})
        if version > 1:
            killed += 1
            tally.held(1, "kill -9 during a build")
        last = found
        if killed == wanted:
            break
    assert killed == wanted
    child = server.start("build", options(tiny, tmp_path))
    assert server.end() == 0
    assert len(versions(index, tiny)) == 1
    assert not (index / ".building").exists()


def test_syncs(server: Warm, tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    chance = random.Random(28)
    (tmp_path / "corpus").mkdir()
    posts = {n: wordpress_post(n, f"Article {n}", f"<p>{article('site', 1)}</p>") for n in range(1, 31)}
    with serving(WordPressSite(posts=posts)) as site:
        where = options(tiny, tmp_path, site=site.origin, sync_rate=50, sync_private_hosts=True)
        for _ in range(20 if long else 3):
            child = server.start("sync", where)
            kill(server, child, chance.uniform(0, 2.0))
            found = versions(tmp_path / "index", tiny)
            assert found in (set(), {1})
            tally.held(1, "kill -9 during a sync")
        server.start("sync", where)
        assert server.end() == 0
    library = Library.open(tmp_path / "index", tiny)
    assert len(library.documents()) == len(posts)
    assert library.status().failed == ()
