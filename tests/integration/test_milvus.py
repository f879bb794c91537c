"""Milvus Lite in place of the embedded index: same answers, generations, failures."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("milvus_lite")

from tests.faults.tiny_encoder import write_tiny_encoder

from search27 import Filters, Library, build, purge
from search27.config import Settings
from search27.errors import ConfigError, IndexCorrupt, IndexIncompatible, IndexStoreError
from search27.index import milvus
from search27.index import milvus_server as server
from search27.ingest import rollback

if TYPE_CHECKING:
    from pymilvus import MilvusClient

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


def _alias(settings: Settings, kind: str = "passages") -> str:
    with server.connected(settings.milvus_uri) as client:
        return str(client.describe_alias(f"search27_{kind}")["collection_name"])


def _held(settings: Settings, folder: Path, kind: str) -> set[int]:
    """Keys of all rows of a generation's collection."""
    with server.connected(settings.milvus_uri) as client:
        return set(server.keys(client, milvus.Link.load(folder).collection(kind)).tolist())


def _own(folder: Path, kind: str) -> set[int]:
    return set(np.load(milvus.keys_file(folder, kind)).tolist())


def _add(corpus: Path, name: str, text: str) -> None:
    (corpus / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_tiny_encoder(tmp_path_factory.mktemp("encoder")))


@pytest.fixture
def own(tmp_path: Path, settings: Settings, tiny: str) -> tuple[Path, Path, Settings]:
    """Corpus of three short texts, an index of it in Milvus Lite, and its settings."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("forge", "jardin", "marais"):
        _add(corpus, f"{name}.md", f"# {name.title()}\n\nLe {name} de la commune ouvre le lundi.\n")
    chosen = settings.model_copy(
        update={
            "store": "milvus",
            "milvus_uri": str(tmp_path / "milvus.db"),
            "corpus": corpus,
            "index": tmp_path / "index",
            "feedback": tmp_path / "feedback",
            "encoder": tiny,
            "cache": tmp_path / "cache",
        }
    )
    build(corpus, chosen.index, chosen)
    return corpus, chosen.index, chosen


def test_only_rows_that_changed_travel(
    own: tuple[Path, Path, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, index, settings = own
    sent: list[int] = []
    upsert = server.upsert

    def counted(client: MilvusClient, name: str, records: Iterable[dict[str, Any]]) -> None:
        rows = list(records)
        sent.append(len(rows))
        upsert(client, name, rows)

    monkeypatch.setattr(server, "upsert", counted)
    _add(corpus, "nouveau.md", "# Xylophone\n\nLe xylophone de la mairie sonne à midi.\n")
    report = build(corpus, index, settings)
    assert sent == [1, 1], "a passage and its window"
    first, second = index / "gen-000001", index / report.generation
    assert milvus.Link.load(first).tag == milvus.Link.load(second).tag
    assert Library.open(index, settings).search("xylophone", 1)[0].document.id == "nouveau.md"
    former = Library.open_generation(first, settings)
    assert "nouveau.md" not in {hit.document.id for hit in former.search("xylophone", 5)}


def test_rows_of_generations_that_are_gone_are_deleted(own: tuple[Path, Path, Settings]) -> None:
    corpus, index, settings = own
    _add(corpus, "forge.md", "# Forge\n\nLa forge a fermé en mars.\n")
    build(corpus, index, settings)
    gone = _own(index / "gen-000001", "passages") - _own(index / "gen-000002", "passages")
    assert len(gone) == 1
    assert gone < _held(settings, index / "gen-000002", "passages")
    _add(corpus, "jardin.md", "# Jardin\n\nLe jardin est devenu un verger.\n")
    build(corpus, index, settings)
    for kind in milvus.KINDS:
        kept = _own(index / "gen-000002", kind) | _own(index / "gen-000003", kind)
        assert _held(settings, index / "gen-000003", kind) == kept


def test_other_collections_are_filled_where_little_stays(own: tuple[Path, Path, Settings]) -> None:
    corpus, index, settings = own
    for name in ("forge", "jardin", "marais"):
        _add(corpus, f"{name}.md", f"# {name.title()} neuf\n\nTout a changé ici : {name}.\n")
    build(corpus, index, settings)
    links = [milvus.Link.load(index / f"gen-00000{number}") for number in (1, 2)]
    assert links[0].owner == links[1].owner
    assert links[0].tag != links[1].tag
    assert _alias(settings) == links[1].collection("passages")
    assert rollback(index, settings=settings) == "gen-000001"
    assert _alias(settings) == links[0].collection("passages"), "the aliases go back too"
    assert Library.open(index, settings).search("lundi", 1)[0].document.id == "forge.md"


def test_a_server_that_was_emptied_is_filled_by_the_next_build(own: tuple[Path, Path, Settings]) -> None:
    corpus, index, settings = own
    link = milvus.Link.load(index / "gen-000001")
    with server.connected(settings.milvus_uri) as client:
        client.drop_alias("search27_windows")
        client.drop_collection(link.collection("windows"))
        server.delete(
            client, link.collection("passages"), server.keys(client, link.collection("passages"))[:1]
        )
    with pytest.raises(IndexCorrupt, match="rows of search27_"):
        Library.open(index, settings)
    report = build(corpus, index, settings)
    assert (report.unchanged, report.generation) == (True, "gen-000002")
    assert Library.open(index, settings).search("jardin", 1)[0].document.id == "jardin.md"
    assert build(corpus, index, settings).generation == "gen-000002", "nothing is left to do"


def test_erasure_leaves_nothing_of_it_in_milvus(own: tuple[Path, Path, Settings]) -> None:
    _, index, settings = own
    before = milvus.Link.load(index / "gen-000001")
    done = purge.carry_out(settings, purge.of_publication(settings, "marais.md"))
    assert done.generations == ("gen-000001",)
    after = milvus.Link.load(index / "gen-000002")
    with server.connected(settings.milvus_uri) as client:
        assert set(client.list_collections()) == {after.collection(kind) for kind in milvus.KINDS}
    assert before.tag != after.tag
    assert _alias(settings) == after.collection("passages")
    assert _held(settings, index / "gen-000002", "passages") == _own(index / "gen-000002", "passages")
    assert len(_own(index / "gen-000002", "passages")) == 2


def test_a_server_that_started_anew_is_searched_and_built_on(
    own: tuple[Path, Path, Settings], tmp_path: Path
) -> None:
    corpus, _, settings = own
    index, uri = tmp_path / "elsewhere", str(tmp_path / "elsewhere.db")
    command = ["-m", "search27", "build", "--corpus", str(corpus), "--index", str(index)]
    chosen = {"STORE": "milvus", "MILVUS_URI": uri, "ENCODER": settings.encoder, "CACHE": str(settings.cache)}
    environment = os.environ | {f"SEARCH27_{name}": value for name, value in chosen.items()}
    subprocess.run([sys.executable, *command], env=environment, check=True, capture_output=True)
    there = settings.model_copy(update={"milvus_uri": uri, "index": index})
    assert build(corpus, index, there).generation == "gen-000001"
    assert Library.open(index, there).search("marais", 1)[0].document.id == "marais.md"


def test_two_indexes_leave_each_other_s_collections_alone(
    own: tuple[Path, Path, Settings], tmp_path: Path
) -> None:
    corpus, index, settings = own
    _add(corpus, "nouveau.md", "# Xylophone\n\nLe xylophone sonne.\n")
    build(corpus, tmp_path / "other", settings)
    (corpus / "nouveau.md").unlink()
    build(corpus, tmp_path / "other", settings)
    assert Library.open(index, settings).search("marais", 1)[0].document.id == "marais.md"


def test_keys_are_all_read_though_a_query_gives_few(
    own: tuple[Path, Path, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, index, settings = own
    monkeypatch.setattr(server, "MOST", 3)
    assert _held(settings, index / "gen-000001", "passages") == _own(index / "gen-000001", "passages")


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
    monkeypatch.setattr(server, "SEARCH_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        held: list[socket.socket] = []
        threading.Thread(target=lambda: held.append(silent.accept()[0]), daemon=True).start()
        uri = f"http://staff:secret@127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(IndexStoreError, match=r"127\.0\.0\.1") as caught:
            Library.open(stored[1], stored[2].model_copy(update={"milvus_uri": uri}))
    assert "secret" not in str(caught.value)
    for each in held:
        each.close()
