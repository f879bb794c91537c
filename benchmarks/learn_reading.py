"""Learn how far the reader is followed and how long answers are: `reading` and `worth` of `learned/answers.json`.

    python -m benchmarks.learn_reading INDEX [--encoder NAME]

Learned from those questions of `training/sentences.jsonl`, on which no encoder is trained, that were kept from the
reader too. What is learned goes with encoders that keep token vectors, or with those that keep none, as INDEX does.
Figures printed are cross-validated over five folds of documents; what is shipped is fitted to all questions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.learn_answers import FOLDS, Case, collect_cases, store, type_weights, without_tokens
from benchmarks.training.data import locate
from search27 import Library, learned
from search27.answer import evidence
from search27.answer.extractive import BETWEEN_QUOTES, choose
from search27.config import load_settings
from search27.evaluation import QUOTE_CHARACTERS, Evidence, Question, gives, is_document
from search27.learned import Reading

SENTENCES = Path(__file__).parent / "training" / "sentences.jsonl"
READER = Path(learned.__file__).with_name("reader.json")
"""Says which questions were kept from the reader."""
MEDIAN = 430
"""Characters of the median answer at most, each type counting alike; the promise is 450."""
WORTH = (0.02, 0.03, 0.04, 0.0425, 0.045, 0.0475, 0.05, 0.0525, 0.055, 0.06, 0.07, 0.08, 0.1)
READER_FACTORS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
"""Beside a factor of 1 for the features: only their ratio and `worth` decide what is quoted."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path, help="index of the publications")
    parser.add_argument("--encoder", default="bundled", help="that the index was made with")
    given = parser.parse_args()
    library = Library.open(given.index, load_settings(encoder=given.encoder))
    cases = collect_cases(kept_questions(library), library)
    provenance = {
        "questions": len(cases),
        "sha256": hashlib.sha256(SENTENCES.read_bytes()).hexdigest(),
        "data": f"those of benchmarks/training/{SENTENCES.name} that the reader has not seen",
        "encoder": given.encoder,
        "command": "make learn",
    }
    name = learned.WITH_TOKENS
    if not library._retriever.keeps_tokens:
        name, cases = learned.WITHOUT_TOKENS, [without_tokens(case) for case in cases]
    reading, worth = learn([weighed(case, library) for case in cases])
    store(name, {"reading": asdict(reading), "worth": worth, "reading provenance": provenance})


def kept_questions(library: Library) -> list[Question]:
    """The questions that the reader has not seen, their hashed quotes found again in the library's passages."""

    @cache
    def text_of(document: str) -> str:
        return " ".join(passage.text for passage in library.passages(document))

    kept = set(json.loads(READER.read_text(encoding="utf-8"))["kept"])
    documents = [info.id for info in library.documents()]
    questions = []
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = tuple(
            Evidence(document, quote)
            for item in row["evidence"]
            for document in documents
            if is_document(document, item["doc"]) and (quote := locate(item, text_of(document)))
        )
        if gold and row["id"] in kept:
            questions.append(Question(row["id"], row["question"], row["type"], gold))
    return questions


Weighed = tuple[Case, NDArray[np.float32], NDArray[np.float32]]
"""A case with what the features and what the reader make of its sentences, where they are worth reading."""


def weighed(case: Case, library: Library) -> Weighed:
    """Read a case's promising sentences; the others leave it."""
    features = library._answers.sentence.score(case.features)
    chosen = evidence.promising(case.evidence, features)
    items = list(compress(case.evidence, chosen))
    read = evidence.read(case.question.question, items, library._store, library._reader)
    narrowed = replace(case, evidence=items, features=case.features[chosen], gold=case.gold[chosen])
    return narrowed, features[chosen], read


def learn(rows: Sequence[Weighed]) -> tuple[Reading, float]:
    """Factors and `worth`; prints what they bring on folds that they were not learned on."""
    alone = Reading(1.0, 0.0)
    _describe("features alone", rows, [(alone, fit_worth(rows, alone))] * FOLDS)
    _describe("with the reader", rows, [fit([row for row in rows if row[0].fold != n]) for n in range(FOLDS)])
    return fit(rows)


def fit(rows: Sequence[Weighed]) -> tuple[Reading, float]:
    """Factors and `worth` with which answers cite the gold quote most often, each type counting alike."""
    options = [Reading(1.0, factor) for factor in READER_FACTORS]
    found = [(reading, fit_worth(rows, reading)) for reading in options]
    weights = type_weights([case for case, *_ in rows])
    return max(found, key=lambda option: float(weights @ [j.cited for j in _judged(rows, *option)]))


def fit_worth(rows: Sequence[Weighed], reading: Reading) -> float:
    """The least `worth`, and so the most quotes, with which the median length keeps the promise."""
    weights = type_weights([case for case, *_ in rows])
    for worth in WORTH:
        lengths = np.array([judged.length for judged in _judged(rows, reading, worth)])
        if weights[lengths <= MEDIAN].sum() >= weights.sum() / 2:
            return worth
    raise SystemExit("No length keeps the promise: WORTH needs higher values.")


def _judged(rows: Sequence[Weighed], reading: Reading, worth: float) -> list[Judged]:
    return [judge(case, reading.score(*pair), worth) for case, *pair in rows]


def _describe(
    title: str, rows: Sequence[Weighed], learned_on_others: Sequence[tuple[Reading, float]]
) -> None:
    """Print the figures of each fold's questions with what was learned on the other folds."""
    first, judged = [], []
    for number, (reading, worth) in enumerate(learned_on_others):
        fold = [row for row in rows if row[0].fold == number]
        first += [bool(case.gold[np.argmax(reading.score(*pair))]) for case, *pair in fold]
        judged += _judged(fold, reading, worth)
    cited, median = np.mean([j.cited for j in judged]), np.median([j.length for j in judged])
    print(
        f"{title}: {len(rows)} questions, best sentence is gold {np.mean(first):.3f}, cites {cited:.3f}, "
        f"median {median:.0f}"
    )


@dataclass(slots=True)
class Judged:
    """What an answer is worth: whether it cites the gold quote, and its length."""

    cited: bool
    length: int


def judge(case: Case, scores: NDArray[np.float32], worth: float) -> Judged:
    """Judge the answer that is made of the sentences with these scores."""
    quotes = []
    runs = choose(case.evidence, scores, worth)
    for run in runs:
        start = run[0].passage.span.start
        quotes.append(run[0].passage.text[run[0].span.start - start : run[-1].span.end - start])
    cited = any(
        is_document(run[0].passage.document_id, gold.doc) and gives(quote[:QUOTE_CHARACTERS], gold.quote)
        for run, quote in zip(runs, quotes, strict=True)
        for gold in case.question.evidence
    )
    return Judged(cited, len(BETWEEN_QUOTES.join(quotes)))


if __name__ == "__main__":
    main()
