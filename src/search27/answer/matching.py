"""How each token of the question is matched in a sentence and around it: what `learned.Matcher` reads.

Source: O. Khattab and M. Zaharia, ColBERT, 2020 (likeness token by token); C. Xiong et al., K-NRM, 2017 (a network
over such likenesses); docs/adr/0023-a-network-that-matches-tokens.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search27.answer.evidence import Evidence

INPUTS = (
    "told",  # likeness of the likest token of the sentence
    "before",  # the same of the sentence before it in its passage, 0 where there is none
    "after",  # the same of the sentence after it
    "passage",  # the highest of the passage's sentences
    "best",  # the highest of all sentences
    "mean",  # the mean of all sentences
    "spread",  # their standard deviation: a word that stands everywhere has little
)

Likeness = NDArray[np.float32]


def token_inputs(evidence: Sequence[Evidence], likeness: Likeness) -> NDArray[np.float32]:
    """What is known of each token of the question beside each sentence: float32, (n, tokens, len(INPUTS)).

    Args:
        evidence: Sentences, those of one passage together and in order.
        likeness: Of each token to its likest in each sentence, (n, tokens).
    """
    places = np.array([item.place for item in evidence])
    joined = (places[1:] == places[:-1])[:, None]
    before, after, passage = (np.zeros_like(likeness) for _ in range(3))
    before[1:] = np.where(joined, likeness[:-1], 0)
    after[:-1] = np.where(joined, likeness[1:], 0)
    for place in np.unique(places):
        passage[places == place] = likeness[places == place].max(axis=0)
    of_all = (likeness.max(axis=0), likeness.mean(axis=0), likeness.std(axis=0))
    same = (np.broadcast_to(values, likeness.shape) for values in of_all)
    return np.stack([likeness, before, after, passage, *same], axis=-1)
