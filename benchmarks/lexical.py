"""BM25 alone on questions with gold quotes, as shipped and with one choice of its analysis changed at a time.

    python benchmarks/lexical.py CORPUS QUESTIONS.jsonl

A hit counts as in bench27/score.py: the passage holds a run of 60 % of a gold quote's words.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import Stemmer

from search27.config import load_settings
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.extraction import extract
from search27.french import analysis, words
from search27.index import lexical
from search27.passages import context, split_document
from search27.sources.folder import discover

NOTHING = re.compile(r"(?!)")
CUTOFFS = (1, 5, 10)
Row = tuple[str, str]
"""Context and text of a passage."""


def main() -> None:
    corpus, path = Path(sys.argv[1]), Path(sys.argv[2])
    questions = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = [question for question in questions if question["evidence"]]
    rows = passages_of(corpus)
    gold = gold_rows(rows, questions)
    asked = [question["question"] for question in questions]
    print(f"{len(rows)} passages, {len(questions)} questions; hit@{CUTOFFS}, mrr@10")
    texts = [before + text for before, text in rows]
    report("as shipped", texts, asked, gold)
    report("as shipped, questions without accents", texts, [unaccented(question) for question in asked], gold)
    for label, changes in variants().items():
        with changed(changes):
            report(label, texts, asked, gold)
            if "accents" in label:
                report(f"{label}, questions without", texts, [unaccented(q) for q in asked], gold)
    report("without title and heading", [text for _, text in rows], asked, gold)
    report("title and heading twice", [before * 2 + text for before, text in rows], asked, gold)
    for k1, b in [(0.6, 0.5), (0.9, 0.3), (0.9, 0.75), (1.2, 0.5), (1.2, 0.75), (1.5, 0.75), (2.0, 0.75)]:
        with changed([(lexical, "K1", k1), (lexical, "B", b)]):
            report(f"k1 = {k1}, b = {b}", texts, asked, gold)


def passages_of(corpus: Path) -> list[Row]:
    encoder = SentenceTransformerEncoder("bundled", load_settings().cache)
    documents = [document for source in discover(corpus) for document in extract(source)]
    return [
        (context(document.info, passage), passage.text)
        for document in documents
        for passage in split_document(document, encoder.count_tokens)
    ]


def gold_rows(rows: Sequence[Row], questions: Sequence[dict[str, Any]]) -> list[set[int]]:
    """For each question the passages that hold one of its quotes."""
    texts = [f" {' '.join(plain_words(text))} " for _, text in rows]
    rows_of: dict[str, set[int]] = {}
    for row, text in enumerate(texts):
        for word in set(text.split()):
            rows_of.setdefault(word, set()).add(row)
    return [
        {row for evidence in question["evidence"] for row in holding(texts, rows_of, evidence["quote"])}
        for question in questions
    ]


def holding(texts: Sequence[str], rows_of: dict[str, set[int]], quote: str) -> set[int]:
    wanted = plain_words(quote)
    length = max(3, int(0.6 * len(wanted)))
    found: set[int] = set()
    for start in range(len(wanted) - length + 1):
        run = wanted[start : start + length]
        rows = set.intersection(*sorted((rows_of.get(word, set()) for word in set(run)), key=len))
        found |= {row for row in rows if f" {' '.join(run)} " in texts[row]}
    return found


def plain_words(text: str) -> list[str]:
    text = unaccented(text.replace("\u00ad", "")).lower().translate({0x2019: "'", 0x2018: "'", 0x2011: "-"})
    return re.findall(r"\w+", re.sub(r"(\w)-\s+(\w)", r"\1\2", text))


def unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def variants() -> dict[str, list[tuple[Any, str, Any]]]:
    stemmer = Stemmer.Stemmer("french")

    def accented(word: str) -> str:
        return "".join(c for c in word.casefold().translate(words._LIGATURES) if c.isalnum())

    class Folded(frozenset[str]):
        def __contains__(self, word: object) -> bool:
            return super().__contains__(words.fold(str(word)))

    return {
        "accents folded after stemming": [
            (analysis, "fold", accented),
            (analysis, "FUNCTION_WORDS", Folded(words.FUNCTION_WORDS)),
            (analysis, "stem", lambda word: words.fold(stemmer.stemWord(word))),
        ],
        "no stemming": [(analysis, "stem", lambda word: word)],
        "Snowball without our endings": [(analysis, "_ENDINGS", ())],
        "no joined compounds": [(analysis, "_COMPOUND", NOTHING)],
        "no inclusive forms": [(analysis, "_INCLUSIVE", NOTHING)],
        "no function words left out": [(analysis, "FUNCTION_WORDS", frozenset())],
        "French function words left out only": [(analysis, "FUNCTION_WORDS", words.FRENCH_WORDS)],
    }


@contextmanager
def changed(changes: list[tuple[Any, str, Any]]) -> Iterator[None]:
    patches = [patch.object(*change) for change in changes]
    stem = analysis.stem
    for caches in (stem, analysis.unit_tokens):
        caches.cache_clear()
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()
        for caches in (stem, analysis.unit_tokens):
            caches.cache_clear()


def report(label: str, texts: list[str], asked: list[str], gold: list[set[int]]) -> None:
    index = lexical.LexicalIndex.build(texts)
    ranks = []
    for question, wanted in zip(asked, gold, strict=True):
        best = np.argsort(-index.scores(question), kind="stable")[: max(CUTOFFS)]
        ranks.append(next((place for place, row in enumerate(best, start=1) if int(row) in wanted), np.inf))
    places = np.array(ranks)
    hits = "  ".join(f"{np.mean(places <= cutoff):.3f}" for cutoff in CUTOFFS)
    print(f"{label:48s} {hits}  {np.mean(1 / places):.4f}", flush=True)


if __name__ == "__main__":
    main()
