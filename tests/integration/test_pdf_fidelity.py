"""What comes out of a PDF is what went into it: the same words, in reading order, on the right pages.

The PDFs of `tests/data/pdf` set one known text in two columns with four producers
(`tests/starter/make_pdf_fixtures.py`): hyphenated, with running heads, and folios from 17 on.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pytest

from search27.extraction import extract
from search27.sources.folder import SourceFile
from search27.types import Document

DATA = Path(__file__).parents[1] / "data" / "pdf"
PRODUCERS = ("chromium", "typst", "libreoffice", "row-by-row")
FIRST_FOLIO = 17
WORD = re.compile(r"[^\W_]+(?:[-’·][^\W_]+)*")
COMPOUNDS = ("après-midi", "celles-ci", "c’est-à-dire", "grand-chose", "peut-être", "reste-t-elle")
# Sentence → physical page with each producer, in the order of PRODUCERS; read off the rendered pages.
SENTENCES = {
    "Il rassemble des conseils de méthode, quelques avertissements et plusieurs exemples.": (1, 1, 1, 1),
    "Installez-vous au même endroit, à des heures différentes, et notez ce qui se passe.": (2, 1, 1, 2),
    "En deçà, le risque est de prendre une exception pour une règle.": (3, 2, 2, 2),
    "Chaque enquêteur relit ses notes, souligne ce qui l’étonne et rédige une demi-page.": (3, 3, 3, 3),
    "C’est la meilleure manière de préparer l’enquête suivante, et peut-être la seule.": (4, 3, 3, 4),
}


@cache
def gold_words() -> tuple[str, ...]:
    lines = (DATA / "source.txt").read_text(encoding="utf-8").splitlines()
    return tuple(WORD.findall("\n".join(re.sub(r"^(?:#+|-) ", "", line) for line in lines)))


@cache
def extracted(producer: str) -> Document:
    path = DATA / f"{producer}.pdf"
    (document,) = extract(SourceFile(path.name, path, None))
    return document


@pytest.fixture(params=PRODUCERS)
def producer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_word_and_nothing_else(producer: str) -> None:
    found, gold = Counter(WORD.findall(extracted(producer).text)), Counter(gold_words())
    shared = (found & gold).total()
    lost_and_added = f"lost {gold - found}, added {found - gold}"
    assert shared / gold.total() >= 0.99, lost_and_added
    assert shared / found.total() >= 0.99, lost_and_added


def test_reading_order(producer: str) -> None:
    words = WORD.findall(extracted(producer).text)
    assert SequenceMatcher(None, words, gold_words(), autojunk=False).ratio() >= 0.98


def test_hyphenated_words_are_whole(producer: str) -> None:
    words = set(WORD.findall(extracted(producer).text))
    assert words <= set(gold_words())
    assert words >= set(COMPOUNDS)


def test_running_heads_are_gone(producer: str) -> None:
    text = extracted(producer).text
    assert "Guide de l’enquête" not in text
    assert "Cahiers municipaux" not in text


@pytest.mark.parametrize("sentence", SENTENCES)
def test_page_and_printed_label(producer: str, sentence: str) -> None:
    document = extracted(producer)
    start = document.text.index(sentence)
    pages = [span.page for span in document.pages if span.start < start + len(sentence) and span.end > start]
    number = SENTENCES[sentence][PRODUCERS.index(producer)]
    assert [(page.number, page.label) for page in pages] == [(number, str(number + FIRST_FOLIO - 1))]
