"""Learn how long answers are: `worth` of `learned/answers.json`.

    python -m benchmarks.learn_length INDEX

Learned from the questions of `training/sentences.jsonl`, on which no encoder is trained, about a fifth of the
documents. This is for encoders that keep no token vectors, from an index made with `bundled-base`; for the others
`benchmarks.learn_matching` does it, with a matcher that has not seen those documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.learn_answers import UNTRAINED, Case, collect_cases, store
from benchmarks.own_questions import SENTENCES, is_kept, read_answerable
from benchmarks.training.adapter import sha256
from search27 import Library, learned
from search27.answer.extractive import BETWEEN_QUOTES, SHORT, choose
from search27.config import load_settings
from search27.evaluation import QUOTE_CHARACTERS, gives, is_document

LONG = 0.42
"""Share of answers that may be longer than `SHORT`: well below a half, so that the median stays short also for
questions about articles that no question was trained on, of which answers are less sure.
"""
WORTH = (0.01, 0.2)
"""The range in which it is looked for, to a step of `STEP`."""
STEP = 0.0005

Scored = tuple[Case, NDArray[np.float32]]
"""A case with the scores of its sentences."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path, help=f"index of the publications, made with {UNTRAINED}")
    library = Library.open(parser.parse_args().index, load_settings(encoder=UNTRAINED))
    questions = [question for question in read_answerable([SENTENCES], library) if is_kept(question)]
    model = library._answers.sentence
    rows = [(case, model.score(case.pool.features)) for case in collect_cases(questions, library)]
    learn(learned.WITHOUT_TOKENS, rows, UNTRAINED, "benchmarks.learn_length")


def learn(name: str, rows: Sequence[Scored], encoder: str, command: str) -> None:
    """Learn `worth` for one kind of encoder, print what answers are with it, and store it."""
    worth = fit(rows)
    first = [bool(case.gold[np.argmax(scores)]) for case, scores in rows]
    judged = [judge(*row, worth) for row in rows]
    cited, median = np.mean([j.cited for j in judged]), np.median([j.length for j in judged])
    print(
        f"answers to {len(rows)} questions kept: best sentence is gold {np.mean(first):.3f}, cites {cited:.3f}, "
        f"median {median:.0f} characters (worth {worth})"
    )
    provenance = {
        "questions": len(rows),
        "sha256": sha256(SENTENCES),
        "encoder": encoder,
        "command": f"python -m {command} INDEX",
    }
    store(name, {"worth": worth, "worth provenance": provenance})


def fit(rows: Sequence[Scored]) -> float:
    """The least `worth`, and so the most quotes, with which no more answers are long than may be."""
    low, high = WORTH
    while high - low > STEP:
        middle = (low + high) / 2
        is_kept_short = np.mean([judge(*row, middle).length > SHORT for row in rows]) <= LONG
        low, high = (low, middle) if is_kept_short else (middle, high)
    return round(high, 4)


@dataclass(slots=True)
class Judged:
    """What an answer is worth: whether it cites the gold quote, and its length."""

    cited: bool
    length: int


def judge(case: Case, scores: NDArray[np.float32], worth: float) -> Judged:
    """Judge the answer that is made of the sentences with these scores."""
    quotes = []
    runs = choose(case.pool.sentences, scores, worth)
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
