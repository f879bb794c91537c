"""Learn how long answers are: `worth` of `learned/answers.json`.

    python -m benchmarks.learn_length INDEX [--encoder NAME]

Learned from those questions of `training/sentences.jsonl`, on which no encoder is trained, that were kept from the
matcher too. What is learned goes with encoders that keep token vectors, or with those that keep none, as INDEX does.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.learn_answers import Case, collect_cases, store
from benchmarks.own_questions import SENTENCES, is_kept, read_answerable
from benchmarks.training.adapter import sha256
from search27 import Library, learned
from search27.answer.extractive import BETWEEN_QUOTES, SHORT, choose, score
from search27.config import load_settings
from search27.evaluation import QUOTE_CHARACTERS, gives, is_document

LONG = 0.42
"""Share of answers that may be longer than `SHORT`: well below a half, so that the median stays short also for
questions about articles that no question was trained on, of which answers are less sure.
"""
WORTH = (0.01, 0.2)
"""The range in which it is looked for, to a step of `STEP`."""
STEP = 0.0005

Weighed = tuple[Case, NDArray[np.float32]]
"""A case with the scores of its sentences."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path, help="index of the publications")
    parser.add_argument("--encoder", default="bundled", help="that the index was made with")
    given = parser.parse_args()
    library = Library.open(given.index, load_settings(encoder=given.encoder))
    questions = [question for question in read_answerable([SENTENCES], library) if is_kept(question)]
    model = library._answers
    cases = collect_cases(questions, library)
    rows = [(case, score(case.evidence, case.features, case.likeness, model)) for case in cases]
    linear = [(case, model.sentence.score(case.features)) for case in cases]
    describe("linear", linear, fit(linear))
    worth = fit(rows)
    describe("shipped", rows, worth)
    name = learned.WITH_TOKENS if model.matcher else learned.WITHOUT_TOKENS
    provenance = {
        "questions": len(cases),
        "sha256": sha256(SENTENCES),
        "encoder": given.encoder,
        "command": "python -m benchmarks.learn_length INDEX",
    }
    store(name, {"worth": worth, "worth provenance": provenance})


def fit(rows: Sequence[Weighed]) -> float:
    """The least `worth`, and so the most quotes, with which no more answers are long than may be."""
    low, high = WORTH
    while high - low > STEP:
        middle = (low + high) / 2
        is_kept_short = np.mean([judge(*row, middle).length > SHORT for row in rows]) <= LONG
        low, high = (low, middle) if is_kept_short else (middle, high)
    return round(high, 4)


def describe(title: str, rows: Sequence[Weighed], worth: float) -> None:
    """Print how often the best sentence is gold and the answer cites it, and the median length."""
    first = [bool(case.gold[np.argmax(scores)]) for case, scores in rows]
    judged = [judge(*row, worth) for row in rows]
    cited, median = np.mean([j.cited for j in judged]), np.median([j.length for j in judged])
    print(
        f"{title}: {len(rows)} questions, best sentence is gold {np.mean(first):.3f}, cites {cited:.3f}, "
        f"median {median:.0f} (worth {worth})"
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
