"""An answer written by a language model and verified sentence by sentence; what is not supported is set aside."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search27.answer.prompts import NO_ANSWER, messages, without_controls
from search27.answer.verify import Similarity, nearest_span, verify_sentence
from search27.errors import ConfigError, GeneratorUnavailable, MissingExtra
from search27.french import language_of, split_sentences
from search27.french.words import fold
from search27.types import Answer, Citation, Hit, Passage, Sentence, Span

OnToken = Callable[[str], None]
Cancelled = Callable[[], bool]
Cite = Callable[[int, Passage, Span], Citation]

PASSAGES = 6
"""Passages that the model is given."""
MAX_TOKENS = 400
ATTEMPTS = 3
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; doubled before each further one."""
CONNECT_TIMEOUT = 5.0

NOTICES = {
    "unavailable": {
        "fr": "Le modèle de langue n’a pas pu répondre ; voici ce que disent les publications, mot pour mot.",
        "en": "The language model could not answer; here is what the publications say, word for word.",
    },
    "unsupported": {
        "fr": "Rien de ce que le modèle de langue a écrit n’était confirmé par les publications ; "
        "voici ce qu’elles disent, mot pour mot.",
        "en": "Nothing that the language model wrote was borne out by the publications; "
        "here is what they say, word for word.",
    },
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible service.

    Attributes:
        url: Base URL, such as `http://127.0.0.1:11434/v1`.
        timeout: Seconds for the whole answer.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = 60.0


def answer_generated(
    question: str,
    hits: Sequence[Hit],
    endpoint: Endpoint,
    extractive: Answer,
    cite: Cite,
    similarity: Similarity | None = None,
    on_token: OnToken | None = None,
    cancelled: Cancelled = lambda: False,
) -> Answer:
    """Let a model answer from the passages and keep what they support.

    Args:
        question: As the user asked it, follow-ups resolved.
        hits: Evidence, best first; the model sees the first `PASSAGES`.
        endpoint: Where the model runs.
        extractive: The answer without a model: given back where it abstains, where the endpoint fails, where
            the user cancels and where no sentence is supported.
        cite: Makes a citation of a span of a document.
        similarity: See `verify_sentence`.
        on_token: Called with each piece of unverified text as it comes.
        cancelled: Asked between pieces; true ends the request.

    Returns:
        `text` holds the supported sentences only; `sentences` also holds the others, marked `unsupported`.

    Raises:
        ConfigError: No endpoint or model is set.
        MissingExtra: The extra `llm` is not installed.
    """
    if extractive.abstained or not hits:
        return extractive
    hits = hits[:PASSAGES]
    language = language_of(question)
    try:
        raw = generate(question, hits, language, endpoint, on_token, cancelled)
    except GeneratorUnavailable as error:
        return replace(extractive, notice=f"{NOTICES['unavailable'][language]} ({error})")
    if cancelled():
        return extractive
    sentences, citations = _verified(raw, hits, cite, similarity)
    kept = [sentence.text for sentence in sentences if sentence.verdict == "supported"]
    if not kept:
        return replace(extractive, notice=NOTICES["unsupported"][language])
    first = len(citations) + 1
    newer = tuple(replace(item, number=first + place) for place, item in enumerate(extractive.newer))
    return Answer(
        question, " ".join(kept), sentences, citations, confidence=extractive.confidence, newer=newer
    )


def generate(
    question: str,
    hits: Sequence[Hit],
    language: str,
    endpoint: Endpoint,
    on_token: OnToken | None = None,
    cancelled: Cancelled = lambda: False,
) -> str:
    """The model's own text, streamed; what came so far where it was cancelled.

    Raises:
        ConfigError: No endpoint or model is set.
        MissingExtra: The extra `llm` is not installed.
        GeneratorUnavailable: The endpoint does not answer, refuses, or takes longer than its time.
    """
    if not endpoint.url or not endpoint.model:
        raise ConfigError(
            "No language model is set. Set generator_url and generator_model, for example "
            "SEARCH27_GENERATOR_URL=http://127.0.0.1:11434/v1 and SEARCH27_GENERATOR_MODEL=mistral."
        )
    openai = _openai()
    deadline = time.monotonic() + endpoint.timeout
    pieces: list[str] = []
    for attempt in range(ATTEMPTS):
        try:
            for piece in _stream(openai, question, hits, language, endpoint, deadline):
                pieces.append(piece)
                if on_token:
                    on_token(piece)
                if cancelled():
                    break
            return "".join(pieces)
        except openai.OpenAIError as error:
            pause = FIRST_PAUSE * 2**attempt
            is_over = attempt + 1 == ATTEMPTS or time.monotonic() + pause > deadline
            if pieces or is_over or not _is_passing(openai, error):
                raise GeneratorUnavailable(_explain(openai, error, endpoint)) from error
        if _cancelled_while_waiting(pause, cancelled):
            return ""
    raise AssertionError("the last attempt returns or raises")


def _openai() -> Any:
    try:
        import openai
    except ImportError as error:
        raise MissingExtra("llm", "A generated answer") from error
    return openai


def _stream(
    openai: Any, question: str, hits: Sequence[Hit], language: str, endpoint: Endpoint, deadline: float
) -> Iterator[str]:
    """Pieces of text as they come; transport errors that the client lets through become its own."""
    left = max(0.1, deadline - time.monotonic())
    timeout = openai.Timeout(left, connect=min(CONNECT_TIMEOUT, left))
    with openai.OpenAI(
        base_url=endpoint.url, api_key=endpoint.key or "none", timeout=timeout, max_retries=0
    ) as client:
        stream = client.chat.completions.create(
            model=endpoint.model,
            messages=messages(question, hits, language),
            max_tokens=MAX_TOKENS,
            temperature=0,
            stream=True,
        )
        with stream:
            for event in stream:
                if time.monotonic() > deadline:
                    raise openai.APITimeoutError(request=stream.response.request)
                if event.choices and event.choices[0].delta.content:
                    yield event.choices[0].delta.content


def _cancelled_while_waiting(seconds: float, cancelled: Cancelled) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if cancelled():
            return True
        time.sleep(0.05)
    return cancelled()


def _is_passing(openai: Any, error: Exception) -> bool:
    """Whether the same request may succeed a moment later; a time-out has already had its time."""
    if isinstance(error, openai.APITimeoutError):
        return False
    passing = (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError)
    return isinstance(error, passing)


def _explain(openai: Any, error: Exception, endpoint: Endpoint) -> str:
    where = f"The language model at {endpoint.url}"
    if isinstance(error, openai.APITimeoutError):
        return f"{where} took longer than {endpoint.timeout:g} s. Raise generator_timeout or use a smaller model."
    if isinstance(error, openai.APIConnectionError):
        return f"{where} cannot be reached. Check generator_url and that the service runs."
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return f"{where} refuses the key. Check SEARCH27_GENERATOR_KEY."
    if isinstance(error, openai.NotFoundError):
        return f"{where} does not know {endpoint.model!r}. Check generator_model and generator_url."
    status = getattr(error, "status_code", None)
    return f"{where} failed ({f'status {status}' if status else type(error).__name__}). Try again later."


_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:javascript|data|mailto):)[^\s)\]»]*", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>|[<>]")
_MARK = re.compile(r"(?m)^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+)|[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|^\s*[-*_]{3,}\s*$")
_NUMBERS = re.compile(r"\s*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_BRACKETED = re.compile(r"\s*\[[^\]]*\]")


def plain_text(raw: str) -> str:
    """The model's words without thoughts, links, images, markup and control characters; `[1]` stays."""
    text = _THOUGHT.sub("", without_controls(raw))
    text = _ADDRESS.sub("", _LINK.sub(r"[\1]", _IMAGE.sub("", text)))
    return _MARK.sub("", _TAG.sub("", text)).strip()


def cited_sentences(raw: str) -> list[tuple[str, tuple[int, ...]]]:
    """Sentences of the model's text with the numbers that they cite, marks taken out."""
    text = _NUMBERS.sub(lambda match: f" [{'][' .join(re.split(r'[\s,;]+', match[1]))}]", plain_text(raw))
    found: list[tuple[str, tuple[int, ...]]] = []
    for span in split_sentences(text):
        part = text[span.start : span.end]
        numbers = tuple(dict.fromkeys(int(n) for n in re.findall(r"\[(\d{1,3})\]", part)))
        words = " ".join(_BRACKETED.sub("", part).split())
        if any(map(str.isalnum, words)):
            found.append((words, numbers))
        elif found and numbers:
            found[-1] = (found[-1][0], tuple(dict.fromkeys((*found[-1][1], *numbers))))
    return found


def _verified(
    raw: str, hits: Sequence[Hit], cite: Cite, similarity: Similarity | None
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Sentences with their verdicts, and the citations of the supported ones, numbered as they come."""
    refusals = {fold(text) for text in NO_ANSWER.values()}
    citations: dict[tuple[str, Span], Citation] = {}
    sentences = []
    for text, numbers in cited_sentences(raw):
        if fold(text) in refusals:
            continue
        cited = [hits[number - 1] for number in numbers if 1 <= number <= len(hits)]
        if len(cited) < len(numbers) or verify_sentence(text, cited, similarity).verdict == "unsupported":
            sentences.append(Sentence(text, (), "unsupported"))
            continue
        used = []
        for hit in cited:
            span = nearest_span(text, hit.passage)
            key = (hit.passage.id, span)
            if key not in citations:
                citations[key] = cite(len(citations) + 1, hit.passage, span)
            used.append(citations[key].number)
        sentences.append(Sentence(text, tuple(dict.fromkeys(used)), "supported"))
    return tuple(sentences), tuple(citations.values())
