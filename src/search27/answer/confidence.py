"""How likely the evidence answers the question: a logistic model over a few scores."""

from __future__ import annotations

import math

from search27.french import analyse
from search27.index.store import Store
from search27.retrieval import Candidates

TOP = 3


def confidence(question: str, candidates: Candidates, store: Store) -> float:
    """Between 0 and 1."""
    terms = set(analyse(question))
    if not terms:
        return 0.0
    found: set[str] = set()
    for passage in store.passages(candidates.positions[:TOP].tolist()):
        found.update(analyse(f"{store.infos[store.position(passage.document_id) or 0].title} {passage.text}"))
    covered = len(terms & found) / len(terms)
    return 1 / (1 + math.exp(-(6 * covered - 3)))
