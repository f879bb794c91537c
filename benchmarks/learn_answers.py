"""Learn which sentences answer and when to abstain: `learned/answers.json`.

    python -m benchmarks.learn_answers QUESTIONS.jsonl --before INDEX ENCODER --after INDEX ENCODER
    python -m benchmarks.learn_answers QUESTIONS.jsonl --untrained INDEX

The first learns for encoders that keep token vectors, from two indexes, each asked only what its encoder has not seen
(`out_of_fold`). The second learns for those that keep none, from an index made with `bundled-base`, which has seen no
question. `make learn` makes the indexes. All figures printed are cross-validated over five folds of documents; what
is shipped is fitted to all questions.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from benchmarks.out_of_fold import folds, open_fold
from search27 import Library, learned
from search27.answer import confidence, evidence
from search27.answer.evidence import Evidence, collect
from search27.answer.extractive import choose
from search27.embedding.bundled import bundled_revision
from search27.evaluation import Question, auroc, fold, holds, is_document, read_questions
from search27.learned import AnswerModel, LinearModel
from search27.retrieval import Candidates

UNANSWERABLE = Path(__file__).parent / "training" / "unanswerable.jsonl"
"""Further questions of our own that the corpus cannot answer."""
FOLDS = 5
ANSWERED = 0.93
"""Share of answerable questions that the threshold lets through, each type counting alike."""
MEDIAN = 430
"""Characters of the median answer at most, each type counting alike; the promise is 450."""
GROW = (0.3, 0.6, 1.0, 1.5)
START = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75)
PARAPHRASES = "concept"
"""These share few words with the text that answers them: they do not set the level of usual evidence."""
UNTRAINED = "bundled-base"
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
    parser.add_argument("--before", nargs=2, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--after", nargs=2, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--untrained", type=Path, metavar="INDEX")
    arguments = parser.parse_args()
    questions = [*read_questions(arguments.questions), *read_questions(UNANSWERABLE)]
    digest = hashlib.sha256(arguments.questions.read_bytes() + UNANSWERABLE.read_bytes()).hexdigest()
    provenance = {
        "sha256": digest,
        "data": f"{arguments.questions.name} and benchmarks/training/{UNANSWERABLE.name}",
        "command": "make learn",
    }
    if arguments.untrained:
        cases = [
            without_tokens(case)
            for case in collect_cases(questions, open_fold(arguments.untrained, UNTRAINED))
        ]
        name, provenance["encoder"] = learned.WITHOUT_TOKENS, UNTRAINED
    elif arguments.before and arguments.after:
        weights = learned.fusion_weights("bundled", bundled_revision("bundled"))
        before, after = (open_fold(*given, weights) for given in (arguments.before, arguments.after))
        parts = folds(questions, before, after)
        cases = [case for part in parts for case in collect_cases(part.questions, part.library)]
        name, provenance["encoder"] = learned.WITH_TOKENS, "the encoders of two folds of years"
    else:
        parser.error("give --before and --after, or --untrained")
    store(name, cross_validate(cases), {"questions": len(cases), **provenance})


def without_tokens(case: Case) -> Case:
    """The case without `window`: a plain cosine lies the further above nought, the narrower the corpus is.

    Its distance to the best window (`window_gap`) says the same of one corpus, and holds for another one too.
    """
    case.features[:, evidence.FEATURES.index("window")] = 0
    return case


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


def fit_sentences(cases: list[Case]) -> LinearModel:
    """Weights under which the gold sentences take most of their question's likelihood (a softmax over sentences)."""
    useful = [case for case in cases if case.gold.any()]
    features = np.concatenate([case.features for case in useful]).astype(np.float64)
    scale = features.std(axis=0) + 1e-6
    rows, gold = features / scale, np.concatenate([case.gold for case in useful])
    starts = np.cumsum([0, *(len(case.gold) for case in useful)])
    owner = np.repeat(np.arange(len(useful)), np.diff(starts))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        likelihood = np.exp(scores - np.maximum.reduceat(scores, starts[:-1])[owner])
        everything = np.add.reduceat(likelihood, starts[:-1])
        right = np.add.reduceat(likelihood * gold, starts[:-1])
        slope = rows.T @ (likelihood / everything[owner] - likelihood * gold / right[owner])
        return float(np.log(everything / right).sum() + weights @ weights / 2), slope + weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    return LinearModel((found.x / scale).astype(np.float32), 0.0)


def confidence_row(case: Case, sentence: LinearModel) -> NDArray[np.float32]:
    scores = sentence.score(case.features)
    return confidence.confidence_features(case.question.question, case.candidates, scores)


def fit_confidence(rows: NDArray[np.float32], cases: list[Case]) -> LinearModel:
    """A logistic model of the evidence less what answerable questions of the same length and kind have.

    The subtraction is linear, so the whole is one linear model over evidence and controls.
    """
    width = len(confidence.EVIDENCE)
    evidence_columns, controls = rows[:, :width].astype(np.float64), rows[:, width:].astype(np.float64)
    controls = np.column_stack([controls, np.ones(len(rows))])
    usual = np.array([bool(c.question.evidence) and c.question.type != PARAPHRASES for c in cases])
    level, *_ = np.linalg.lstsq(controls[usual], evidence_columns[usual], rcond=None)
    rest = evidence_columns - controls @ level
    scale = rest[usual].std(axis=0) + 1e-6
    answerable = np.array([bool(case.question.evidence) for case in cases])
    logistic = LogisticRegression(C=0.3, max_iter=1000).fit(
        rest / scale, answerable, sample_weight=type_weights(cases)
    )
    weights = logistic.coef_[0] / scale
    offsets = -level @ weights
    return LinearModel(
        np.concatenate([weights, offsets[:-1]]).astype(np.float32),
        float(logistic.intercept_[0] + offsets[-1]),
    )


def type_weights(cases: list[Case]) -> NDArray[np.float64]:
    """Each type of answerable question counts alike; the sum stays that of the answerable questions."""
    counts = Counter(case.question.type for case in cases if case.question.evidence)
    even = sum(counts.values()) / max(1, len(counts))
    return np.array([even / counts[c.question.type] if c.question.evidence else 1.0 for c in cases])


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
    weights = type_weights(cases)
    best = (-1.0, 0.0, 0.0)
    for grow, start in itertools.product(GROW, START):
        results = np.array([judge(case, AnswerModel(sentence, blank, grow, start, 0.0)) for case in cases])
        if weights[results[:, 2] <= MEDIAN].sum() >= weights.sum() / 2:
            best = max(best, (float(weights @ (results[:, 0] + results[:, 1])), grow, start))
    return best[1], best[2]


def fit_all(cases: list[Case]) -> AnswerModel:
    """Fit sentences, lengths, confidence and threshold, in this order."""
    sentence = fit_sentences(cases)
    answerable = [case for case in cases if case.question.evidence]
    grow, start = best_lengths(answerable[::LENGTH_SAMPLE], sentence)
    rows = np.stack([confidence_row(case, sentence) for case in cases])
    sure = fit_confidence(rows, cases)
    labels = np.array([bool(case.question.evidence) for case in cases])
    probabilities, weights = sure.probability(rows)[labels], type_weights(cases)[labels]
    order = np.argsort(probabilities)
    refused = np.cumsum(weights[order]) <= (1 - ANSWERED) * weights.sum()
    return AnswerModel(sentence, sure, grow, start, float(probabilities[order][refused].max()))


def cross_validate(cases: list[Case]) -> AnswerModel:
    """Print what the figures are on folds that the model has not seen; return the model of all cases."""
    outcomes: list[tuple[str, bool, bool, int, float, bool]] = []
    first = []
    for number in range(FOLDS):
        model = fit_all([case for case in cases if case.fold != number])
        for case in (case for case in cases if case.fold == number):
            right, cited, length = judge(case, model)
            if case.question.evidence:
                first.append(bool(case.gold[np.argmax(model.sentence.score(case.features))]))
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
    print(f"best sentence is gold {np.mean(first):.3f}")
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


def store(name: str, model: AnswerModel, provenance: dict[str, Any]) -> None:
    """Put one of the two models into `learned/answers.json`; the other stays."""
    path = Path(learned.__file__).parent / "answers.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data[name] = {**describe(model), "provenance": provenance}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
