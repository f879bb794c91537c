"""The atlas follows the corpus and its list of programmes; an index of a former format is made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders import write_markdown

from search27 import Library, build
from search27.errors import IndexIncompatible
from search27.explore.programmes import LIST
from search27.index import generation

ATLAS = "atlas.json"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(4):
        write_markdown(
            folder,
            f"texte-{number}.md",
            title=f"La Ruche, épisode {number}",
            body=f"Le programme La Ruche réunit des voisins. Épisode {number} : on y parle de miel et d'abeilles.",
            date=f"202{number}-05-01",
        )
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def folder_of(index: Path) -> Path:
    return index / generation.current_name(index)


def test_programmes_are_proposed_until_the_corpus_lists_them(corpus: Path, index: Path) -> None:
    build(corpus, index)
    atlas = Library.open(index).atlas
    assert [item.name for item in atlas.programmes] == ["La Ruche"]
    assert not atlas.listed

    (corpus / LIST).write_text("programmes: [Épisode 3]\n", encoding="utf-8")
    report = build(corpus, index)
    assert report.passages_encoded == 0
    atlas = Library.open(index).atlas
    assert [(item.name, item.documents) for item in atlas.programmes] == [("Épisode 3", ("texte-3.md",))]
    assert atlas.listed
    assert build(corpus, index).generation == report.generation


def test_a_list_that_cannot_be_read_is_told_and_the_proposal_serves(corpus: Path, index: Path) -> None:
    (corpus / LIST).write_text("programmes: [", encoding="utf-8")
    report = build(corpus, index)
    assert [row.id for row in report.failed] == [LIST]
    assert report.documents == 4
    assert [item.name for item in Library.open(index).atlas.programmes] == ["La Ruche"]


def test_an_index_of_a_former_format_is_refused_and_the_next_build_makes_it_anew(
    corpus: Path, index: Path
) -> None:
    build(corpus, index)
    folder = folder_of(index)
    drawn = (folder / ATLAS).read_bytes()
    (folder / ATLAS).unlink()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    del manifest["files"][ATLAS], manifest["contents"]["explore"], manifest["checksum"]
    manifest["format"] = 1
    manifest["checksum"] = generation._checksum(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    with pytest.raises(IndexIncompatible, match="search27 build"):
        Library.open(index)
    build(corpus, index)
    assert (folder_of(index) / ATLAS).read_bytes() == drawn


def test_an_incremental_atlas_equals_one_from_scratch(corpus: Path, index: Path) -> None:
    build(corpus, index)
    write_markdown(corpus, "texte-4.md", title="La Ruche, fin", body="La Ruche ferme.", date="2025-01-01")
    assert build(corpus, index).added == ("texte-4.md",)
    build(corpus, index.parent / "scratch")
    assert (folder_of(index) / ATLAS).read_bytes() == (
        folder_of(index.parent / "scratch") / ATLAS
    ).read_bytes()


def test_more_like_a_passage_leaves_its_publication_out(corpus: Path, index: Path) -> None:
    build(corpus, index)
    library = Library.open(index)
    hits = library.similar("texte-0.md#0", k=2)
    assert all(hit.document.id != "texte-0.md" for hit in hits)


def test_the_same_passage_elsewhere_is_the_nearest(corpus: Path, index: Path) -> None:
    for name in ("copie-1.md", "copie-2.md"):
        write_markdown(corpus, name, title="La forge", body="La forge des communs ouvre ses portes en mai.")
    build(corpus, index)
    library = Library.open(index)
    assert library.similar("copie-1.md#0", k=1)[0].document.id == "copie-2.md"
    with pytest.raises(ValueError, match="at least 1"):
        library.similar("copie-1.md#0", k=0)
