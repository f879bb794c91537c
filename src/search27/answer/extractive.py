"""An answer made of the corpus's own sentences: no model writes, every word stands in a publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search27.answer.confidence import confidence
from search27.french import language_of, split_sentences
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever
from search27.types import Answer, Citation, DocumentInfo, Filters, PageRef, Passage, Sentence, Span

MAX_CHARACTERS = 900
MAX_QUOTE = 400
MAX_CITATIONS = 3
EVIDENCE = 5
"""Passages that may contribute to an answer."""
MIN_CONFIDENCE = 0.35
NEAREST = 3

ABSTENTION = {
    "fr": "Le corpus ne répond pas à cette question.",
    "en": "The corpus does not answer this question.",
}


@dataclass(frozen=True, slots=True)
class _Choice:
    """A stretch of sentences picked for the answer."""

    passage: Passage
    span: Span
    score: float


def answer_extractively(
    question: str, retriever: Retriever, store: Store, filters: Filters | None = None
) -> Answer:
    """Answer with one to three short quotes, best first, or abstain.

    Args:
        question: A question, French or English.
        retriever: Finds the evidence.
        store: Holds the texts.
        filters: Which publications may answer.
    """
    candidates = retriever.retrieve(question, filters) if question.strip() else None
    if candidates is None or not len(candidates.positions):
        return _abstain(question, 0.0, ())
    sure = confidence(question, candidates, store)
    if sure < MIN_CONFIDENCE:
        return _abstain(question, sure, _nearest(retriever, candidates))
    choices = _choose(question, retriever, store, candidates)
    citations = tuple(_citation(number, choice, store) for number, choice in enumerate(choices, 1))
    sentences = tuple(
        Sentence(citation.quote[span.start : span.end], (citation.number,), "verbatim")
        for citation in citations
        for span in split_sentences(citation.quote)
    )
    text = "\n\n".join(citation.quote for citation in citations)
    return Answer(question, text, sentences, citations, confidence=round(sure, 4))


def _abstain(question: str, sure: float, nearest: tuple[DocumentInfo, ...]) -> Answer:
    return Answer(
        question,
        ABSTENTION[language_of(question)],
        abstained=True,
        confidence=round(sure, 4),
        nearest=nearest,
    )


def _nearest(retriever: Retriever, candidates: Candidates) -> tuple[DocumentInfo, ...]:
    found = dict.fromkeys(hit.document for hit in retriever.hits(candidates, 3 * NEAREST))
    return tuple(found)[:NEAREST]


def _choose(question: str, retriever: Retriever, store: Store, candidates: Candidates) -> list[_Choice]:
    """The best windows of the best passages that do not overlap, within the answer's length."""
    top = candidates.positions[:EVIDENCE]
    standing = candidates.score[:EVIDENCE] - candidates.score[0]
    options: list[_Choice] = []
    for passage, bonus, (spans, scores) in zip(
        store.passages(top.tolist()), standing, retriever.window_scores(question, top), strict=True
    ):
        options += [
            _Choice(passage, span, float(score + bonus)) for span, score in zip(spans, scores, strict=True)
        ]
    options.sort(key=lambda option: -option.score)
    chosen: list[_Choice] = []
    length = 0
    for option in options:
        option = replace(option, span=_shortened(option))
        size = option.span.end - option.span.start
        if any(_overlap(option, other) for other in chosen) or length + size > MAX_CHARACTERS:
            continue
        chosen.append(option)
        length += size
        if len(chosen) == MAX_CITATIONS:
            break
    return chosen


def _shortened(choice: _Choice) -> Span:
    """The span, cut to its leading whole sentences where it is too long for a quote."""
    start, end = choice.span.start, choice.span.end
    if end - start <= MAX_QUOTE:
        return choice.span
    text = choice.passage.text[start - choice.passage.span.start : end - choice.passage.span.start]
    ends = [span.end for span in split_sentences(text) if span.end <= MAX_QUOTE]
    if ends:
        return Span(start, start + ends[-1])
    cut = text.rfind(" ", 0, MAX_QUOTE)
    return Span(start, start + (cut if cut > 0 else MAX_QUOTE))


def _overlap(one: _Choice, other: _Choice) -> bool:
    same = one.passage.document_id == other.passage.document_id
    return same and one.span.start < other.span.end and other.span.start < one.span.end


def _citation(number: int, choice: _Choice, store: Store) -> Citation:
    position = store.position(choice.passage.document_id)
    assert position is not None, choice.passage.id
    document = store.document(position)
    quote = document.text[choice.span.start : choice.span.end]
    return Citation(
        number, quote, choice.span, choice.passage, document.info, _pages(document.pages, choice.span)
    )


def _pages(pages: Sequence[object], span: Span) -> tuple[PageRef, ...]:
    return tuple(p.page for p in pages if p.start < span.end and span.start < p.end)  # type: ignore[attr-defined]
