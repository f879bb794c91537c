"""No file stops a build, hangs it, takes more than its share, reads or writes elsewhere."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from functools import partial
from pathlib import Path, PurePosixPath

import pytest
from tests.builders import write_markdown
from tests.faults.hostile import write_hostile_corpus, write_links
from tests.faults.tally import Tally

from search27 import Library, build
from search27.config import Settings
from search27.extraction.sandbox import MEMORY_BYTES, ExtractionPool
from search27.types import BuildReport

SECONDS = 30.0
MAXIMUM_KILOBYTES = MEMORY_BYTES // 1024
SECRET = "mandragore"

Hostile = tuple[Path, list[str], BuildReport]


def _largest_child() -> int:
    """Most memory that an ended child of this process ever took, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.fixture(scope="module")
def largest_child_before() -> int:
    """Children of earlier tests count too: browsers, servers."""
    return _largest_child()


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, tiny: Settings, long: bool, largest_child_before: int
) -> Hostile:
    """A folder with the hostile corpus and its index, the names of its files, and the build's report."""
    folder = tmp_path_factory.mktemp("hostile")
    names = write_hostile_corpus(folder / "corpus", slow=long)
    (folder / "secrets").mkdir()
    (folder / "secrets" / "secret.md").write_text(f"Le mot de passe est {SECRET}.", encoding="utf-8")
    write_links(folder / "corpus", folder / "secrets" / "secret.md")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search27.ingest.ExtractionPool", partial(ExtractionPool, seconds=SECONDS))
        started = time.monotonic()
        report = build(folder / "corpus", folder / "index", tiny)
    assert time.monotonic() - started < SECONDS * len(names)
    return folder, names, report


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")).partition("/")[0]


def test_each_is_indexed_or_a_row_that_says_why(hostile: Hostile, tiny: Settings, tally: Tally) -> None:
    folder, names, report = hostile
    failed = {row.id: row for row in report.failed}
    indexed = {_stem(info.id) for info in Library.open(folder / "index", tiny).documents()}
    for name in names:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        assert shown in failed or _stem(shown) in indexed, name
        if shown in failed:
            assert failed[shown].reason
            assert failed[shown].hint
        tally.held(3, "hostile and broken files")
    assert "good" in indexed


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("encrypted.pdf", "asks for a password"),
        ("entities.docx", "declares XML entities"),
        ("entities.odt", "declares XML entities"),
        ("outside-entity.docx", "declares XML entities"),
        ("bomb.docx", "at most 200,000,000 are read"),
        ("lying.docx", "is damaged"),
        ("many-entries.docx", "at most 2,000 are read"),
        ("circular-pages.pdf", "is a damaged PDF"),
        ("page-named.pdf", "is no PDF in spite of its name"),
        ("picture.pdf", "is an image"),
        ("empty.pdf", "is an empty file"),
        ("table.xlsx", "is neither DOCX nor ODT"),
    ],
)
def test_the_row_names_what_is_wrong(hostile: Hostile, name: str, reason: str) -> None:
    assert reason in {row.id: row.reason for row in hostile[2].failed}[name]


def test_no_reader_took_more_than_its_memory(hostile: Hostile, largest_child_before: int) -> None:
    assert hostile[1]
    assert _largest_child() <= max(largest_child_before, MAXIMUM_KILOBYTES)


def test_links_out_of_the_corpus_are_not_followed(hostile: Hostile, tiny: Settings, tally: Tally) -> None:
    library = Library.open(hostile[0] / "index", tiny)
    texts = [library.publication(info.id).text for info in library.documents()]
    assert not [text for text in texts if SECRET in text or "root:" in text]
    named = {info.id for info in library.documents()} | {row.id for row in hostile[2].failed}
    strangers = {"secret.md", "loop.md", "gone.md", "pipe.md", "outside/secret.md", "circle/good.md"}
    assert named & strangers == set()
    tally.held(6, "links out of the corpus", len(strangers))


def test_names_in_archives_write_nothing(hostile: Hostile, tally: Tally) -> None:
    folder = hostile[0]
    places = [folder, folder.parent, Path.cwd(), Path(tempfile.gettempdir())]
    assert [place for place in places if (place / "slipped.txt").exists()] == []
    assert not (folder / "corpus" / "x").exists()
    tally.held(6, "names in archives that lead elsewhere", 2)


def test_thousands_of_files_are_indexed(tmp_path: Path, tiny: Settings, long: bool, tally: Tally) -> None:
    count = 5_000 if long else 200
    for number in range(count):
        write_markdown(tmp_path / "corpus", f"{number}.md", title=f"Note {number}", body=f"Note {number}.")
    assert build(tmp_path / "corpus", tmp_path / "index", tiny).documents == count
    tally.held(3, "a corpus of 5,000 files")
