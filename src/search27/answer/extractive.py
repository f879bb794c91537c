"""An answer made of the corpus's own sentences: no model writes, every word stands in a publication."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search27.answer.confidence import confidence_features
from search27.answer.evidence import Evidence, collect
from search27.french import language_of
from search27.index.store import Store
from search27.learned import AnswerModel
from search27.passages import pages_of
from search27.retrieval import Candidates, Retriever
from search27.types import Answer, Citation, DocumentInfo, Filters, Sentence, Span

MAX_CHARACTERS = 900
MAX_QUOTE = 400
MAX_CITATIONS = 4
NEAREST = 3

ABSTENTION = {
    "fr": "Le corpus ne répond pas à cette question.",
    "en": "The corpus does not answer this question.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of a question before an answer is made of it."""

    candidates: Candidates
    evidence: list[Evidence]
    scores: NDArray[np.float32]
    confidence: float


def answer_extractively(
    question: str, retriever: Retriever, store: Store, model: AnswerModel, filters: Filters | None = None
) -> Answer:
    """Answer with one to four short quotes, best first, or abstain.

    Args:
        question: A question, French or English.
        retriever: Finds the evidence.
        store: Holds the texts.
        model: Weighs sentences and confidence.
        filters: Which publications may answer.
    """
    found = find(question, retriever, store, model, filters)
    if found is None:
        return _abstain(question, 0.0, ())
    if found.confidence < model.threshold:
        return _abstain(question, found.confidence, _nearest(retriever, found.candidates))
    runs = choose(found.evidence, found.scores, model)
    citations = tuple(_citation(number, run, store) for number, run in enumerate(runs, 1))
    sentences = tuple(
        Sentence(item.text, (number,), "verbatim") for number, run in enumerate(runs, 1) for item in run
    )
    text = "\n\n".join(citation.quote for citation in citations)
    return Answer(question, text, sentences, citations, confidence=found.confidence)


def find(
    question: str, retriever: Retriever, store: Store, model: AnswerModel, filters: Filters | None = None
) -> Found | None:
    """Weigh the sentences that may answer; None where there are none."""
    candidates = retriever.retrieve(question, filters) if question.strip() else None
    if candidates is None or not len(candidates.positions):
        return None
    evidence, features = collect(question, retriever, store, candidates)
    if not evidence:
        return None
    scores = model.sentence.score(features)
    whole = confidence_features(question, retriever, store, candidates, evidence, scores)
    return Found(
        candidates, evidence, scores, round(float(model.confidence.probability(whole[None, :])[0]), 4)
    )


def choose(evidence: list[Evidence], scores: NDArray[np.float32], model: AnswerModel) -> list[list[Evidence]]:
    """Runs of successive sentences, best first, within the answer's length.

    A run starts from the best sentence left, grows to neighbours that score within `model.grow` of the best
    sentence, and a next run starts only within `model.start` of it.
    """
    order = np.argsort(-scores, kind="stable")
    best = float(scores[order[0]])
    used: set[int] = set()
    runs: list[list[Evidence]] = []
    length = 0
    for number in order:
        if len(runs) == MAX_CITATIONS or (runs and scores[number] < best - model.start):
            break
        if number in used:
            continue
        run = _grow(int(number), evidence, scores, best - model.grow, used)
        size = evidence[run[-1]].span.end - evidence[run[0]].span.start
        if runs and length + size > MAX_CHARACTERS:
            continue
        used.update(run)
        length += size
        runs.append([evidence[n] for n in run])
    return runs


def _grow(
    seed: int, evidence: list[Evidence], scores: NDArray[np.float32], floor: float, used: set[int]
) -> list[int]:
    """Extend one sentence to neighbours of its passage that score above the floor, within a quote's length."""
    first = last = seed
    while True:
        options = [
            n
            for n in (first - 1, last + 1)
            if 0 <= n < len(evidence)
            and n not in used
            and evidence[n].place == evidence[seed].place
            and scores[n] >= floor
            and max(evidence[n].span.end, evidence[last].span.end)
            - min(evidence[n].span.start, evidence[first].span.start)
            <= MAX_QUOTE
        ]
        if not options:
            return list(range(first, last + 1))
        best = max(options, key=lambda n: scores[n])
        first, last = min(first, best), max(last, best)


def _citation(number: int, run: list[Evidence], store: Store) -> Citation:
    passage = run[0].passage
    position = store.position(passage.document_id)
    assert position is not None, passage.id
    document = store.document(position)
    span = Span(run[0].span.start, run[-1].span.end)
    quote = document.text[span.start : span.end]
    return Citation(number, quote, span, passage, document.info, pages_of(document, span))


def _abstain(question: str, confidence: float, nearest: tuple[DocumentInfo, ...]) -> Answer:
    text = ABSTENTION[language_of(question)]
    return Answer(question, text, abstained=True, confidence=confidence, nearest=nearest)


def _nearest(retriever: Retriever, candidates: Candidates) -> tuple[DocumentInfo, ...]:
    found = dict.fromkeys(hit.document for hit in retriever.hits(candidates, 3 * NEAREST))
    return tuple(found)[:NEAREST]
