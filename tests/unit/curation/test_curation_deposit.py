"""Files that someone adds: names, contents, duplicates, replacement."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.curation import accept, discarded, examine
from search27.curation.deposit import safe_name
from search27.errors import SourceError
from search27.sources.folder import discover

ROOT = Path(__file__).parents[3]
DIGEST = ROOT / "corpus" / "rapport-activite-2025-synthese.pdf"
ARTICLE = b"# Les quais\n\nLa fabrique ouvre chaque matin.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "quais.md").write_bytes(ARTICLE)
    return folder


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Été 2024.pdf", "Été 2024.pdf"),
        ("E\u0301te\u0301.pdf", "Été.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\note.docx", "note.docx"),
        ("a\x00b\n\u202ec.md", "abc.md"),
        ("<img src=x onerror=a>.md", "img src=x onerror=a_.md"),
        (".env", "env"),
        ("~$note.docx", "note.docx"),
        ("  a   b .txt", "a b.txt"),
        ("..", ""),
        ("é" * 200 + ".pdf", "é" * 88 + ".pdf"),
    ],
)
def test_names_become_safe(given: str, expected: str) -> None:
    assert safe_name(given) == expected


@given(st.text(max_size=300))
def test_a_safe_name_stays_in_its_folder_and_stays_as_it_is(name: str) -> None:
    safe = safe_name(name)
    assert "/" not in safe
    assert "\\" not in safe
    assert not safe.startswith((".", "_", "~"))
    assert len(safe.encode()) <= 200
    assert safe_name(safe) == safe


def test_a_new_file_is_read_by_content_and_added(corpus: Path) -> None:
    (offer,) = examine(corpus, [("rapport.txt", DIGEST.read_bytes())])
    assert (offer.verdict, offer.name) == ("new", "rapport.txt")
    assert offer.publications[0].kind == "report"
    assert accept(corpus, offer) == "rapport.txt"
    assert (corpus / "rapport.txt").read_bytes() == DIGEST.read_bytes()
    assert [source.id for source in discover(corpus)] == ["quais.md", "rapport.txt"]
    assert sorted(os.listdir(corpus)) == ["quais.md", "rapport.txt"]


def test_the_same_content_is_told_whatever_its_name(corpus: Path) -> None:
    other = ARTICLE.replace(b"quais", b"ponts")
    offers = list(examine(corpus, [("autre.md", ARTICLE), ("un.md", other), ("deux.md", other)]))
    assert [(offer.verdict, offer.same_as) for offer in offers] == [
        ("duplicate", "quais.md"),
        ("new", ""),
        ("duplicate", "un.md"),
    ]
    with pytest.raises(ValueError, match="duplicate"):
        accept(corpus, offers[0])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vide.pdf", b"", "empty"),
        ("faux.pdf", b"just words", "no PDF"),
        ("image.md", b"\x89PNG\r\n\x1a\n" + bytes(20), "image"),
        ("programme.exe", b"MZ\x90\x00", "are not read"),
    ],
)
def test_what_cannot_be_a_publication_is_refused_with_a_reason(
    corpus: Path, name: str, content: bytes, reason: str
) -> None:
    (offer,) = examine(corpus, [(name, content)])
    assert offer.verdict == "refused"
    assert offer.failure is not None
    assert reason in offer.failure.reason
    assert offer.failure.hint
    with pytest.raises(ValueError, match="refused"):
        accept(corpus, offer)


@pytest.mark.parametrize("name", ["README.md", "a.meta.yaml", "..."])
def test_a_name_that_no_publication_can_have_is_refused(corpus: Path, name: str) -> None:
    (offer,) = examine(corpus, [(name, ARTICLE + b"x")])
    assert (offer.verdict, offer.failure) == ("refused", None)


def test_two_files_of_one_name_are_told_apart(corpus: Path) -> None:
    first, second = examine(corpus, [("a/x.md", ARTICLE + b"1"), ("b/x.md", ARTICLE + b"2")])
    assert (first.verdict, second.verdict) == ("new", "refused")


def test_a_copy_of_a_refused_file_is_refused_for_the_same_reason(corpus: Path) -> None:
    first, second = examine(corpus, [("faux.pdf", b"just words"), ("copie.pdf", b"just words")])
    assert (first.verdict, second.verdict) == ("refused", "refused")
    assert second.failure is not None


def test_nothing_is_overwritten_without_leave_and_the_former_file_is_kept(corpus: Path) -> None:
    newer = ARTICLE + b"Elle ferme le soir.\n"
    (offer,) = examine(corpus, [("quais.md", newer)])
    assert offer.verdict == "replaces"
    with pytest.raises(SourceError, match="replaced"):
        accept(corpus, offer)
    assert (corpus / "quais.md").read_bytes() == ARTICLE
    accept(corpus, offer, replace=True)
    assert (corpus / "quais.md").read_bytes() == newer
    (kept,) = discarded(corpus)
    assert (corpus / ".trash" / kept.stamp / "quais.md").read_bytes() == ARTICLE


def test_a_folder_that_cannot_be_written_is_told(corpus: Path) -> None:
    (offer,) = examine(corpus, [("neuf.md", ARTICLE + b"z")])
    shutil.rmtree(corpus)
    corpus.write_text("a file where the folder was")
    with pytest.raises(SourceError, match="cannot be written"):
        accept(corpus, offer)
