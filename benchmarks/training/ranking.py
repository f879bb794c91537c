"""The product's ranking over all passages at once: for hard negatives and for the hold-out's figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from model import Array

from data import Example, Text
from search27.french import language_of
from search27.index.dense import Projection
from search27.index.lexical import LexicalIndex

WINDOW_WEIGHT = 0.6
LEXICAL_WEIGHT = 0.4
CUTS = (1, 5, 10)
HYBRID = "passages + windows + BM25"


@dataclass(frozen=True, slots=True)
class Vectors:
    """One encoder's view: passages (n, dim), windows of each passage, questions (m, dim); unit rows."""

    passages: Array
    windows: list[Array]
    questions: Array


def rank(vectors: Vectors, query_mean: Array, lexical: Array) -> dict[str, Array]:
    """Scores (questions, passages) of each method, from the plain cosine to the product's sum of z-scores.

    Args:
        vectors: What the encoder makes of passages and questions.
        query_mean: Mean vector of training questions.
        lexical: BM25 scores, 0 rows for English questions.
    """
    dense = Projection.fit(vectors.passages, query_mean)
    passage = _standard(dense.queries(vectors.questions) @ dense.passages(vectors.passages).T)
    flat = np.concatenate(vectors.windows)
    fine = Projection.fit(flat, query_mean)
    starts = np.cumsum([0, *map(len, vectors.windows)])[:-1]
    scores = fine.queries(vectors.questions) @ fine.passages(flat).T
    window = _standard(np.maximum.reduceat(scores, starts, axis=1))
    return {
        "cosine": vectors.questions @ vectors.passages.T,
        "whitened": passage,
        "windows": window,
        HYBRID: passage + WINDOW_WEIGHT * window + LEXICAL_WEIGHT * _standard(lexical),
    }


def lexical_scores(texts: Sequence[Text], examples: Sequence[Example]) -> Array:
    """BM25 scores (questions, passages); nothing for English questions, whose words the corpus lacks."""
    index = LexicalIndex.build([text.input for text in texts])
    scores = np.zeros((len(examples), len(texts)), np.float32)
    for row, example in enumerate(examples):
        if language_of(example.question) == "fr":
            scores[row] = index.scores(example.question)
    return scores


def _standard(scores: Array) -> Array:
    spread = np.maximum(scores.std(axis=1, keepdims=True), 1e-6)
    standard: Array = (scores - scores.mean(axis=1, keepdims=True)) / spread
    return standard


def figures(scores: Array, texts: Sequence[Text], examples: Sequence[Example]) -> dict[str, float]:
    """Shares of questions whose quote, or document, is among the first results."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :60]
    ranks, document_ranks = [], []
    for example, row in zip(examples, order, strict=True):
        ranks.append(next((n for n, passage in enumerate(row) if int(passage) in example.gold), len(row)))
        documents = list(dict.fromkeys(texts[int(passage)].document for passage in row))
        document_ranks.append(min([n for n, d in enumerate(documents) if d in example.documents], default=99))
    hits = np.array(ranks)
    concept = np.array([example.type == "concept" for example in examples])
    english = np.array([example.type == "english" for example in examples])
    table = {f"hit@{k}": float((hits < k).mean()) for k in CUTS}
    table["doc@5"] = float((np.array(document_ranks) < 5).mean())
    for name, chosen in (("concept hit@5", concept), ("english hit@5", english)):
        table[name] = float((hits[chosen] < 5).mean()) if chosen.any() else float("nan")
    return table


def print_table(title: str, scores: dict[str, Array], texts: Sequence[Text], examples: list[Example]) -> None:
    """Print one line of figures for each method."""
    print(f"{title}: {len(examples)} questions", flush=True)
    for method, values in scores.items():
        row = "  ".join(f"{name} {value:.3f}" for name, value in figures(values, texts, examples).items())
        print(f"  {method:26s} {row}", flush=True)
