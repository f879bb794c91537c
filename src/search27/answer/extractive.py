"""An answer made of the corpus's own sentences: no model writes, every word stands in a publication."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search27.answer.confidence import confidence_features, lacks_nothing
from search27.answer.evidence import (
    MAX_QUOTE,
    MAX_SENTENCE,
    Evidence,
    Pool,
    collect,
    is_dangling,
    likelihood,
)
from search27.answer.matching import inputs_of
from search27.answer.subjects import subjects
from search27.french import language_of
from search27.index.store import Store
from search27.learned import AnswerModel
from search27.passages import pages_of
from search27.retrieval import Retriever
from search27.types import Answer, Citation, Document, Filters, Hit, Passage, Sentence, Span

MAX_CHARACTERS = MAX_SENTENCE
MAX_CITATIONS = 4
SHORT = 450
"""Characters of an answer that is sure enough to be short."""
WORTH_OF_MORE = 0.25
"""Factor of `worth` where an answer is longer than that: it is unsure, so it shows all places that may hold it."""
BETWEEN_QUOTES = "\n\n"
NEAREST = 3
NEWER = 2
CONSIDERED_FOR_NEWER = 30
SAME_POINT = 3.0
"""Standard deviations of likeness from which a later passage counts as speaking of the same point."""
_SIGNATURE = re.compile(r"(?:[»”\"]|\n)\s*[—–]\s*(?P<name>[^\n«»]{1,80}?)\s*$")
UNNAMED_SPEAKER = {"fr": "une personne citée", "en": "a person quoted"}

ABSTENTION = {
    "fr": "Le corpus ne répond pas à cette question.",
    "en": "The corpus does not answer this question.",
}


SUGGESTIONS = 2
SUGGESTION = {"fr": "Que sait-on de « {} » ?", "en": "What is known about “{}”?"}


@dataclass(frozen=True, slots=True)
class Found:
    """All that is known of a question before an answer is made of it; `scores` say which sentences answer, (n,)."""

    pool: Pool
    scores: NDArray[np.float32]
    confidence: float


def answer_extractively(
    question: str, found: Found | None, retriever: Retriever, store: Store, model: AnswerModel
) -> Answer:
    """Answer with one to four short quotes, best first, or abstain.

    Args:
        question: A question, French or English.
        found: What `find` found for it.
        retriever: Finds publications nearest to it.
        store: Holds the texts.
        model: Sets the lengths and the least confidence.
    """
    if found is None:
        return _abstain(question, 0.0, ())
    if found.confidence < model.threshold:
        nearest = retriever.hits(found.pool.candidates, 3 * NEAREST, language_of(question))
        return _abstain(question, found.confidence, nearest)
    runs = choose(found.pool.sentences, found.scores, model.worth)
    citations = tuple(
        cite(number, run[0].passage, Span(run[0].span.start, run[-1].span.end), store)
        for number, run in enumerate(runs, 1)
    )
    sentences = tuple(
        Sentence(item.text, (number,), "verbatim") for number, run in enumerate(runs, 1) for item in run
    )
    text = BETWEEN_QUOTES.join(citation.quote for citation in citations)
    newer = _newer(found, citations, retriever, store)
    return Answer(question, text, sentences, citations, confidence=found.confidence, newer=newer)


def find(
    question: str, retriever: Retriever, store: Store, model: AnswerModel, filters: Filters | None = None
) -> Found | None:
    """Weigh the sentences that may answer; None where there are none.

    Args:
        question: A question, French or English.
        retriever: Finds the evidence.
        store: Holds the texts.
        model: Weighs sentences and confidence.
        filters: Which publications may answer.
    """
    candidates = retriever.retrieve(question, filters) if question.strip() else None
    if candidates is None or not len(candidates.positions):
        return None
    pool = collect(question, retriever, store, candidates)
    if not pool.sentences:
        return None
    whole = confidence_features(question, pool, model.sentence.score(pool.features))
    confidence = float(model.confidence.probability(whole[None, :])[0])
    scores = score(pool, model)
    if lacks_nothing(question, pool.sentences[int(np.argmax(scores))].words):
        confidence = max(confidence, model.threshold)
    return Found(pool, scores, round(confidence, 4))


def score(pool: Pool, model: AnswerModel) -> NDArray[np.float32]:
    """Log-odds of sentences: by the matcher, or by their features alone where the encoder keeps no tokens.

    Returns:
        float32, (n,); their softmax is how likely each sentence answers.
    """
    if model.matcher and len(pool.candidates.query_tokens):
        inputs = inputs_of(pool)
        return model.matcher.score(inputs.tokens, inputs.question, inputs.sentences)
    return model.sentence.score(pool.features)


def choose(evidence: list[Evidence], scores: NDArray[np.float32], worth: float) -> list[list[Evidence]]:
    """Runs of successive sentences, best first, within the answer's length.

    The best sentence opens the first run. A further one, whether it opens a run or makes one grow, must be worth
    its length: its likelihood for a hundred characters is at least `worth`. So a sure answer is short; one that
    is not shows the places where it may stand, and asks less of each. A run also takes the sentence that its
    opening pronoun points to.
    """
    likely = likelihood(scores)
    order = np.argsort(-scores, kind="stable")
    runs = _runs(evidence, likely, order, worth)
    return runs if _length(runs) <= SHORT else _runs(evidence, likely, order, WORTH_OF_MORE * worth)


def _runs(
    evidence: list[Evidence], likely: NDArray[np.float32], order: NDArray[np.int64], worth: float
) -> list[list[Evidence]]:
    """Runs of the sentences that are worth their length, opened in this order."""
    lengths = np.array([item.span.end - item.span.start for item in evidence])
    worthy = likely * 100 >= worth * lengths
    used: set[int] = set()
    quoted: set[str] = set()
    runs: list[list[Evidence]] = []
    for number in order:
        if len(runs) == MAX_CITATIONS:
            break
        if number in used or evidence[number].text in quoted or (runs and not worthy[number]):
            continue
        run = _grow(int(number), evidence, likely, worthy, used)
        run = _with_antecedent(run, evidence, used)
        chosen = [evidence[n] for n in run]
        if runs and _length([*runs, chosen]) > MAX_CHARACTERS:
            continue
        used.update(run)
        quoted.update(item.text for item in chosen)
        runs.append(chosen)
    return runs


def _length(runs: Sequence[Sequence[Evidence]]) -> int:
    """Characters of an answer made of these runs."""
    between = len(BETWEEN_QUOTES) * (len(runs) - 1)
    return sum(run[-1].span.end - run[0].span.start for run in runs) + between


def _grow(
    seed: int,
    evidence: list[Evidence],
    likely: NDArray[np.float32],
    worthy: NDArray[np.bool_],
    used: set[int],
) -> list[int]:
    """Extend one sentence to worthy neighbours of its passage, within a quote's length."""
    first = last = seed
    while True:
        options = [
            n
            for n in (first - 1, last + 1)
            if 0 <= n < len(evidence)
            and n not in used
            and evidence[n].place == evidence[seed].place
            and worthy[n]
            and max(evidence[n].span.end, evidence[last].span.end)
            - min(evidence[n].span.start, evidence[first].span.start)
            <= MAX_QUOTE
        ]
        if not options:
            return list(range(first, last + 1))
        best = max(options, key=lambda n: likely[n])
        first, last = min(first, best), max(last, best)


def _with_antecedent(run: list[int], evidence: list[Evidence], used: set[int]) -> list[int]:
    """The run with the sentence before it where it opens with a pronoun, within a quote's length."""
    first, before = run[0], run[0] - 1
    if (
        before >= 0
        and before not in used
        and evidence[before].place == evidence[first].place
        and is_dangling(evidence[first].text)
        and evidence[run[-1]].span.end - evidence[before].span.start <= MAX_QUOTE
    ):
        return [before, *run]
    return run


def cite(number: int, passage: Passage, span: Span, store: Store) -> Citation:
    """Quote `span` of the passage's document."""
    document = store.document_with(passage)
    quote = document.text[span.start : span.end]
    pages = pages_of(document, span)
    return Citation(number, quote, span, passage, document.info, pages, speaker_of(document, span))


def speaker_of(document: Document, span: Span) -> str:
    """Who is quoted at `span`, even in a part of it: the name after the dash that closes a quotation block."""
    block = next(
        (b for b in document.blocks if b.kind == "quote" and b.start < span.end and span.start < b.end), None
    )
    if block is None:
        return ""
    name = _SIGNATURE.search(document.text[block.start : block.end])
    return name["name"] if name else UNNAMED_SPEAKER[document.info.language]


def _newer(
    found: Found, citations: tuple[Citation, ...], retriever: Retriever, store: Store
) -> tuple[Citation, ...]:
    """The best passages of publications that are later than all that is cited and speak of the same point."""
    dates = [citation.document.date for citation in citations if citation.document.date]
    if not dates:
        return ()
    candidates = found.pool.candidates
    place = candidates.positions[:CONSIDERED_FOR_NEWER].tolist()
    passages = store.passages(place)
    first = next(n for n, passage in enumerate(passages) if passage.id == citations[0].passage.id)
    windows = candidates.best_window[:CONSIDERED_FOR_NEWER]
    alike = retriever.likeness(int(windows[first]), windows)
    newer: list[Citation] = []
    for position, passage, window, likeness in zip(place, passages, windows, alike, strict=True):
        info = store.info(passage)
        later = info.date is not None and info.date > max(dates)
        if not later or likeness < SAME_POINT or retriever.is_copy(place[first], position):
            continue
        if all(info != citation.document for citation in newer):
            [span] = store.window_spans([int(window)])
            newer.append(cite(len(citations) + len(newer) + 1, passage, span, store))
    return tuple(newer[:NEWER])


def _abstain(question: str, confidence: float, hits: Sequence[Hit]) -> Answer:
    """Say that the corpus does not answer, name what comes nearest, and offer questions on what that treats."""
    language = language_of(question)
    nearest = tuple(dict.fromkeys(hit.document for hit in hits))[:NEAREST]
    suggestions = tuple(
        subject if subject.endswith("?") else SUGGESTION[language].format(subject)
        for subject in subjects(question, hits)[:SUGGESTIONS]
    )
    return Answer(
        question,
        ABSTENTION[language],
        abstained=True,
        confidence=confidence,
        nearest=nearest,
        suggestions=suggestions,
    )
