"""How likely the corpus answers a question: a logistic model over what retrieval found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from search27.answer.evidence import coverage
from search27.french import analyse
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever

FEATURES = (
    "dense",  # best passage's score, in standard deviations
    "coverage",  # share of the question's words, weighed by rarity, in the best passage and its title
    "choice",  # log-odds of the best sentence
)


def confidence_features(
    question: str,
    retriever: Retriever,
    store: Store,
    candidates: Candidates,
    scores: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Features of the whole question: float32, (len(FEATURES),); `scores` are those of its sentences."""
    [best] = store.passages([int(candidates.positions[0])])
    words = set(analyse(f"{store.info(best).title} {best.heading} {best.text}"))
    shared = coverage(retriever.rarity(analyse(question)), words)
    return np.array([candidates.features["dense"].max(), shared, scores.max()], np.float32)
