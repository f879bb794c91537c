"""How likely the corpus answers a question: a calibrated logistic model over what retrieval found."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from search27.answer.asked import asked_for, holds_kind
from search27.answer.evidence import PASSAGES, Evidence, coverage
from search27.french import analyse
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever

FEATURES = (
    "dense",  # best passage's score, in standard deviations
    "window",  # best window's score, in standard deviations
    "lexical",  # best BM25 score, in standard deviations
    "fused",  # best fused score
    "lead",  # lead of the best fused score over the tenth
    "agreement",  # share of the best passages that come from the best document
    "choice",  # score of the best sentence
    "choice_lead",  # its lead over the fifth best
    "coverage",  # share of the question's words, weighed by rarity, in the best passage and its title
    "coverage_all",  # the same for all passages that are weighed
    "sentence_coverage",  # the same for the best sentence
    "unknown",  # share of the question's words, weighed by rarity, that the corpus does not know
    "names",  # share of the question's names and numbers that stand in the best passages
    "kind",  # 1 where the best sentences hold the kind of thing asked for, 0.5 where no kind is asked for
    "words",  # number of words that count
)

_NAMES = re.compile(r"(?<!^)(?<![.?!] )\b[A-ZÀ-Ý][\w’-]+|\d+")


def confidence_features(
    question: str,
    retriever: Retriever,
    store: Store,
    candidates: Candidates,
    evidence: list[Evidence],
    scores: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Features of the whole question: float32, (len(FEATURES),); `scores` are those of the sentences."""
    order = np.argsort(-scores, kind="stable")
    best = [evidence[n] for n in order[:5]]
    tokens = analyse(question)
    rarity = retriever.rarity(tokens)
    known = retriever.rarity([""])[""]
    documents = store.document_of[candidates.positions[:PASSAGES]]
    passages = store.passages(candidates.positions[:PASSAGES].tolist())
    texts = [
        set(analyse(f"{store.infos[int(document)].title} {passage.heading} {passage.text}"))
        for document, passage in zip(documents, passages, strict=True)
    ]
    fused = candidates.score
    total = sum(rarity.values()) or 1.0
    row = [
        float(candidates.features["dense"].max()),
        float(candidates.features["window"].max()),
        float(candidates.features["lexical"].max()),
        float(fused[0]),
        float(fused[0] - fused[min(9, len(fused) - 1)]),
        float((documents == documents[0]).mean()),
        float(scores[order[0]]),
        float(scores[order[0]] - scores[order[min(4, len(order) - 1)]]),
        coverage(rarity, texts[0]),
        coverage(rarity, set().union(*texts)),
        coverage(rarity, set(analyse(best[0].text))),
        sum(weight for weight in rarity.values() if weight >= known) / total,
        _named(question, texts),
        _kind(question, best),
        float(len(rarity)),
    ]
    return np.array(row, np.float32)


def _named(question: str, texts: list[set[str]]) -> float:
    """Share of the question's names and numbers that stand in one of the best three passages, 1 if none."""
    names = {token for name in _NAMES.findall(question) for token in analyse(name)}
    found = set().union(*texts[:3])
    return len(names & found) / len(names) if names else 1.0


def _kind(question: str, best: list[Evidence]) -> float:
    kind = asked_for(question)
    if kind == "other":
        return 0.5
    return float(any(holds_kind(item.text, kind) for item in best[:3]))
