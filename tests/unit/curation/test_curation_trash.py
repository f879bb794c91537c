"""Publications taken out of the corpus, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from search27.curation import Discarded, discard, discarded, restore
from search27.errors import SourceError, SourceNotFound


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("un")
    (tmp_path / "notes" / "a.meta.yaml").write_text("title: A")
    (tmp_path / "b.md").write_text("deux")
    return tmp_path


def names(corpus: Path) -> list[str]:
    found = (path.relative_to(corpus) for path in corpus.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if path.parts[0] != ".trash")


def test_a_file_goes_with_its_sidecar_and_comes_back_as_it_was(corpus: Path) -> None:
    before = names(corpus)
    item = discard(corpus, "notes/a.md")
    assert names(corpus) == ["b.md"]
    assert discarded(corpus) == [item]
    assert item.id == "notes/a.md"
    assert item.removed_at.endswith("+00:00")
    restore(corpus, item)
    assert names(corpus) == before
    assert (corpus / "notes" / "a.meta.yaml").read_text() == "title: A"
    assert discarded(corpus) == []


def test_the_last_one_removed_comes_first(corpus: Path) -> None:
    discard(corpus, "b.md")
    discard(corpus, "notes/a.md")
    assert [item.id for item in discarded(corpus)] == ["notes/a.md", "b.md"]


def test_a_sidecar_that_two_files_share_stays(corpus: Path) -> None:
    (corpus / "notes" / "a.txt").write_text("autre")
    discard(corpus, "notes/a.md")
    assert names(corpus) == ["b.md", "notes/a.meta.yaml", "notes/a.txt"]


def test_nothing_is_overwritten_by_putting_back(corpus: Path) -> None:
    item = discard(corpus, "b.md")
    (corpus / "b.md").write_text("trois")
    with pytest.raises(SourceError, match="again"):
        restore(corpus, item)
    assert (corpus / "b.md").read_text() == "trois"
    assert discarded(corpus) == [item]


@pytest.mark.parametrize("source_id", ["absent.md", "../b.md", "notes/a.meta.yaml", ".trash"])
def test_only_publications_can_be_taken_out(corpus: Path, source_id: str) -> None:
    with pytest.raises(SourceNotFound):
        discard(corpus, source_id)


@pytest.mark.parametrize("stamp", ["20200101T000000000000Z", "..", ""])
def test_what_the_trash_does_not_hold_cannot_be_put_back(corpus: Path, stamp: str) -> None:
    with pytest.raises(SourceNotFound, match="no longer"):
        restore(corpus, Discarded("b.md", stamp))
