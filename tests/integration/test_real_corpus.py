"""The association's real publications, where they lie beside the checkout. Run by `make test-corpus`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from search27 import Library, build
from search27.evaluation import evaluate, read_questions
from search27.types import BuildReport

pytestmark = [pytest.mark.corpus, pytest.mark.slow]


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that tests may edit."""
    folder = tmp_path_factory.mktemp("real") / "corpus"
    shutil.copytree(shared / "corpus27", folder)
    return folder


@pytest.fixture(scope="module")
def built(corpus: Path) -> tuple[Path, BuildReport]:
    index = corpus.parent / "index"
    return index, build(corpus, index)


@pytest.fixture(scope="module")
def library(built: tuple[Path, BuildReport]) -> Library:
    return Library.open(built[0])


def test_every_publication_is_indexed(built: tuple[Path, BuildReport]) -> None:
    _, report = built
    assert report.failed == ()
    assert report.documents == 373
    assert report.passages_encoded + report.passages_cached == report.passages > 3000


def test_a_second_build_encodes_nothing(corpus: Path, built: tuple[Path, BuildReport]) -> None:
    report = build(corpus, built[0])
    assert report.unchanged
    assert report.passages_encoded == 0


def test_retrieval_reaches_its_floor(library: Library, shared: Path) -> None:
    scores = evaluate(library, shared / "bench27" / "dev.jsonl").groups["all"]
    assert scores.hit_at_5 >= 0.69
    assert scores.doc_at_5 >= 0.84


def test_every_quote_is_verbatim_and_every_citation_resolves(library: Library, shared: Path) -> None:
    quotes = 0
    for question in read_questions(shared / "bench27" / "dev.jsonl"):
        answer = library.ask(question.question)
        for citation in answer.citations:
            text = library.publication(citation.document.id).text
            assert text[citation.span.start : citation.span.end] == citation.quote
            assert citation.passage in library.passages(citation.document.id)
            quotes += 1
    assert quotes > 300


def test_one_changed_article_is_encoded_alone(corpus: Path, built: tuple[Path, BuildReport]) -> None:
    path = next(iter(sorted((corpus / "wordpress").glob("*.json"))))
    post = json.loads(path.read_text(encoding="utf-8"))
    post["content"]["rendered"] += "<p>Une phrase de plus sur le zoulou cartographe.</p>"
    path.write_text(json.dumps(post), encoding="utf-8")
    report = build(corpus, built[0])
    assert report.changed == (f"wordpress/{path.stem}",)
    library = Library.open(built[0])
    assert report.passages_encoded + report.passages_cached == len(library.passages(f"wordpress/{path.stem}"))
    assert library.search("zoulou cartographe", k=1)[0].document.id == f"wordpress/{path.stem}"
