from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest
from tests.builders import write_markdown

from search27.cli import main, output
from search27.evaluation import Evaluation, Scores
from search27.types import (
    Answer,
    BuildReport,
    Citation,
    DocumentInfo,
    FailedDocument,
    Hit,
    IndexStatus,
    PageRef,
    Passage,
    Sentence,
    Span,
)

QUESTION = "Qu'est-ce que La Synchro ?"
ARTICLE = DocumentInfo("a.md", "Un [tram]", date(2019, 3, 12), url="https://www.example.org/tram")
REPORT = DocumentInfo("r.pdf", "Rapport")
PASSAGE = Passage("a.md#0", "a.md", "Le tram arrive.", Span(0, 15), heading="Mobilité", paragraph=3)
PAGED = Passage("r.pdf#0", "r.pdf", "La gare ouvre.", Span(0, 14), (PageRef(14, "12"),))
FIRST = Citation(1, "Le tram arrive.", Span(0, 15), PASSAGE, ARTICLE)
SECOND = Citation(2, "La gare ouvre.", Span(0, 14), PAGED, REPORT, PAGED.pages, speaker="Une élue")


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process, as the console script does."""

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["search27", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            main()
        return Outcome(int(stopped.value.code or 0), *capsys.readouterr())

    return call


# Whole runs, on the starter corpus.


def test_a_build_reports_then_says_that_nothing_changed(run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    unseen = f"Le tram relie la gare au port en vingt minutes, course {time.time_ns()}."
    write_markdown(corpus, "tram.md", title="Le tram", body=unseen)
    (corpus / "vide.pdf").write_bytes(b"")
    folders = ("--corpus", corpus, "--index", tmp_path / "index")
    first = run("build", *folders)
    assert first.code == 0
    assert "Documents: 1 added, 0 changed, 0 removed. Passages encoded: 1." in first.out
    assert "Not indexed: 1" in first.out
    assert "vide.pdf" in first.out
    assert "Encoding passages" in first.err
    assert "Nothing changed" in run("build", *folders).out
    again = json.loads(run("build", *folders, "--json").out)
    assert (again["passages_encoded"], [row["id"] for row in again["failed"]]) == (0, ["vide.pdf"])
    status = run("status", *folders)
    assert status.code == 0
    assert "1 document, 1 passage, " in status.out
    assert "vide.pdf" in status.out


def test_search_finds_passages_within_filters(run: Run, starter_index: Path) -> None:
    options = ("--index", starter_index, "-k", 3, "--year-from", 2025, "--year-to", 2025, "--kind", "article")
    found = run("search", QUESTION, *options, "--json")
    hits = json.loads(found.out)["hits"]
    assert (found.code, len(hits)) == (0, 3)
    assert {hit["document"]["kind"] for hit in hits} == {"article"}
    assert all(hit["document"]["date"].startswith("2025-") for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


def test_ask_numbers_its_citations(run: Run, starter_index: Path) -> None:
    answer = json.loads(run("ask", QUESTION, "--index", starter_index, "--json").out)
    assert not answer["abstained"]
    assert [citation["number"] for citation in answer["citations"]] == list(
        range(1, len(answer["citations"]) + 1)
    )


def test_evaluate_compares_two_indexes(run: Run, starter_index: Path, tmp_path: Path) -> None:
    quote = "La Synchro est un lieu de travail protégé où celles et ceux qui forment"
    evidence = [{"doc": "2025-12-08-la-synchro-premiere-edition", "quote": quote}]
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps({"id": "1", "question": QUESTION, "evidence": evidence}) + "\n")
    folders = ("--index", starter_index, "--against", starter_index)
    result = json.loads(run("evaluate", questions, *folders, "--json").out)
    assert result["groups"]["all"]["doc_at_5"] == 1.0
    assert result["against"]["groups"] == result["groups"]


def test_only_the_object_is_on_stdout(starter_index: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "search27", "search", QUESTION, "--index", str(starter_index), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert json.loads(done.stdout)["question"] == QUESTION


@pytest.mark.slow
def test_serve_starts_the_app(starter_index: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "search27", "serve", "--port", str(port), "--index", str(starter_index)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as served:
        try:
            assert _answers(f"http://localhost:{port}/_stcore/health", served)
        finally:
            served.terminate()


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url) as response:
                return bool(response.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


# What goes wrong.


def test_without_an_index_the_message_says_to_build(run: Run, tmp_path: Path) -> None:
    outcome = run("search", "tram", "--index", tmp_path / "index")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("search27: ")
    assert "search27 build" in outcome.err
    assert "Traceback" not in outcome.err


def test_without_a_corpus_the_message_names_it(run: Run, tmp_path: Path) -> None:
    outcome = run("build", "--corpus", tmp_path / "absent", "--index", tmp_path / "index")
    assert outcome.code == 1
    assert "absent" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("search",), "question"),
        (("search", "  "), "question"),
        (("search", "tram", "-k", "0"), "-k"),
        (("search", "tram", "--kind", "poem"), "poem"),
        (("ask", "tram", "--year-from", "2020", "--year-to", "2010"), "2020"),
        (("ask", "tram", "--year-from", "soon"), "--year-from"),
        (("evaluate", "absent.jsonl"), "absent.jsonl"),
        (("build", "--colour", "red"), "--colour"),
        (("demolish",), "demolish"),
    ],
)
def test_wrong_usage_is_named_with_status_2(run: Run, arguments: tuple[str, ...], named: str) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert named in outcome.err


def test_version_and_help_need_no_heavy_module() -> None:
    code = (
        "import sys; sys.argv = ['search27', '--help']\nfrom search27.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([name for name in ('numpy', 'pydantic', 'rich', 'torch', 'faiss') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("search27 0.")


# How results read.


def test_an_answer_reads_with_citation_numbers_and_places(capsys: pytest.CaptureFixture[str]) -> None:
    sentences = (Sentence("Le tram arrive.", (1,), "verbatim"), Sentence("La gare ouvre.", (2,), "verbatim"))
    output.show_answer(
        Answer("?", "Le tram arrive. La gare ouvre.", sentences, (FIRST, SECOND), newer=(FIRST,))
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Le tram arrive. [1] La gare ouvre. [2]"
    assert lines[2:9] == [
        "Sources",
        "[1] « Le tram arrive. »",
        "Un [tram], 12 mars 2019, § 3, Mobilité",
        "https://www.example.org/tram",
        "[2] « La gare ouvre. » (Une élue)",
        "Rapport, sans date, p. 12, PDF 14",
        "r.pdf",
    ]
    assert "plus récent" in lines[10]


def test_an_abstention_offers_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_answer(
        Answer(
            "?",
            "Le corpus ne le dit pas.",
            abstained=True,
            nearest=(ARTICLE,),
            suggestions=("Le tram ?",),
            notice="À vérifier.",
        )
    )
    out = capsys.readouterr().out
    assert out.startswith("Le corpus ne le dit pas.\n")
    assert "- Un [tram], 12 mars 2019" in out
    assert "- Le tram ?" in out
    assert "À vérifier." in out


def test_a_hit_names_its_duplicates(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_hits([Hit(1.5, PASSAGE, ARTICLE, also_in=(REPORT,))])
    assert capsys.readouterr().out.splitlines()[:4] == [
        "1. Un [tram], 12 mars 2019, § 3, Mobilité  (1.500)",
        "Le tram arrive.",
        "https://www.example.org/tram",
        "= Rapport, sans date",
    ]


def test_no_hit_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_hits([])
    assert capsys.readouterr().out == "Aucun passage trouvé.\n"


def test_a_report_lists_changes_warnings_and_failures(capsys: pytest.CaptureFixture[str]) -> None:
    failed = (FailedDocument("x.pdf", "It asks for a password.", "Save it without one."),)
    output.show_report(
        BuildReport(
            "gen-000002", 3, 9, 4, 2, 1.25, ("b",), ("a",), (), failed, warnings={"a": ("A page was empty.",)}
        )
    )
    out = capsys.readouterr().out
    assert "1 added, 1 changed, 0 removed. Passages encoded: 4, 2 more taken from the cache." in out
    assert "Index gen-000002: 3 documents, 9 passages (1.2 s)." in out
    assert "Warning: a: A page was empty." in out
    assert "x.pdf" in out
    assert "Save it without one." in out


def test_status_reads_in_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_status(
        IndexStatus("gen-000001", "2026-01-02T03:04:05", 3, 1200, "bundled (abc)", 384, 2_500_000)
    )
    assert capsys.readouterr().out.splitlines() == [
        "Index gen-000001, built 2026-01-02T03:04:05",
        "3 documents, 1,200 passages, 2.5 MB",
        "Encoder bundled (abc), 384 dimensions",
    ]


def test_an_evaluation_shows_differences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    better = Scores(10, 0.5, 0.7, 0.8, 0.6, 0.9, 1.0, None, 0.4)
    worse = Scores(10, 0.5, 0.6, 0.8, 0.55, 0.9, 1.0, None, 0.4)
    other = Evaluation(12, {"all": worse}, 2, 0.5, 0.9)
    output.show_evaluation(Evaluation(12, {"all": better}, 2, 1.0, None, other))
    out = capsys.readouterr().out
    assert "0.700 (+0.100)" in out
    assert "Abstained on unanswerable: 1.000 (+0.500)" in out
    assert "Confidence AUROC: –" in out


def test_json_refuses_what_has_no_form() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        output.to_json({"a": {1}})


def test_output_reaches_a_closed_pipe_quietly(starter_index: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "search27", "status", "--index", str(starter_index)]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False
    )
    os.close(writer)
    assert "Traceback" not in done.stderr
