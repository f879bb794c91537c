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
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

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
WORTH = (0.02, 0.03, 0.04, 0.045, 0.05, 0.055, 0.06, 0.07, 0.08, 0.1)


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
    factors = {"features": round(reading.features, 3), "reader": round(reading.reader, 3)}
    store(name, {"reading": factors, "worth": worth, "reading provenance": provenance})


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
    scores: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(rows)
    for number in range(FOLDS):
        reading = fit_reading([row for row in rows if row[0].fold != number])
        for place, (case, *pair) in enumerate(rows):
            if case.fold == number:
                scores[place] = reading.score(*pair)
    cases = [case for case, *_ in rows]
    _describe("features alone", cases, [features for _, features, _ in rows])
    _describe("with the reader", cases, scores)
    reading = fit_reading(rows)
    return reading, least_worth(cases, [reading.score(*pair) for _, *pair in rows])


def _describe(title: str, cases: Sequence[Case], scores: Sequence[NDArray[np.float32]]) -> None:
    worth = least_worth(cases, scores)
    judged = [judge(case, s, worth) for case, s in zip(cases, scores, strict=True)]
    first = np.mean([bool(case.gold[np.argmax(s)]) for case, s in zip(cases, scores, strict=True)])
    cited, median = np.mean([j.cited for j in judged]), np.median([j.length for j in judged])
    print(
        f"{title}: {len(cases)} questions, best sentence is gold {first:.3f}, cites {cited:.3f}, "
        f"median {median:.0f}, worth {worth}"
    )


def fit_reading(rows: Sequence[Weighed]) -> Reading:
    """Factors under which the gold sentences take most of their question's likelihood."""
    useful = [row for row in rows if row[0].gold.any()]

    def loss(factors: NDArray[np.float64]) -> float:
        total = 0.0
        for case, features, reader in useful:
            score = factors[0] * features + factors[1] * reader
            total += logsumexp(score) - logsumexp(score[case.gold])
        return float(total)

    found = minimize(loss, np.array([1.0, 0.3]), method="Nelder-Mead")
    return Reading(float(found.x[0]), float(found.x[1]))


def least_worth(cases: Sequence[Case], scores: Sequence[NDArray[np.float32]]) -> float:
    """The least `worth`, and so the most quotes, with which the median length keeps the promise."""
    weights = type_weights(cases)
    for worth in WORTH:
        lengths = np.array([judge(case, s, worth).length for case, s in zip(cases, scores, strict=True)])
        if weights[lengths <= MEDIAN].sum() >= weights.sum() / 2:
            return worth
    raise SystemExit("No length keeps the promise: WORTH needs higher values.")


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
