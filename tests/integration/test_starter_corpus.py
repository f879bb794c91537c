"""The starter corpus: every publication is whole, dated and in our own words."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from search27.extraction import extract
from search27.sources.folder import discover
from search27.types import Document, PageRef

CORPUS = Path(__file__).parents[2] / "corpus"
DIGEST = "rapport-activite-2025-synthese.pdf"
LONGEST_COMMON_RUN = 6
SOURCES = {source.id: source for source in discover(CORPUS)}


@cache
def extracted(document_id: str) -> Document:
    (document,) = extract(SOURCES[document_id])
    return document


def words(text: str) -> list[str]:
    return re.findall(r"\d+|[^\W\d_]+(?:['·-][^\W\d_]+)*", text.lower().replace("’", "'"))


def test_the_starter_set_is_complete() -> None:
    suffixes = [Path(document_id).suffix for document_id in SOURCES]
    assert suffixes.count(".md") + suffixes.count(".html") >= 14
    assert suffixes.count(".html") >= 4
    assert suffixes.count(".pdf") == 1


@pytest.mark.parametrize("document_id", SOURCES)
def test_each_publication_is_whole(document_id: str) -> None:
    document = extracted(document_id)
    assert document.warnings == ()
    assert len(words(document.text)) >= 300
    assert document.info.title
    assert document.info.date is not None
    assert document.info.date.year == 2025
    assert document.info.kind == ("report" if document_id == DIGEST else "article")
    assert document.info.authors == ("La 27e Région",)
    assert document.info.categories
    assert document.info.language == "fr"


@pytest.mark.parametrize("document_id", [name for name in SOURCES if name.endswith(".html")])
def test_menus_and_footers_of_the_pages_are_gone(document_id: str) -> None:
    text = extracted(document_id).text
    assert not re.search(r"\bAccueil\b|Mentions légales|Plan du site", text)


def test_articles_are_dated_as_their_file_names_say() -> None:
    for document_id in SOURCES.keys() - {DIGEST}:
        assert extracted(document_id).info.date == date.fromisoformat(document_id[:10])


def test_the_digest_has_folios_that_differ_from_its_pages() -> None:
    numbered = {span.page for span in extracted(DIGEST).pages if span.page.number >= 3}
    assert numbered == {PageRef(number, str(number - 2)) for number in range(3, 10)}


def test_running_heads_and_leaders_of_the_digest_are_gone() -> None:
    text = extracted(DIGEST).text
    assert "synthèse La 27e Région" not in text
    assert not re.search(r"\. ?\. ?\. ?\.", text)


def test_what_la_synchro_is_stands_in_the_digest_and_in_an_article() -> None:
    digest = extracted(DIGEST)
    start = digest.text.index("La Synchro est un espace protégé qui permet aux formateurs")
    assert [span.page for span in digest.pages if span.start <= start < span.end] == [PageRef(3, "1")]
    article = extracted("2025-12-08-la-synchro-premiere-edition.md")
    assert "La Synchro est un lieu de travail protégé où" in article.text


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("Adhésions des villes et métropoles", "75 000 €"),
        ("Fondation de France", "70 300 €"),
        ("CNFPT (La Synchro)", "25 000 €"),
        ("Équipe salariée et charges", "510 000 €"),
        ("Ressources", "540 000 €"),
    ],
)
def test_an_amount_of_the_digest_stands_beside_its_line(line: str, amount: str) -> None:
    assert re.search(rf"{re.escape(line)}\W{{1,3}}{re.escape(amount)}", extracted(DIGEST).text)


@pytest.mark.corpus
def test_nothing_is_copied_from_the_real_report(shared: Path) -> None:
    printed = (shared / "corpus27" / "rapport-activite-2025.txt").read_text(encoding="utf-8")
    report = words(re.sub(r"-\s*\n\s*", "", printed))
    size = LONGEST_COMMON_RUN + 1
    runs = {tuple(report[i : i + size]) for i in range(len(report) - size + 1)}
    copied = []
    for document_id in SOURCES:
        text = words(extracted(document_id).text)
        windows = (tuple(text[i : i + size]) for i in range(len(text) - size + 1))
        # A run with a number in it is a fact: an amount, a date.
        copied += [run for run in windows if run in runs and not any(word.isdigit() for word in run)]
    assert copied == []
