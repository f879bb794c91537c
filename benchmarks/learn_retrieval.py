"""Learn the numbers of retrieval for one encoder: the questions' mean vector, then the fusion weights.

    python -m benchmarks.learn_retrieval mean QUESTIONS.jsonl --encoder NAME
    search27 build …            # the index takes the mean into its projection
    python -m benchmarks.learn_retrieval fusion QUESTIONS.jsonl --before INDEX ENCODER --after INDEX ENCODER
    python -m benchmarks.learn_retrieval forget QUESTIONS.jsonl --encoder ENCODER

The weights are learned on two indexes, each asked only what its encoder has not seen (`out_of_fold`), and stored
for the shipped encoder; `make learn` runs all steps.

Weights are chosen by mean reciprocal rank over five folds of documents: a question is scored with the weights
that were best on the other folds, and the printed figures are those. The shipped weights use all questions.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.out_of_fold import folds, open_fold
from search27 import Library, learned
from search27.config import load_settings
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.evaluation import Question, holds, is_document, read_questions
from search27.french import language_of
from search27.learned import FusionWeights
from search27.types import Passage

LEARNED = Path(learned.__file__).parent
FOLDS = 5
GRID = {
    "window": (0.3, 0.6, 1.0, 1.5),
    "lexical": (0.1, 0.2, 0.3, 0.4, 0.6),
    "document": (0.0, 0.2, 0.4),
    "tokens": (0.0, 20.0, 40.0, 80.0, 160.0),
}
REFERENCES = {
    "passages": FusionWeights(0, 0, 0, 0, 0, 0),
    "passages, windows": FusionWeights(1, 0, 0, 0, 0, 0),
    "passages, windows 0.6, BM25 0.4": FusionWeights(0.6, 0.4, 0, 0, 0, 0),
    "the same, tokens 40": FusionWeights(0.6, 0.4, 0, 0, 0, 40),
}
ENGLISH_GRID = (0.0, 0.1, 0.2, 0.3)
DATED_GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.3)


@dataclass(frozen=True, slots=True)
class Case:
    """A question's candidates: standardised scores by name, float32 (n,), and which of them are right."""

    question: Question
    fold: int
    english: bool
    features: dict[str, NDArray[np.float32]]
    right: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("mean", "fusion", "forget"))
    parser.add_argument("questions", type=Path)
    parser.add_argument("--before", nargs=2, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--after", nargs=2, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--encoder", default="bundled")
    arguments = parser.parse_args()
    settings = load_settings(encoder=arguments.encoder)
    encoder = SentenceTransformerEncoder(settings.encoder, settings.cache)
    key = f"{encoder.identity.name}@{encoder.identity.revision}"
    if arguments.what == "forget":
        _store("query_mean.json", "means", key, None, None)
        return
    questions = [question for question in read_questions(arguments.questions) if question.evidence]
    provenance = {
        "questions": len(questions),
        "sha256": hashlib.sha256(arguments.questions.read_bytes()).hexdigest(),
        "command": f"python -m benchmarks.learn_retrieval {arguments.what} {arguments.questions.name}",
    }
    if arguments.what == "mean":
        vectors = np.stack([encoder.encode_query(question.question).vector for question in questions])
        mean = [round(float(value), 6) for value in vectors.mean(axis=0)]
        _store("query_mean.json", "means", key, mean, provenance)
    else:
        parts = folds(questions, open_fold(*arguments.before), open_fold(*arguments.after))
        cases = [case for part in parts for case in collect(part.library, part.questions)]
        cross_validate(cases)
        weights = best_weights(cases)
        print("all questions:", weights)
        _store("fusion.json", "weights", key, asdict(weights), provenance)


def _store(name: str, field: str, key: str, value: Any, provenance: dict[str, Any] | None) -> None:
    """Set one encoder's numbers in a learned file, or remove them where `value` is None."""
    path = LEARNED / name
    data = json.loads(path.read_text(encoding="utf-8"))
    for part, new in ((field, value), ("provenance", provenance)):
        data.setdefault(part, {}).pop(key, None)
        if new is not None:
            data[part][key] = new
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def collect(library: Library, questions: list[Question]) -> list[Case]:
    """Candidates of every question with their standardised scores."""
    retriever, store = library._retriever, library._store
    texts = store.passages(range(len(store.document_of)))
    cases = []
    for question in (question for question in questions if question.evidence):
        found = retriever.retrieve(question.question)
        right = np.array([_is_right(texts[n], question) for n in found.positions], bool)
        group = int(hashlib.sha256(question.evidence[0].doc.encode()).hexdigest(), 16) % FOLDS
        cases.append(Case(question, group, language_of(question.question) == "en", found.features, right))
    return cases


def _is_right(passage: Passage, question: Question) -> bool:
    return any(
        is_document(passage.document_id, item.doc) and holds(passage.text, item.quote)
        for item in question.evidence
    )


def reciprocal_rank(case: Case, weights: FusionWeights) -> float:
    """1 / rank of the first right candidate, 0 beyond ten."""
    if not case.right.any():
        return 0.0
    lexical = weights.lexical_english if case.english else weights.lexical
    factors = {
        "dense": 1.0,
        "window": weights.window,
        "lexical": lexical,
        "document": weights.document,
        "dated": weights.dated,
        "tokens": weights.tokens,
    }
    score = np.sum([factor * case.features[name] for name, factor in factors.items()], axis=0)
    rank = int((score > score[case.right].max()).sum()) + 1
    return 1 / rank if rank <= 10 else 0.0


def best_weights(cases: list[Case]) -> FusionWeights:
    """The grid point with the highest mean reciprocal rank; weights for few questions are chosen last, alone."""
    french = [case for case in cases if not case.english]
    english = [case for case in cases if case.english]
    options = [
        FusionWeights(window, lexical, 0.0, document, 0.0, tokens)
        for window, lexical, document, tokens in itertools.product(*GRID.values())
    ]
    best = max(options, key=lambda option: sum(reciprocal_rank(case, option) for case in french))
    tries = [replace(best, lexical_english=weight) for weight in ENGLISH_GRID]
    best = max(tries, key=lambda option: sum(reciprocal_rank(case, option) for case in english))
    dated = [case for case in cases if case.features["dated"].any()]
    tries = [replace(best, dated=weight) for weight in DATED_GRID]
    return max(tries, key=lambda option: sum(reciprocal_rank(case, option) for case in dated))


def cross_validate(cases: list[Case]) -> None:
    """Print the figures of each fold's questions under weights chosen on the other folds."""
    for name, fixed in REFERENCES.items():
        values = np.array([reciprocal_rank(case, fixed) for case in cases])
        print(f"{name:30s} {'  '.join(f'hit@{k} {np.mean(values >= 1 / k):.3f}' for k in (1, 5, 10))}")
    ranks: list[tuple[str, float]] = []
    for fold in range(FOLDS):
        weights = best_weights([case for case in cases if case.fold != fold])
        print(f"fold {fold}: {weights}")
        ranks += [(c.question.type, reciprocal_rank(c, weights)) for c in cases if c.fold == fold]
    for kind in ("all", *sorted({kind for kind, _ in ranks})):
        values = np.array([rank for other, rank in ranks if kind in ("all", other)])
        cells = "  ".join(f"hit@{k} {np.mean(values >= 1 / k):.3f}" for k in (1, 5, 10))
        print(f"{kind:12s} n {len(values):4d}  {cells}  mrr@10 {values.mean():.3f}")


if __name__ == "__main__":
    main()
