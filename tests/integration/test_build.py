"""A build touches only what changed, and an incremental index equals one from scratch."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.builders import wordpress_post
from tests.faults.tiny_encoder import write_tiny_encoder

from search27 import Library, build
from search27.config import Settings, load_settings
from search27.embedding import openvino, session
from search27.embedding.openvino import open_encoder
from search27.errors import GeneratorUnavailable, IndexIncompatible, IndexStoreError, SourceNotFound
from search27.french import analyse
from search27.index import generation
from search27.index.store import Store
from search27.types import Filters

FOREST = (
    "---\ntitle: Forêts en commun\ndate: 2025-02-10\n---\n\nUne forêt privée peut devenir un commun. {more}\n"
)
MONEY = "---\ntitle: Le budget\ndate: 2024-12-19\n---\n\nLe budget de l'année est de 540 000 euros.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "forets.md").write_text(FOREST.format(more="Les riverains y tiennent."), encoding="utf-8")
    (folder / "budget.md").write_text(MONEY, encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def _content(index: Path) -> tuple[list[object], np.ndarray, np.ndarray]:
    folder = index / generation.current_name(index)
    with Store(folder / "store.sqlite") as store:
        entries: list[object] = [store.entry(position) for position in range(len(store.infos))]
    return entries, np.load(folder / "passages.npy"), np.load(folder / "windows.npy")


def test_a_first_build_adds_everything(corpus: Path, index: Path) -> None:
    report = build(corpus, index)
    assert report.added == ("budget.md", "forets.md")
    assert report.documents == 2
    assert report.passages == report.passages_encoded + report.passages_cached == 2
    assert not report.failed


def test_a_second_build_changes_nothing_and_says_so(corpus: Path, index: Path) -> None:
    first = build(corpus, index)
    second = build(corpus, index)
    assert second.unchanged
    assert second.passages_encoded == second.passages_cached == 0
    assert second.generation == first.generation


def test_one_edit_encodes_one_document_and_equals_a_build_from_scratch(corpus: Path, index: Path) -> None:
    build(corpus, index)
    (corpus / "forets.md").write_text(FOREST.format(more="Le maire hésite."), encoding="utf-8")
    report = build(corpus, index)
    assert (report.added, report.changed, report.removed) == ((), ("forets.md",), ())
    assert report.passages_encoded + report.passages_cached == 1
    scratch = index.parent / "scratch"
    build(corpus, scratch)
    entries, passages, windows = _content(index)
    expected, expected_passages, expected_windows = _content(scratch)
    assert entries == expected
    assert passages == pytest.approx(expected_passages, abs=1e-4)
    assert windows == pytest.approx(expected_windows, abs=1e-4)
    assert _words(index) == _words(scratch)
    assert Library.open(index).search("Que pense le maire ?", k=1)[0].document.id == "forets.md"


def _words(index: Path) -> dict[str, bytes]:
    """What search by words reads: the words of the passages and BM25's files."""
    folder = index / generation.current_name(index)
    files = [*folder.glob("word*"), *folder.glob("lexical/*")]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_another_analysis_reads_unchanged_texts_again(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, index)
    before = _words(index)
    for module in ("search27.reuse", "search27.ingest"):
        monkeypatch.setattr(f"{module}.analysis_version", lambda: "another")
    monkeypatch.setattr("search27.reuse.analyse", lambda text: sorted(analyse(text)))
    report = build(corpus, index)
    assert (report.generation, report.passages_encoded) == ("gen-000002", 0)
    assert _words(index).keys() == before.keys()
    assert _words(index) != before


def test_a_removed_file_disappears_from_results(corpus: Path, index: Path) -> None:
    build(corpus, index)
    (corpus / "budget.md").unlink()
    assert build(corpus, index).removed == ("budget.md",)
    hits = Library.open(index).search("budget de l'année")
    assert [hit.document.id for hit in hits] == ["forets.md"]


def test_a_failed_file_is_a_row_and_the_build_goes_on(corpus: Path, index: Path) -> None:
    (corpus / "vide.pdf").write_bytes(b"")
    (corpus / "tableur.xlsx").write_bytes(b"PK\x03\x04")
    report = build(corpus, index)
    assert [row.id for row in report.failed] == ["tableur.xlsx", "vide.pdf"]
    assert all(row.reason and row.hint for row in report.failed)
    assert report.documents == 2
    assert [row.id for row in Library.open(index).status().failed] == ["tableur.xlsx", "vide.pdf"]


def test_two_files_that_claim_one_id_are_reported(corpus: Path, index: Path) -> None:
    post = wordpress_post(7, "Un billet", "<p>Un texte de billet.</p>")
    (corpus / "site").mkdir()
    (corpus / "site" / "7.json").write_text(json.dumps(post), encoding="utf-8")
    (corpus / "site.json").write_text(json.dumps([post]), encoding="utf-8")
    report = build(corpus, index)
    assert report.documents == 3
    assert "site/7" in report.added
    assert len(report.failed) == 1
    assert "site/7" in report.failed[0].reason


def test_a_new_file_cannot_take_the_id_of_an_unchanged_one(corpus: Path, index: Path) -> None:
    post = wordpress_post(7, "Un billet", "<p>Un texte de billet.</p>")
    (corpus / "site").mkdir()
    (corpus / "site" / "7.json").write_text(json.dumps(post), encoding="utf-8")
    build(corpus, index)
    (corpus / "site.json").write_text(json.dumps([post]), encoding="utf-8")
    report = build(corpus, index)
    assert [row.id for row in report.failed] == ["site.json"]
    assert report.documents == 3


def test_a_failing_disk_is_a_typed_error_and_leaves_the_old_index(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, index)
    (corpus / "forets.md").write_text(FOREST.format(more="Le maire hésite."), encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(generation, "_fsync", full)
        with pytest.raises(IndexStoreError, match="former one is untouched"):
            build(corpus, index)
    assert Library.open(index).publication("forets.md").text.endswith("Les riverains y tiennent.")


def test_a_corrupt_index_is_rebuilt_whole(corpus: Path, index: Path) -> None:
    build(corpus, index)
    folder = index / generation.current_name(index)
    (folder / "passages.npy").write_bytes(b"")
    report = build(corpus, index)
    assert report.passages_encoded + report.passages_cached == 2
    assert Library.open(index).search("forêt")


def test_an_empty_corpus_gives_an_index_that_finds_nothing(index: Path, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    report = build(tmp_path / "nothing", index)
    assert (report.documents, report.passages) == (0, 0)
    library = Library.open(index)
    assert library.search("forêt") == []
    assert library.ask("forêt ?").abstained


def test_a_missing_corpus_is_a_typed_error(index: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="absent"):
        build(tmp_path / "absent", index)


def test_another_encoder_is_refused_at_open(corpus: Path, index: Path, settings: Settings) -> None:
    build(corpus, index)
    other = settings.model_copy(update={"encoder": "bundled-base"})
    with pytest.raises(IndexIncompatible, match="search27 build"):
        Library.open(index, other)


def test_an_index_of_another_machine_s_numbers_is_read_and_built_anew_without_mixing(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openvino, "passage_numerics", lambda: "elsewhere")
    build(corpus, index)
    elsewhere = Library.open(index).search("forêt")
    monkeypatch.undo()
    assert [hit.passage for hit in Library.open(index).search("forêt")] == [hit.passage for hit in elsewhere]
    report = build(corpus, index)
    assert report.passages_encoded + report.passages_cached == 2
    manifest = generation.verify(index / generation.current_name(index))
    assert manifest.contents.encoder.numerics == session.passage_numerics()


def test_a_generated_answer_is_refused_plainly(corpus: Path, index: Path) -> None:
    build(corpus, index)
    with pytest.raises(GeneratorUnavailable):
        Library.open(index).ask("forêt ?", generate=True)


def test_progress_counts_documents_and_passages(corpus: Path, index: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    build(corpus, index, progress=lambda step: seen.append((step.stage, step.done, step.total)))
    assert ("documents", 2, 2) in seen
    assert ("passages", 2, 2) in seen
    assert seen[-1] == ("index", 1, 1)


def test_a_reader_keeps_its_generation_through_later_builds(corpus: Path, index: Path) -> None:
    build(corpus, index)
    library = Library.open(index)
    for more in ("Un.", "Deux.", "Trois."):
        (corpus / "forets.md").write_text(FOREST.format(more=more), encoding="utf-8")
        build(corpus, index)
    assert library.search("forêt", k=1)[0].document.id == "forets.md"
    assert library.publication("forets.md").text.endswith("Les riverains y tiennent.")


def test_filters_that_match_nothing_give_nothing(corpus: Path, index: Path) -> None:
    build(corpus, index)
    library = Library.open(index)
    assert library.search("forêt", filters=Filters(years=(1990, 1991))) == []
    assert library.ask("forêt ?", filters=Filters(kinds=("report",))).abstained
    found = library.search("budget", filters=Filters(years=(2025, None)))
    assert {hit.document.id for hit in found} == {"forets.md"}


def test_the_same_corpus_gives_the_same_ranking(corpus: Path, index: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path / "copy")
    build(corpus, index)
    build(tmp_path / "copy", tmp_path / "other")
    one = Library.open(index).search("communs et budget")
    other = Library.open(tmp_path / "other").search("communs et budget")
    assert [(hit.passage.id, round(hit.score, 3)) for hit in one] == [
        (hit.passage.id, round(hit.score, 3)) for hit in other
    ]


def test_passages_fit_an_encoder_that_reads_less(corpus: Path, index: Path, tmp_path: Path) -> None:
    (corpus / "long.md").write_text("Un mot de plus, puis un autre. " * 60, encoding="utf-8")
    settings = load_settings(encoder=str(write_tiny_encoder(tmp_path, tokens=128)))
    build(corpus, index, settings)
    encoder = open_encoder(settings.encoder, settings.cache)
    texts = [f"Long. {passage.text}" for passage in Library.open(index, settings).passages("long.md")]
    assert len(texts) > 10
    assert max(encoder.count_tokens(texts)) <= 128 - 2
