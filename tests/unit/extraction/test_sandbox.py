"""A file that hangs, crashes or floods costs itself only, and never the network or the parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search27.extraction import extract
from search27.extraction.sandbox import ExtractionPool
from search27.extraction.wire import document_from_row, document_to_row, pack
from search27.sources.folder import SourceFile

CRASHES = """
import os, signal, sys, time, socket, subprocess
import search27.extraction.formats as formats
real = formats.read
def read(source):
    name = source.id
    if name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if name.startswith("exit"):
        os._exit(3)
    if name.startswith("hang"):
        time.sleep(60)
    if name.startswith("spin"):
        while True:
            pass
    if name.startswith("memory"):
        bytearray(8 * 1024**3)
    if name.startswith("print"):
        print("not a reply")
        os.write(1, b"nor this")
    if name.startswith("socket"):
        socket.socket()
    if name.startswith("program"):
        subprocess.run(["true"])
    if name.startswith("secret"):
        raise ValueError(os.environ.get("SEARCH27_TOKEN", "no secret"))
    return real(source)
formats.read = read
"""


@pytest.fixture
def misbehaving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files whose names make the worker misbehave, by way of a `sitecustomize` module."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(CRASHES, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path


def make(folder: Path, *names: str) -> list[SourceFile]:
    sources = []
    for name in names:
        path = folder / name
        path.write_text(f"Le texte de {name}.", encoding="utf-8")
        sources.append(SourceFile(name, path, None))
    return sources


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_come_in_order_with_several_workers(tmp_path: Path) -> None:
    sources = make(tmp_path, *(f"{i:02}.txt" for i in range(12)))
    with ExtractionPool(workers=2) as pool:
        results = list(pool.run(sources))
    assert [result.source for result in results] == sources
    assert [result.documents for result in results] == [extract(source) for source in sources]


def test_a_bad_file_is_a_row_with_reason_and_hint(tmp_path: Path) -> None:
    (source,) = make(tmp_path, "a.csv")
    with ExtractionPool() as pool:
        (result,) = pool.run([source])
    assert result.documents == ()
    assert result.failure is not None
    assert result.failure.id == "a.csv"
    assert "'.csv' are not read" in result.failure.reason
    assert result.failure.hint.startswith("Save it as PDF")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash.txt", "made its reader crash (SIGSEGV)"),
        ("exit.txt", "made its reader crash (exit status 3)"),
        ("memory.txt", "needs more memory than a reader may take"),
        ("socket.txt", "A reader may not use socket.__new__"),
        ("program.txt", "A reader may not use subprocess.Popen"),
    ],
)
def test_a_loss_costs_one_document(misbehaving: Path, name: str, reason: str) -> None:
    with ExtractionPool() as pool:
        before, bad, after = pool.run(make(misbehaving, "a.txt", name, "b.txt"))
    assert before.failure is None
    assert bad.failure is not None
    assert reason in bad.failure.reason
    assert after.documents[0].text == "Le texte de b.txt."


@pytest.mark.parametrize("name", ["hang.txt", "spin.txt"])
def test_a_file_that_takes_too_long_is_stopped(misbehaving: Path, name: str) -> None:
    start = time.monotonic()
    with ExtractionPool(seconds=2) as pool:
        bad, after = pool.run(make(misbehaving, name, "b.txt"))
    assert bad.failure is not None
    assert bad.failure.reason == "Reading took more than 2 seconds and was stopped."
    assert after.failure is None
    assert time.monotonic() - start < 15


def test_what_a_parser_prints_is_no_reply(misbehaving: Path) -> None:
    with ExtractionPool() as pool:
        (result,) = pool.run(make(misbehaving, "print.txt"))
    assert result.failure is None


def test_workers_get_no_secrets(misbehaving: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCH27_TOKEN", "hunter2")
    with ExtractionPool() as pool:
        (result,) = pool.run(make(misbehaving, "secret.txt"))
    assert result.failure is not None
    assert result.failure.reason.endswith("ValueError: no secret")


def test_a_run_that_is_left_half_way_leaves_no_process(tmp_path: Path) -> None:
    with ExtractionPool(workers=2) as pool:
        results = pool.run(make(tmp_path, *(f"{i}.txt" for i in range(20))))
        next(results)
        processes = [worker._process for worker in pool._workers if worker._process is not None]
        results.close()
    assert processes
    assert all(process.poll() is not None for process in processes)


def test_a_worker_ends_with_its_parent(tmp_path: Path) -> None:
    (source,) = make(tmp_path, "a.txt")
    script = (
        "import os; from pathlib import Path; from search27.extraction.sandbox import ExtractionPool\n"
        "from search27.sources.folder import SourceFile\n"
        f"pool = ExtractionPool(); list(pool.run([SourceFile('a.txt', Path({str(source.path)!r}), None)]))\n"
        "print(pool._workers[0]._process.pid, flush=True); os._exit(0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    pid = int(found.stdout)
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(pid)


def test_the_parent_imports_no_parser() -> None:
    script = (
        "import sys, search27.extraction.sandbox\n"
        "heavy = {'lxml', 'pypdf', 'pypdfium2', 'trafilatura', 'docx', 'odfdo', 'yaml', 'torch', 'faiss'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


def test_no_worker_is_misuse() -> None:
    with pytest.raises(ValueError, match="workers is 0"):
        ExtractionPool(workers=0)


def test_documents_survive_the_wire(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ndate: 2025-01-02\nauthors: [Ana Diaz]\n---\n# Été\n\n[un](https://exemple.fr)\n",
        encoding="utf-8",
    )
    (document,) = extract(SourceFile("a.md", path, None))
    message = pack({"documents": [document_to_row(document)]})
    assert int.from_bytes(message[:4], "big") == len(message) - 4
    assert document_from_row(json.loads(message[4:])["documents"][0]) == document
