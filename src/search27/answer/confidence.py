"""How likely the corpus answers a question: a logistic model over the evidence found.

Long questions share more words with any text than short ones, and a figure is easier to miss than a subject. The
evidence is therefore compared with what answerable questions of the same length and kind have: `CONTROLS` only
set that level, they are no evidence themselves (ADR 0008; `benchmarks/learn_answers.py`).
"""

from __future__ import annotations

import math
from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from search27.answer.asked import asked_for
from search27.answer.evidence import Pool
from search27.french import analyse

EVIDENCE = (
    "choice",  # score of the best sentence
    "share",  # its share of all sentences' likelihood
    "lead",  # its score less that of the next
    "tokens",  # mean cosine of the question's tokens and the likest of the best passage
)
CONTROLS = (
    "words",  # logarithm of the question's analysed words
    "number",  # 1 where a number or an amount is asked for
    "date",
    "person",
    "other",
)
FEATURES = EVIDENCE + CONTROLS
PASSAGES = 8
"""Best passages whose sentences are that evidence; more are weighed for what is quoted."""


def confidence_features(question: str, pool: Pool, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features of the whole question: float32, (len(FEATURES),); `scores` are those of the sentences, (n,)."""
    scores = scores[[item.place < PASSAGES for item in pool.sentences]]
    best, *others = np.sort(scores)[::-1]
    kind = asked_for(question)
    return np.array(
        [
            best,
            1 / np.exp(scores - best).sum(),
            best - others[0] if others else 0.0,
            pool.candidates.features["tokens"].max(),
            math.log1p(len(set(analyse(question)))),
            kind in ("number", "amount"),
            kind == "date",
            kind == "person",
            kind == "other",
        ],
        np.float32,
    )


def lacks_nothing(question: str, words: Set[str]) -> bool:
    """Whether a definition is asked for and a sentence, given its analysed words, holds all that the question names.

    Such a question cannot be a near miss, in which the name is there and the fact is not.
    """
    named = set(analyse(question))
    return asked_for(question) == "definition" and bool(named) and named <= words
