"""All of the real corpus comes through the pool whole and clean."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from search27.extraction.repair import repair_characters
from search27.extraction.sandbox import ExtractionPool
from search27.sources.folder import discover
from search27.types import Document

CORPUS = Path(__file__).parents[3] / "shared" / "corpus27"
REPORT = "rapport-activite-2025.txt"
DECOMPOSED = ["10548", "10594", "13888", "14026", "14270", "14292", "5378", "5933", "6101", "6640", "7149"]

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus27 is absent: the real corpus is needed"),
]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    with ExtractionPool(workers=2) as pool:
        results = list(pool.run(discover(CORPUS)))
    assert [result.failure for result in results if result.failure] == []
    return {document.info.id: document for result in results for document in result.documents}


def test_every_document_is_there(documents: dict[str, Document]) -> None:
    assert len(documents) == 373
    assert all(document.info.title and document.info.date for document in documents.values())
    kinds = {document.info.kind for name, document in documents.items() if name != REPORT}
    assert kinds == {"article"}


def test_texts_are_clean(documents: dict[str, Document]) -> None:
    for document in documents.values():
        text = document.text
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"</?[a-z]+[\s/>]|&[a-z]+;|&#\d+;", text), document.info.id
        assert not re.search(r"hupso|new Array|New mail|<script|display:\s*none|€¬|Â ", text), (
            document.info.id
        )
        assert not re.search("[\u00a0\u202f\u2009\u2011\u00ad\u200b\ufeff\ufb00-\ufb06\x00-\x08]", text), (
            document.info.id
        )
        assert not re.search(r"^Enregistrer$", text, re.MULTILINE), document.info.id


def test_blocks_fit_the_text(documents: dict[str, Document]) -> None:
    for document in documents.values():
        texts = [document.text[block.start : block.end] for block in document.blocks]
        assert document.text == "\n\n".join(texts)
        assert all(text and text == text.strip() for text in texts)
        assert all(one.end < other.start for one, other in pairwise(document.blocks))
        late = [block.kind in ("caption", "note") for block in document.blocks]
        assert late == sorted(late), document.info.id


def test_languages(documents: dict[str, Document]) -> None:
    english = {name for name, document in documents.items() if document.info.language == "en"}
    assert {"wordpress/8063", "wordpress/3589"} <= english
    assert len(english) < 10


def test_a_post_without_text_has_its_title(documents: dict[str, Document]) -> None:
    document = documents["wordpress/515"]
    assert document.text.startswith(document.info.title)
    assert document.info.url in document.text


@pytest.mark.parametrize("number", DECOMPOSED)
def test_decomposed_accents_are_composed(documents: dict[str, Document], number: str) -> None:
    raw = (CORPUS / "wordpress" / f"{number}.json").read_text(encoding="utf-8")
    assert "\\u0301" in raw or not unicodedata.is_normalized("NFC", raw)
    document = documents[f"wordpress/{number}"]
    assert unicodedata.is_normalized("NFC", document.text + document.info.title)


def test_structure_is_found(documents: dict[str, Document]) -> None:
    kinds = [block.kind for document in documents.values() for block in document.blocks]
    assert kinds.count("heading") > 1_000
    assert kinds.count("list_item") > 700
    assert kinds.count("caption") > 80
    assert kinds.count("note") > 40


def test_links_are_kept(documents: dict[str, Document]) -> None:
    links = [link for document in documents.values() for link in document.links]
    assert len(links) > 2_500
    assert all(link.url.startswith(("http://", "https://")) and link.text for link in links)


def line_end_hyphens() -> list[tuple[str, str]]:
    """Parts of the words that the report's text cuts at a line's end, addresses left out."""
    report = repair_characters((CORPUS / REPORT).read_text(encoding="utf-8"))
    lines = [line.strip() for line in report.splitlines()]
    cut = []
    for line, following in pairwise(lines):
        left, right = line.split(" ")[-1], following.split(" ")[0]
        if re.search(r"\w-$", left) and right and not re.search(r"[/.]\w|-.*-", left):
            cut.append((left, right))
    return cut


KEPT = {"chercheurs-collectivités", "novembre-décembre", "inter-collectivités"}


def test_line_end_hyphens_of_the_report(documents: dict[str, Document]) -> None:
    text = documents[REPORT].text
    cut = line_end_hyphens()
    assert len(cut) > 45
    for left, right in cut:
        whole = left + right if (left + right).rstrip(".,») ") in KEPT else left[:-1] + right
        assert whole in text, whole
    assert not re.search(r"\w- |\w-$", re.sub(r"\S*[/.]\S*", "", text), re.MULTILINE)


def test_the_report_reads_in_order(documents: dict[str, Document]) -> None:
    document = documents[REPORT]
    assert (document.info.kind, str(document.info.date)) == ("report", "2025-12-31")
    assert document.pages == ()
    headings = [
        document.text[block.start : block.end] for block in document.blocks if block.kind == "heading"
    ]
    wanted = [
        "LES PROGRAMMES",
        "La Synchro",
        "Rebonds",
        "Tronc Commun",
        "Nouvelles Mesures",
        "Justice environnementale",
    ]
    assert [heading for heading in headings if heading in wanted] == wanted
    assert {"Janvier", "Juillet", "BUDGET 2025", "Dynamiques internes", "Instances"} <= set(headings)
    tables = [document.text[block.start : block.end] for block in document.blocks if block.kind == "table"]
    rows = {line for table in tables for line in table.split("\n")}
    assert {"Villes et métropoles 75 000 €", "Fondation de France 70 300 €", "DITP 70 000 €"} <= rows


def test_addresses_of_the_report_are_whole(documents: dict[str, Document]) -> None:
    urls = {link.url for link in documents[REPORT].links}
    assert len(urls) >= 8
    assert all(re.fullmatch(r"https://[\w.-]+\.(?:fr|com|org)/\S+", url) for url in urls)
