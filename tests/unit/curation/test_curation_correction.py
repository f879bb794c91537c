"""Title, date and kind corrected in sidecars."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from search27.curation import Facts, correct
from search27.curation.files import source_of
from search27.curation.trash import TRASH
from search27.errors import SourceError
from search27.extraction.meta import Meta, read_sidecar
from search27.sync.folder import SiteFolder

FACTS = Facts("Les quais : récit", date(2024, 5, 1), "report")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "a.pdf").write_text("un")
    return tmp_path


def test_a_new_sidecar_holds_what_was_set(corpus: Path) -> None:
    path = correct(corpus, "a.pdf", FACTS)
    assert path.name == "a.pdf.meta.yaml"
    expected = Meta(title="Les quais : récit", date=date(2024, 5, 1), kind="report")
    assert read_sidecar(path) == (expected, ())


def test_other_keys_stay_and_the_former_sidecar_is_kept(corpus: Path) -> None:
    sidecar = corpus / "a.meta.yaml"
    former = "# note\ntitle: Ancien\nauthors: [X]\nshelf: 3\n"
    sidecar.write_text(former)
    assert correct(corpus, "a.pdf", Facts(date=date(2019, 1, 2))) == sidecar
    expected = "title: Ancien\nauthors:\n- X\nshelf: 3\ndate: 2019-01-02\ncorrected:\n- date\n"
    assert sidecar.read_text() == expected
    (copy,) = (corpus / ".trash").rglob("a.meta.yaml")
    assert copy.read_text() == former


def test_a_shared_sidecar_stays_and_the_file_gets_its_own(corpus: Path) -> None:
    (corpus / "a.md").write_text("deux")
    (corpus / "a.meta.yaml").write_text("title: Commun\n")
    path = correct(corpus, "a.pdf", Facts(kind="page"))
    assert path.name == "a.pdf.meta.yaml"
    assert path.read_text() == "title: Commun\nkind: page\ncorrected:\n- kind\n"
    assert (corpus / "a.meta.yaml").read_text() == "title: Commun\n"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (Facts(title="  "), "1 to 300"),
        (Facts(title="x" * 301), "1 to 300"),
        (Facts(date=date(1066, 10, 14)), "outside"),
        (Facts(kind="roman"), "kind 'roman' is unknown"),  # type: ignore[arg-type]
    ],
)
def test_facts_that_cannot_be_used_change_nothing(corpus: Path, facts: Facts, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        correct(corpus, "a.pdf", facts)
    assert not list(corpus.glob("*.yaml"))


@pytest.mark.parametrize("broken", ["{", "- a\n- b\n", "\udcff", "date: 2025-02-30\n"])
def test_a_sidecar_that_cannot_be_read_is_not_overwritten(corpus: Path, broken: str) -> None:
    sidecar = corpus / "a.meta.yaml"
    sidecar.write_bytes(broken.encode(errors="surrogateescape"))
    with pytest.raises(SourceError, match="Correct it"):
        correct(corpus, "a.pdf", FACTS)
    assert sidecar.read_bytes() == broken.encode(errors="surrogateescape")


def test_a_sync_leaves_alone_what_was_corrected(corpus: Path) -> None:
    folder = SiteFolder(corpus, "site")
    (corpus / "site").mkdir()
    (corpus / "site" / "a.pdf").write_text("un")
    folder.write_sidecar("a.pdf", {"title": "Du site", "url": "https://example.org/a.pdf"})
    correct(corpus, "site/a.pdf", Facts(title="Corrigé"))
    correct(corpus, "site/a.pdf", Facts(date=date(2019, 1, 2)))
    folder.write_sidecar(
        "a.pdf", {"title": "Du site", "url": "https://example.org/b.pdf", "date": "2020-01-01"}
    )
    sidecar = corpus / "site" / "a.pdf.meta.yaml"
    expected = Meta(title="Corrigé", date=date(2019, 1, 2), url="https://example.org/b.pdf")
    assert read_sidecar(sidecar) == (expected, ())
    folder.write_sidecar("a.pdf", {})
    assert read_sidecar(sidecar)[0] == Meta(title="Corrigé", date=date(2019, 1, 2))


def test_a_sidecar_that_a_person_wrote_is_never_lost(corpus: Path) -> None:
    folder = SiteFolder(corpus, "site")
    (corpus / "site").mkdir()
    sidecar = corpus / "site" / "7.json.meta.yaml"
    by_hand = "kind: report  # vu avec la documentation\n"
    sidecar.write_text(by_hand)
    assert not folder.write_sidecar("7.json", {})
    assert sidecar.read_text() == by_hand
    assert folder.write_sidecar("7.json", {"title": "Du site"})
    assert read_sidecar(sidecar) == (Meta(title="Du site"), ())
    (kept,) = (corpus / TRASH).rglob("7.json.meta.yaml")
    assert kept.read_text() == by_hand
    assert kept.relative_to(corpus / TRASH).parts[1:] == ("site", "7.json.meta.yaml")


def test_a_sidecar_that_cannot_be_read_does_not_stop_a_sync(corpus: Path) -> None:
    (corpus / "site").mkdir()
    sidecar = corpus / "site" / "7.json.meta.yaml"
    sidecar.write_text("corrected: [date]\ndate: 2025-02-30\n")
    assert SiteFolder(corpus, "site").write_sidecar("7.json", {"title": "Du site"})
    assert read_sidecar(sidecar) == (Meta(title="Du site"), ())
    assert len(list((corpus / TRASH).rglob("7.json.meta.yaml"))) == 1


def test_a_sidecar_of_the_sync_goes_without_a_copy(corpus: Path) -> None:
    (corpus / "site").mkdir()
    first = SiteFolder(corpus, "site")
    assert first.write_sidecar("a.pdf", {"title": "Un"})
    first.save()
    later = SiteFolder(corpus, "site")
    assert later.write_sidecar("a.pdf", {"title": "Deux"})
    assert not later.write_sidecar("a.pdf", {"title": "Deux"})
    assert later.write_sidecar("a.pdf", {})
    assert not (corpus / "site" / "a.pdf.meta.yaml").exists()
    assert not (corpus / TRASH).exists()


def test_the_file_of_a_publication(corpus: Path) -> None:
    (corpus / "site").mkdir()
    (corpus / "site" / "7.json").write_text("{}")
    assert source_of(corpus, "a.pdf") == "a.pdf"
    assert source_of(corpus, "site/7") == "site/7.json"
    assert source_of(corpus, "site/7/1") is None
