"""Learn which sentences answer and when to abstain: `learned/answers.json`.

    python -m benchmarks.learn_answers QUESTIONS.jsonl --before INDEX ENCODER --after INDEX ENCODER
    python -m benchmarks.learn_answers QUESTIONS.jsonl --untrained INDEX

The first learns for encoders that keep token vectors, from two indexes, each asked only what its encoder has not seen
(`out_of_fold`). The second learns for those that keep none, from an index made with `bundled-base`, which has seen no
question. `make learn` makes the indexes. Figures printed are cross-validated over five folds of documents; what is
shipped is fitted to all questions. `benchmarks.learn_length` learns the rest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
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
from search27.answer.evidence import Evidence, Pool, collect
from search27.embedding.bundled import bundled_revision
from search27.evaluation import (
    Question,
    auroc,
    gives,
    is_document,
    read_questions,
)
from search27.learned import LinearModel

UNANSWERABLE = Path(__file__).parent / "training" / "unanswerable.jsonl"
"""Further questions of our own that the corpus cannot answer."""
FOLDS = 5
ANSWERED = 0.93
"""Share of answerable questions that the threshold lets through, each type counting alike."""
PARAPHRASES = "concept"
"""These share few words with the text that answers them: they do not set the level of usual evidence."""
UNTRAINED = "bundled-base"


@dataclass(slots=True)
class Case:
    """A question with its weighed sentences; `gold` marks those that overlap the gold quote."""

    question: Question
    fold: int
    library: Library
    pool: Pool
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
        cases = untrained_cases(questions, arguments.untrained)
        name, provenance["encoder"] = learned.WITHOUT_TOKENS, UNTRAINED
    elif arguments.before and arguments.after:
        weights = learned.fusion_weights("bundled", bundled_revision("bundled"))
        pairs = (arguments.before, arguments.after)
        before, after = (open_fold(Path(index), encoder, weights) for index, encoder in pairs)
        parts = folds(questions, before, after)
        cases = [case for part in parts for case in collect_cases(part.questions, part.library)]
        name, provenance["encoder"] = learned.WITH_TOKENS, "the encoders of two folds of years"
    else:
        parser.error("give --before and --after, or --untrained")
    store(name, learn_sentences(cases, provenance))


def untrained_cases(questions: list[Question], index: Path) -> list[Case]:
    """Cases of an index whose encoder was trained on no question."""
    return [without_tokens(case) for case in collect_cases(questions, open_fold(index, UNTRAINED))]


def without_tokens(case: Case) -> Case:
    """The case without `window`: a plain cosine lies the further above nought, the narrower the corpus is.

    Its distance to the best window (`window_gap`) says the same of one corpus, and holds for another one too.
    """
    case.pool.features[:, evidence.FEATURES.index("window")] = 0
    return case


def collect_cases(questions: list[Question], library: Library) -> list[Case]:
    """Weigh the sentences of every question."""
    cases = []
    for number, question in enumerate(questions):
        candidates = library._retriever.retrieve(question.question)
        pool = collect(question.question, library._retriever, library._store, candidates)
        gold = np.array([_is_gold(item, question) for item in pool.sentences], bool)
        key = question.evidence[0].doc if question.evidence else f"unanswerable-{number}"
        group = int(hashlib.sha256(key.encode()).hexdigest(), 16) % FOLDS
        cases.append(Case(question, group, library, pool, gold))
    return cases


def _is_gold(item: Evidence, question: Question) -> bool:
    return any(
        is_document(item.passage.document_id, gold.doc) and gives(item.text, gold.quote)
        for gold in question.evidence
    )


def fit_sentences(cases: list[Case]) -> LinearModel:
    """Weights under which the gold sentences take most of their question's likelihood (a softmax over sentences)."""
    useful = [case for case in cases if case.gold.any()]
    features = np.concatenate([case.pool.features for case in useful]).astype(np.float64)
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
    scores = sentence.score(case.pool.features)
    return confidence.confidence_features(case.question.question, case.pool, scores)


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


def type_weights(cases: Sequence[Case]) -> NDArray[np.float64]:
    """Each type of answerable question counts alike; the sum stays that of the answerable questions."""
    counts = Counter(case.question.type for case in cases if case.question.evidence)
    even = sum(counts.values()) / max(1, len(counts))
    return np.array([even / counts[c.question.type] if c.question.evidence else 1.0 for c in cases])


def fit_all(cases: list[Case]) -> tuple[LinearModel, LinearModel, float]:
    """Fit sentences, confidence and threshold, in this order."""
    sentence = fit_sentences(cases)
    rows = np.stack([confidence_row(case, sentence) for case in cases])
    sure = fit_confidence(rows, cases)
    labels = np.array([bool(case.question.evidence) for case in cases])
    probabilities, weights = sure.probability(rows)[labels], type_weights(cases)[labels]
    order = np.argsort(probabilities)
    refused = np.cumsum(weights[order]) <= (1 - ANSWERED) * weights.sum()
    return sentence, sure, float(probabilities[order][refused].max())


def cross_validate(cases: list[Case]) -> tuple[LinearModel, LinearModel, float]:
    """Print what the figures are on folds that the models have not seen; return the models of all cases."""
    sure: dict[bool, list[float]] = {True: [], False: []}
    answered: dict[bool, list[bool]] = {True: [], False: []}
    first = []
    for number in range(FOLDS):
        sentence, sureness, threshold = fit_all([case for case in cases if case.fold != number])
        for case in (case for case in cases if case.fold == number):
            answerable = bool(case.question.evidence)
            if answerable:
                first.append(bool(case.gold[np.argmax(sentence.score(case.pool.features))]))
            probability = float(sureness.probability(confidence_row(case, sentence)[None])[0])
            sure[answerable].append(probability)
            answered[answerable].append(probability >= threshold)
    print(
        f"best sentence is gold {np.mean(first):.3f}, answered {np.mean(answered[True]):.3f}, "
        f"AUROC {auroc(sure[True], sure[False]):.3f}, abstained {1 - np.mean(answered[False]):.3f}"
    )
    return fit_all(cases)


def learn_sentences(cases: list[Case], provenance: dict[str, str]) -> dict[str, Any]:
    """Learn `sentence`, `confidence` and `threshold`, and print what they are worth."""
    *parts, threshold = cross_validate(cases)
    described: dict[str, Any] = {
        key: {
            "weights": {k: round(float(w), 5) for k, w in zip(keys, part.weights, strict=True)},
            "intercept": round(part.intercept, 5),
        }
        for key, part, keys in zip(
            ("sentence", "confidence"), parts, (evidence.FEATURES, confidence.FEATURES), strict=True
        )
    }
    return {
        **described,
        "threshold": round(threshold, 4),
        "provenance": {"questions": len(cases), **provenance},
    }


def store(name: str, found: dict[str, Any]) -> None:
    """Put what was learned for one kind of encoder into `learned/answers.json`; the rest stays."""
    path = Path(learned.__file__).parent / "answers.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data[name] |= found
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
