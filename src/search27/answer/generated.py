"""An answer written by a language model and verified sentence by sentence; what is not supported is set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from search27.answer.extractive import cite
from search27.answer.generator import Endpoint, OnText, generate, import_openai
from search27.answer.model_text import cited_sentences, plain_text
from search27.answer.prompts import NO_ANSWER, messages
from search27.answer.verify import nearest_span, verify_sentence
from search27.errors import GeneratorUnavailable
from search27.french import language_of
from search27.french.words import fold
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever
from search27.types import Answer, Citation, Hit, Sentence, Span

PASSAGES = 6
"""Passages that the model is given."""

NOTICES = {
    "unavailable": {
        "fr": "{} Voici ce que disent les publications, mot pour mot.",
        "en": "{} Here is what the publications say, word for word.",
    },
    "cancelled": {
        "fr": "Rédaction interrompue ; voici ce que disent les publications, mot pour mot.",
        "en": "Writing was stopped; here is what the publications say, word for word.",
    },
    "empty": {
        "fr": "Le modèle de langue n’a rien écrit : vérifiez generator_url et generator_model (un modèle qui raisonne "
        "à voix haute peut manquer de place) ; voici ce que disent les publications, mot pour mot.",
        "en": "The language model wrote nothing: check generator_url and generator_model (a model that reasons aloud "
        "may run out of room); here is what the publications say, word for word.",
    },
    "silent": {
        "fr": "Le modèle de langue n’a pas trouvé de réponse dans les passages ; "
        "voici ce que disent les publications, mot pour mot.",
        "en": "The language model found no answer in the passages; "
        "here is what the publications say, word for word.",
    },
    "unsupported": {
        "fr": "Rien de ce que le modèle de langue a écrit n’était confirmé par les passages ; "
        "voici ce que disent les publications, mot pour mot.",
        "en": "Nothing that the language model wrote was borne out by the passages; "
        "here is what the publications say, word for word.",
    },
}
_REFUSALS = {fold(text) for text in NO_ANSWER.values()}


def answer_generated(
    extractive: Answer,
    candidates: Candidates,
    retriever: Retriever,
    store: Store,
    endpoint: Endpoint,
    on_text: OnText | None = None,
) -> Answer:
    """Let a model answer from the best passages and keep what they support.

    Args:
        extractive: The answer without a model. It stands where it abstains, and with a notice where the endpoint
            fails, the reader ends the request or no sentence is supported.
        candidates: What was found for the question.
        retriever: Makes hits of them.
        store: Holds the texts that are cited.
        endpoint: Where the model runs.
        on_text: See `generate`.

    Raises:
        MissingExtra: The extra `llm` is not installed.
    """
    import_openai()
    if extractive.abstained:
        return extractive
    question, language = extractive.question, language_of(extractive.question)
    hits = retriever.hits(candidates, PASSAGES, language)
    # Only in the language of the passages can words be held against words.
    written_in = language_of("\n".join(hit.passage.text for hit in hits))
    try:
        raw = generate(messages(question, hits, written_in), endpoint, language, on_text)
    except GeneratorUnavailable as error:
        return replace(extractive, notice=NOTICES["unavailable"][language].format(error))
    if raw is None:
        return replace(extractive, notice=NOTICES["cancelled"][language])
    if not plain_text(raw):
        return replace(extractive, notice=NOTICES["empty"][language])
    kept, withheld, citations = _verify(raw, hits, store)
    if not kept:
        why = "unsupported" if withheld else "silent"
        return replace(extractive, notice=NOTICES[why][language], withheld=withheld)
    return Answer(
        question,
        " ".join(sentence.text for sentence in kept),
        kept,
        citations,
        confidence=extractive.confidence,
        newer=_still_newer(extractive.newer, citations),
        withheld=withheld,
    )


def _verify(
    raw: str, hits: Sequence[Hit], store: Store
) -> tuple[tuple[Sentence, ...], tuple[Sentence, ...], tuple[Citation, ...]]:
    """Supported sentences, unsupported ones, each once, and the citations of the former, numbered as they come."""
    citations: dict[tuple[str, Span], Citation] = {}
    kept, withheld = [], []
    for text, numbers in cited_sentences(raw):
        if fold(text) in _REFUSALS:
            continue
        cited = [hits[number - 1] for number in numbers if 1 <= number <= len(hits)]
        if len(cited) < len(numbers) or verify_sentence(text, cited).verdict == "unsupported":
            withheld.append(Sentence(text, (), "unsupported"))
            continue
        used = []
        for hit in cited:
            span = nearest_span(text, hit.passage)
            key = (hit.passage.id, span)
            if key not in citations:
                citations[key] = cite(len(citations) + 1, hit.passage, span, store)
            used.append(citations[key].number)
        kept.append(Sentence(text, tuple(dict.fromkeys(used)), "supported"))
    return tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(withheld)), tuple(citations.values())


def _still_newer(newer: Sequence[Citation], citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Later publications that stay later than all that is cited now, numbered after it."""
    dates = [citation.document.date for citation in citations if citation.document.date]
    later = [item for item in newer if item.document.date and all(item.document.date > day for day in dates)]
    return tuple(replace(item, number=number) for number, item in enumerate(later, len(citations) + 1))
