"""How each token of the question is matched in a sentence and around it: what `learned.Matcher` reads.

Source: O. Khattab and M. Zaharia, ColBERT, 2020 (likeness token by token); C. Xiong et al., K-NRM, 2017 (a network
over such likenesses, counted by how high they are); docs/adr/0023-a-network-that-matches-tokens.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search27.answer.evidence import FEATURES, Likeness, Pool, likest

ALIKE, SAME = 0.35, 0.55
"""Least likeness of tokens that have something in common, and of those that mostly are one word."""

TOKEN_INPUTS = (
    "told",  # likeness of the likest token of the sentence
    "before",  # the same of the sentence before it in its passage, 0 where there is none
    "after",  # the same of the sentence after it
    "passage",  # the highest of the passage's sentences
    "best",  # the highest of all sentences
    "mean",  # the mean of all sentences
    "spread",  # their standard deviation: a word that stands everywhere has little
    "alike",  # logarithm of 1 + the sentence's tokens that are `ALIKE`
    "same",  # logarithm of 1 + those that are the `SAME`
)
OVERLAP = (
    "asked",  # mean, over the sentence's tokens, of the likeness to the likest of the question
    "new",  # share of them that are not `ALIKE` to any: what the sentence says that the question does not
    "repeated",  # share of them that are the `SAME` as one
)
RANKED_BY = ("dense", "window", "lexical", "document", "dated", "tokens")
"""Of `Candidates.features`: what the passage was ranked by."""
SENTENCE_INPUTS = (*FEATURES, *OVERLAP, *(f"passage {name}" for name in RANKED_BY))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a question's sentences; all float32.

    Attributes:
        tokens: Of each sentence and token of the question, (n, tokens, len(TOKEN_INPUTS)).
        question: The question's tokens, (tokens, `embedding.tokens.DIMENSION`).
        sentences: Of each sentence, (n, len(SENTENCE_INPUTS)).
    """

    tokens: NDArray[np.float32]
    question: NDArray[np.float32]
    sentences: NDArray[np.float32]


def inputs_of(pool: Pool) -> Inputs:
    """What the matcher reads of a question's sentences."""
    places = np.array([item.place for item in pool.sentences])
    ranked = np.stack([pool.candidates.features[name][places] for name in RANKED_BY], axis=1)
    overlap = np.array([_overlap(part) for part in pool.likeness], np.float32)
    sentences = np.concatenate([pool.features, overlap, ranked], axis=1)
    return Inputs(_of_tokens(places, pool.likeness), pool.candidates.query_tokens, sentences)


def _of_tokens(places: NDArray[np.int64], likeness: Likeness) -> NDArray[np.float32]:
    told = likest(likeness)
    joined = (places[1:] == places[:-1])[:, None]
    before, after, passage = (np.zeros_like(told) for _ in range(3))
    before[1:] = np.where(joined, told[:-1], 0)
    after[:-1] = np.where(joined, told[1:], 0)
    for place in np.unique(places):
        passage[places == place] = told[places == place].max(axis=0)
    of_all = (told.max(axis=0), told.mean(axis=0), told.std(axis=0))
    everywhere = (np.broadcast_to(values, told.shape) for values in of_all)
    alike, same = (
        np.log1p(np.array([(part >= least).sum(axis=1) for part in likeness], np.float32))
        for least in (ALIKE, SAME)
    )
    return np.stack([told, before, after, passage, *everywhere, alike, same], axis=-1)


def _overlap(likeness: NDArray[np.float32]) -> tuple[float, float, float]:
    if not likeness.size:
        return 0.0, 0.0, 0.0
    asked = likeness.max(axis=0)
    return float(asked.mean()), float((asked < ALIKE).mean()), float((asked >= SAME).mean())
