"""Milvus Lite in place of the embedded index: same answers, generations, failures."""

from __future__ import annotations

import shutil
import socket
import threading
from pathlib import Path

import pytest

pytest.importorskip("milvus_lite")

from search27 import Filters, Library, build
from search27.config import Settings
from search27.errors import ConfigError, IndexCorrupt, IndexIncompatible, IndexStoreError
from search27.index import milvus

QUESTIONS = (
    "Qu'est-ce que La Synchro ?",
    "Combien d'adhérents compte l'association ?",
    "budget 2025",
    "7 400 €",
    "How are forests managed as commons?",
    "à quoi",
)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Path, Path, Settings]:
    """Corpus, index and settings of a starter corpus whose candidates come from Milvus Lite."""
    folder = tmp_path_factory.mktemp("milvus")
    corpus = shutil.copytree(Path(__file__).parents[2] / "corpus", folder / "corpus")
    uri = str(folder / "milvus.db")
    chosen = settings.model_copy(update={"store": "milvus", "milvus_uri": uri})
    build(corpus, folder / "index", chosen)
    return corpus, folder / "index", chosen


@pytest.fixture(scope="module")
def library(stored: tuple[Path, Path, Settings]) -> Library:
    return Library.open(stored[1], stored[2])


@pytest.mark.parametrize("question", QUESTIONS)
def test_hits_are_those_of_the_embedded_index(
    library: Library, starter_library: Library, question: str
) -> None:
    ours, embedded = (each.search(question, 5) for each in (library, starter_library))
    assert [hit.passage.id for hit in ours] == [hit.passage.id for hit in embedded]
    assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in embedded], rel=1e-3)


def test_filters_hold(library: Library, starter_library: Library) -> None:
    for filters in (Filters(kinds=("report",)), Filters(years=(2025, 2025), authors=("Personne",))):
        ours, embedded = (each.search("budget", 5, filters) for each in (library, starter_library))
        assert [hit.passage.id for hit in ours] == [hit.passage.id for hit in embedded]


def test_answers_are_the_same(library: Library, starter_library: Library) -> None:
    question = QUESTIONS[0]
    assert library.ask(question).text == starter_library.ask(question).text


def test_a_new_generation_gets_collections_and_the_aliases(stored: tuple[Path, Path, Settings]) -> None:
    corpus, index, settings = stored
    before = milvus.read(index / "gen-000001")["tag"]
    (corpus / "nouveau.md").write_text(
        "# Xylophone\n\nLe xylophone de la mairie sonne à midi.\n", encoding="utf-8"
    )
    report = build(corpus, index, settings)
    assert (report.added, report.passages_encoded) == (("nouveau.md",), 1)
    fresh = Library.open(index, settings)
    assert fresh.search("xylophone", 1)[0].document.id == "nouveau.md"
    tag = milvus.read(index / report.generation)["tag"]
    with milvus.connected(settings.milvus_uri) as client:
        assert client.describe_alias("search27_passages")["collection_name"] == milvus.collection(
            tag, "passages"
        )
        assert set(client.list_collections()) == {
            milvus.collection(each, kind) for each in (before, tag) for kind in milvus.KINDS
        }
    assert build(corpus, index, settings).unchanged
    (corpus / "nouveau.md").unlink()
    last = milvus.read(index / build(corpus, index, settings).generation)["tag"]
    with milvus.connected(settings.milvus_uri) as client:
        kept = {milvus.read(path)["tag"] for path in index.glob("gen-*")}
        assert last in kept
        assert {name.split("_")[1] for name in client.list_collections()} == kept


def test_an_index_whose_collections_are_gone_is_corrupt(
    stored: tuple[Path, Path, Settings], tmp_path: Path
) -> None:
    settings = stored[2].model_copy(update={"milvus_uri": str(tmp_path / "other.db")})
    with pytest.raises(IndexCorrupt, match="holds no rows"):
        Library.open(stored[1], settings)


def test_an_index_in_milvus_needs_its_address(
    stored: tuple[Path, Path, Settings], settings: Settings
) -> None:
    with pytest.raises(IndexIncompatible, match="milvus_uri"):
        Library.open(stored[1], settings)
    with pytest.raises(ConfigError, match="milvus_uri"):
        build(stored[0], stored[1], settings.model_copy(update={"store": "milvus"}))


def test_a_server_that_is_not_there_or_never_answers_is_a_typed_error(
    stored: tuple[Path, Path, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus, "SEARCH_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        held: list[socket.socket] = []
        threading.Thread(target=lambda: held.append(silent.accept()[0]), daemon=True).start()
        uri = f"http://staff:secret@127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(IndexStoreError, match=r"127\.0\.0\.1") as caught:
            Library.open(stored[1], stored[2].model_copy(update={"milvus_uri": uri}))
    assert "secret" not in str(caught.value)
    for each in held:
        each.close()
