"""Which files of the corpus are publications."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from search27.errors import SourceNotFound
from search27.sources.folder import SourceFile, content_hash, discover


def write(path: Path, text: str = "texte") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(corpus: Path) -> list[str]:
    return [source.id for source in discover(corpus)]


def test_files_of_all_subfolders_sorted_by_id(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.pdf", "a/b/c.md"):
        write(tmp_path / name)
    assert ids(tmp_path) == ["a/b/c.md", "a/z.pdf", "b.txt"]


@pytest.mark.parametrize(
    "name",
    [
        ".cache.md",
        ".git/note.md",
        "_draft.md",
        "_old/note.md",
        "README.md",
        "readme",
        "plan.pdf.meta.yaml",
        "~$plan.docx",
        "plan.tmp",
        "plan.pdf.part",
        "plan.md~",
        "plan.pdf.crdownload",
        "Thumbs.db",
    ],
)
def test_what_is_no_publication(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    write(tmp_path / "kept.md")
    assert ids(tmp_path) == ["kept.md"]


def test_ids_are_composed_while_paths_stay_as_they_are(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "résidence.md")
    write(tmp_path / decomposed)
    (source,) = discover(tmp_path)
    assert source.id == "résidence.md"
    assert source.path.name == decomposed


def test_names_that_differ_in_their_accents_only_keep_two_ids(tmp_path: Path) -> None:
    for form in ("NFC", "NFD"):
        write(tmp_path / unicodedata.normalize(form, "été.md"))
    files = [path.name for path in tmp_path.iterdir()]  # one file where the file system composes names
    assert sorted(ids(tmp_path)) == sorted(files)


def test_links_that_leave_the_corpus_are_left_out(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.md")
    corpus = tmp_path / "corpus"
    inside = write(corpus / "inside.md")
    (corpus / "leaving.md").symlink_to(outside)
    (corpus / "staying.md").symlink_to(inside)
    (corpus / "dangling.md").symlink_to(tmp_path / "absent.md")
    (corpus / "folder").symlink_to(tmp_path)
    assert ids(corpus) == ["inside.md", "staying.md"]


@pytest.mark.parametrize("sidecar", ["plan.pdf.meta.yaml", "plan.meta.yaml"])
def test_sidecar_with_or_without_the_files_extension(tmp_path: Path, sidecar: str) -> None:
    write(tmp_path / "plan.pdf")
    path = write(tmp_path / sidecar)
    (source,) = discover(tmp_path)
    assert source.sidecar == path


def test_absent_corpus_names_the_folder_and_the_flag(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match=r"absent does not exist.*--corpus"):
        discover(tmp_path / "absent")


def test_a_file_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="is a file"):
        discover(write(tmp_path / "corpus"))


def test_the_hash_follows_both_file_and_sidecar(tmp_path: Path) -> None:
    path, sidecar = write(tmp_path / "a.md", "un"), write(tmp_path / "a.md.meta.yaml", "title: A")
    alone, both = SourceFile("a.md", path, None), SourceFile("a.md", path, sidecar)
    hashes = [content_hash(alone), content_hash(both)]
    write(sidecar, "title: B")
    hashes.append(content_hash(both))
    write(path, "deux")
    hashes.append(content_hash(both))
    assert len(set(hashes)) == 4
    assert content_hash(both) == hashes[-1]
    assert len(hashes[0]) == 64


def test_bytes_that_move_from_file_to_sidecar_change_the_hash(tmp_path: Path) -> None:
    one = SourceFile("a", write(tmp_path / "a", "xy"), write(tmp_path / "as", "z"))
    other = SourceFile("b", write(tmp_path / "b", "x"), write(tmp_path / "bs", "yz"))
    assert content_hash(one) != content_hash(other)


def test_a_file_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match=r"a\.md has gone"):
        content_hash(SourceFile("a.md", tmp_path / "a.md", None))
