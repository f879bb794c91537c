"""Learn which sentences answer and when to abstain: `learned/answers.json`.

    python -m benchmarks.learn_answers QUESTIONS.jsonl --before INDEX ENCODER --after INDEX ENCODER

Two indexes, each asked only what its encoder has not seen (`out_of_fold`); `make learn` makes them. All figures
printed are cross-validated over five folds of documents; what is shipped is fitted to all questions.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.out_of_fold import folds, open_fold
from search27 import Library, learned
from search27.answer import confidence, evidence
from search27.answer.evidence import Evidence, collect
from search27.answer.extractive import choose
from search27.config import load_settings
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.evaluation import Question, auroc, fold, holds, is_document
from search27.learned import AnswerModel, LinearModel
from search27.retrieval import Candidates

FOLDS = 5
ANSWERED = 5 / 6
"""Share of answerable paraphrases that the threshold lets through: nearly all other questions pass it."""
MEDIAN = 440
"""Characters of the median answer at most; the promise is 450."""
GROW = (0.5, 1.0, 2.0)
START = (0.2, 0.4, 0.7, 1.0, 1.4)
PARAPHRASES = "concept"
"""These share few words with the text that answers them: they would teach that sharing words speaks against it."""
LENGTH_SAMPLE = 4
"""One in so many questions is enough to choose the lengths."""


@dataclass(slots=True)
class Case:
    """A question with its weighed sentences; `gold` marks those that overlap the gold quote."""

    question: Question
    fold: int
    library: Library
    candidates: Candidates
    evidence: list[Evidence]
    features: NDArray[np.float32]
    gold: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("--before", nargs=2, required=True, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--after", nargs=2, required=True, metavar=("INDEX", "ENCODER"))
    arguments = parser.parse_args()
    settings = load_settings()
    shipped = SentenceTransformerEncoder(settings.encoder, settings.cache).identity
    weights = learned.fusion_weights(shipped.name, shipped.revision)
    before, after = (open_fold(*given, weights) for given in (arguments.before, arguments.after))
    parts = folds(arguments.questions, before, after)
    cases = [case for part in parts for case in collect_cases(part.questions, part.library)]
    model = cross_validate(cases)
    digest = hashlib.sha256(arguments.questions.read_bytes()).hexdigest()
    command = f"python -m benchmarks.learn_answers {arguments.questions.name}"
    store(model, {"questions": len(cases), "sha256": digest, "command": command})


def collect_cases(questions: list[Question], library: Library) -> list[Case]:
    """Weigh the sentences of every question."""
    cases = []
    for number, question in enumerate(questions):
        candidates = library._retriever.retrieve(question.question)
        items, features = collect(question.question, library._retriever, library._store, candidates)
        gold = np.array([_is_gold(item, question) for item in items], bool)
        key = question.evidence[0].doc if question.evidence else f"unanswerable-{number}"
        group = int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS
        cases.append(Case(question, group, library, candidates, items, features, gold))
    return cases


def _is_gold(item: Evidence, question: Question) -> bool:
    return any(
        is_document(item.passage.document_id, gold.doc)
        and (holds(item.text, gold.quote) or (len(item.text.split()) > 5 and holds(gold.quote, item.text)))
        for gold in question.evidence
    )


def fit(features: NDArray[np.float32], labels: NDArray[np.bool_], balanced: bool) -> LinearModel:
    """A logistic model over raw features, fitted on standardised ones."""
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
    weight = "balanced" if balanced else None
    logistic = LogisticRegression(C=1.0, max_iter=1000, class_weight=weight).fit(
        (features - mean) / scale, labels
    )
    weights = (logistic.coef_[0] / scale).astype(np.float32)
    return LinearModel(weights, float(logistic.intercept_[0] - (weights * mean).sum()))


def fit_sentences(cases: list[Case]) -> LinearModel:
    useful = [case for case in cases if case.gold.any()]
    return fit(
        np.concatenate([case.features for case in useful]),
        np.concatenate([case.gold for case in useful]),
        False,
    )


def confidence_row(case: Case, sentence: LinearModel) -> NDArray[np.float32]:
    retriever, store = case.library._retriever, case.library._store
    scores = sentence.score(case.features)
    return confidence.confidence_features(case.question.question, retriever, store, case.candidates, scores)


def judge(case: Case, model: AnswerModel) -> tuple[bool, bool, int]:
    """Whether the answer is right, whether it cites the gold quote, and its length."""
    runs = choose(case.evidence, model.sentence.score(case.features), model)
    quotes = []
    for run in runs:
        start = run[0].passage.span.start
        quotes.append(run[0].passage.text[run[0].span.start - start : run[-1].span.end - start])
    text = fold("\n\n".join(quotes)[:900])
    right = all(any(fold(word) in text for word in group) for group in case.question.keywords)
    cited = any(
        is_document(run[0].passage.document_id, gold.doc)
        and (holds(quote[:400], gold.quote) or (len(quote.split()) > 5 and holds(gold.quote, quote[:400])))
        for run, quote in zip(runs, quotes, strict=True)
        for gold in case.question.evidence
    )
    return right, cited, len("\n\n".join(quotes))


def best_lengths(cases: list[Case], sentence: LinearModel) -> tuple[float, float]:
    """`grow` and `start` with the most right and cited answers whose median length keeps the promise."""
    blank = LinearModel(np.zeros(len(confidence.FEATURES), np.float32), 0.0)
    best = (-1.0, 0.0, 0.0)
    for grow, start in itertools.product(GROW, START):
        results = [judge(case, AnswerModel(sentence, blank, grow, start, 0.0)) for case in cases]
        if np.median([length for *_, length in results]) <= MEDIAN:
            best = max(best, (float(np.mean([right + cited for right, cited, _ in results])), grow, start))
    return best[1], best[2]


def fit_all(cases: list[Case]) -> AnswerModel:
    """Fit sentences, lengths, confidence and threshold, in this order."""
    sentence = fit_sentences(cases)
    answerable = [case for case in cases if case.question.evidence]
    grow, start = best_lengths(answerable[::LENGTH_SAMPLE], sentence)
    rows = np.stack([confidence_row(case, sentence) for case in cases])
    labels = np.array([bool(case.question.evidence) for case in cases])
    usual = np.array([case.question.type != PARAPHRASES for case in cases])
    sure = fit(rows[usual], labels[usual], True)
    threshold = float(np.quantile(sure.probability(rows[labels & ~usual]), 1 - ANSWERED))
    return AnswerModel(sentence, sure, grow, start, threshold)


def cross_validate(cases: list[Case]) -> AnswerModel:
    """Print what the figures are on folds that the model has not seen; return the model of all cases."""
    outcomes: list[tuple[str, bool, bool, int, float, bool]] = []
    for number in range(FOLDS):
        model = fit_all([case for case in cases if case.fold != number])
        for case in (case for case in cases if case.fold == number):
            right, cited, length = judge(case, model)
            sure = float(model.confidence.probability(confidence_row(case, model.sentence)[None])[0])
            outcomes.append((case.question.type, right, cited, length, sure, sure >= model.threshold))
    answerable = [row for row in outcomes if row[0] != "unanswerable"]
    silent = [row for row in outcomes if row[0] == "unanswerable"]
    for kind in ("all", *sorted({row[0] for row in answerable})):
        rows = [row for row in answerable if kind in ("all", row[0])]
        right, cited = (np.mean([row[n] and row[5] for row in rows]) for n in (1, 2))
        print(
            f"{kind:10s} n {len(rows):4d} right {right:.3f} cites {cited:.3f} answered "
            f"{np.mean([row[5] for row in rows]):.3f} median {np.median([row[3] for row in rows]):.0f}"
        )
    print(
        "AUROC",
        auroc([row[4] for row in answerable], [row[4] for row in silent]),
        "abstained",
        np.mean([not row[5] for row in silent]),
    )
    model = fit_all(cases)
    print(describe(model))
    return model


def describe(model: AnswerModel) -> dict[str, Any]:
    """The model as it is stored."""
    named = {
        name: {
            "weights": {key: round(float(w), 5) for key, w in zip(keys, part.weights, strict=True)},
            "intercept": round(part.intercept, 5),
        }
        for name, part, keys in (
            ("sentence", model.sentence, evidence.FEATURES),
            ("confidence", model.confidence, confidence.FEATURES),
        )
    }
    return {**named, "grow": model.grow, "start": model.start, "threshold": round(model.threshold, 4)}


def store(model: AnswerModel, provenance: dict[str, Any]) -> None:
    path = Path(learned.__file__).parent / "answers.json"
    data = {**describe(model), "provenance": provenance}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
