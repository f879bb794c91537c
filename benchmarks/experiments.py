"""Ways to rank that were tried beside the shipped fusion, each question seen by an encoder that had not learned it.

    python -m benchmarks.experiments QUESTIONS.jsonl --before INDEX ENCODER --after INDEX ENCODER

`make learn` makes the indexes. What was kept or dropped for which figure stands in `results/experiments.json`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.learn_retrieval import FOLDS, Case, collect, reciprocal_rank
from benchmarks.out_of_fold import Fold, folds, open_fold
from search27 import Library, learned
from search27.embedding.bundled import bundled_revision
from search27.evaluation import read_questions
from search27.index.dense import normalised
from search27.retrieval import COMPARED

Scores = NDArray[np.float32]
SHIPPED = learned.fusion_weights("bundled", bundled_revision("bundled"))
FEEDBACK_FROM = 3
"""Passages whose mean vector a question is moved towards."""
ACRONYM = re.compile(
    r"\b((?:[A-ZÀ-Ý][\w'’-]+|de|du|des|la|le|et|d['’]\w+)(?: [\w'’-]+){1,8}) \(([A-ZÀ-Ý]{3,8})\)"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("--before", nargs=2, required=True, metavar=("INDEX", "ENCODER"))
    parser.add_argument("--after", nargs=2, required=True, metavar=("INDEX", "ENCODER"))
    arguments = parser.parse_args()
    run(
        folds(
            read_questions(arguments.questions),
            open_fold(*arguments.before),
            open_fold(*arguments.after),
        )
    )


def run(parts: Sequence[Fold]) -> None:
    """Print a line of figures for each way."""
    cases = [case for part in parts for case in collect(part.library, part.questions)]
    _line("shipped fusion", [reciprocal_rank(case, SHIPPED) for case in cases])
    for name in ("window", "lexical", "document", "dated", "tokens"):
        without = replace(SHIPPED, **{name: 0.0})
        _line(f"  without {name}", [reciprocal_rank(case, without) for case in cases])
    _line("logistic model over the same features", _logistic(cases))
    for share in (0.1, 0.3):
        moved = [
            case
            for part in parts
            for case in _with_feedback(part, collect(part.library, part.questions), share)
        ]
        _line(
            f"feedback from {FEEDBACK_FROM} passages, {share}", [reciprocal_rank(c, SHIPPED) for c in moved]
        )
    for dimension in (32, 64):
        fewer = [case for part in parts for case in _with_dimensions(part, dimension)]
        _line(f"tokens of {dimension} dimensions", [reciprocal_rank(case, SHIPPED) for case in fewer])
    spelled = [case for part in parts for case in _with_acronyms(part)]
    _line("acronyms spelled out for BM25", [reciprocal_rank(case, SHIPPED) for case in spelled])


def _line(name: str, ranks: Sequence[float]) -> None:
    values = np.array(ranks)
    cells = "  ".join(f"hit@{k} {np.mean(values >= 1 / k):.3f}" for k in (1, 5, 10))
    print(f"{name:40s} n {len(values)}  {cells}  mrr@10 {values.mean():.3f}", flush=True)


def _logistic(cases: list[Case]) -> list[float]:
    """Reciprocal ranks under a logistic model fitted on the other folds of documents."""
    names = sorted(cases[0].features)
    tables = [np.column_stack([case.features[name] for name in names]) for case in cases]
    ranks = [0.0] * len(cases)
    for fold in range(FOLDS):
        train = [n for n, case in enumerate(cases) if case.fold != fold and case.right.any()]
        model = LogisticRegression(max_iter=500, class_weight="balanced").fit(
            np.concatenate([tables[n] for n in train]), np.concatenate([cases[n].right for n in train])
        )
        for n, case in enumerate(cases):
            if case.fold == fold and case.right.any():
                scores = model.decision_function(tables[n])
                rank = int((scores > scores[case.right].max()).sum()) + 1
                ranks[n] = 1 / rank if rank <= 10 else 0.0
    return ranks


def _with_feedback(part: Fold, cases: list[Case], share: float) -> list[Case]:
    """The passage scores taken anew by a question vector that is moved towards its best passages."""
    retriever = part.library._retriever
    index = retriever._passages
    result = []
    for case in cases:
        found = retriever.retrieve(case.question.question)
        vector = retriever._encoder.encode_query(case.question.question).vector[None]
        query = index.projection.queries(vector)[0]
        near = index.vectors[found.positions[:FEEDBACK_FROM]].mean(axis=0)
        query = normalised(((1 - share) * query + share * near)[None])[0]
        dense = index.scores(query, found.positions) / index.spread(query)
        result.append(replace(case, features={**case.features, "dense": dense}))
    return result


def _with_dimensions(part: Fold, dimension: int) -> list[Case]:
    """Tokens compared on their first principal axes only."""
    retriever = part.library._retriever
    result = []
    for case in collect(part.library, part.questions):
        found = retriever.retrieve(case.question.question)
        query = normalised(found.query_tokens[:, :dimension])
        compared = np.argsort(-found.features["tokens"], kind="stable")[:COMPARED]
        scores = np.zeros(len(found.positions), np.float32)
        for place in compared:
            position = int(found.positions[place])
            (records,) = retriever._tokens.of(position, position + 1)
            vectors = normalised(records["vector"][:, :dimension].astype(np.float32))
            scores[place] = (query @ vectors.T).max(axis=1).mean()
        scores = np.maximum(scores, scores[compared].min())
        result.append(replace(case, features={**case.features, "tokens": scores}))
    return result


def _with_acronyms(part: Fold) -> list[Case]:
    """BM25 asked with the long form of every acronym of the question, as the corpus itself spells it out."""
    long_forms = _long_forms(part.library)
    lexical = part.library._retriever._lexical

    def spell_out(match: re.Match[str]) -> str:
        return f"{match.group()} {long_forms.get(match.group(), '')}".rstrip()

    result = []
    for case in collect(part.library, part.questions):
        question = re.sub(r"\b[A-ZÀ-Ý]{3,8}\b", spell_out, case.question.question)
        if question != case.question.question:
            scores = lexical.scores(question)
            positions = part.library._retriever.retrieve(case.question.question).positions
            spread = max(float(scores.std()), 1e-6)
            case = replace(case, features={**case.features, "lexical": scores[positions] / spread})
        result.append(case)
    return result


def _long_forms(library: Library) -> dict[str, str]:
    """Acronyms of the corpus with the words before them whose initials they are made of."""
    forms: dict[str, str] = {}
    for info in library.documents():
        for match in ACRONYM.finditer(library.publication(info.id).text):
            words, letters = match.group(1).split(), match.group(2)
            initials = [word[0].upper() for word in words if len(word) > 3 or word[0].isupper()]
            if "".join(initials[-len(letters) :]) == letters:
                forms.setdefault(letters, match.group(1))
    return forms


if __name__ == "__main__":
    main()
