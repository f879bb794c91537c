"""The sentences that may answer a question, each with the features by which they are chosen."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from search27.answer.asked import Asked, asked_for, counts, holds_kind, new_figures
from search27.french import analyse, split_sentences
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever
from search27.types import Passage, Span

PASSAGES = 16
"""Passages whose sentences are weighed."""
MAX_SENTENCE = 900
"""Characters of a sentence that can be quoted."""
MAX_QUOTE = 400
"""Characters of a quote; only a single sentence may be longer."""

FEATURES = (
    "standing",  # fused score of the passage, less that of the best passage
    "rank",  # 1 / rank of the passage
    "window",  # best window that holds the sentence, in standard deviations
    "window_gap",  # the same, less the best window of all
    "tokens",  # mean cosine of the question's tokens and the sentence's likest
    "tokens_gap",  # the same, less the best sentence's
    "tokens_around",  # as tokens, for the sentence with the ones before and after it
    "coverage",  # share of the question's words in the sentence, weighed by rarity in the corpus
    "telling",  # the same, weighed by rarity among the candidate sentences
    "context",  # as coverage, for title, heading and the sentences around it
    "rarest",  # 1 where the question's rarest known word stands in the sentence
    "kind",  # 1 where the sentence holds the kind of thing asked for, and such a kind is asked for
    "figure",  # 1 where a figure or date is asked for and the sentence holds one that the question lacks
    "counted",  # 1 where a figure is asked for and such a one stands before a word of the question
    "length",  # logarithm of its length in characters
    "opening",  # 1 for the first sentence of its passage
    "asking",  # 1 where it is itself a question
    "dangling",  # 1 where it begins with a pronoun, demonstrative or connective
)

_DANGLING = re.compile(
    r"(?:[–—-]\s)?(?:"
    r"(?:ils?|elles?|c['’]|cela|ça|y (?!compris)|en (?:témoigne|voici)|leurs?|lui|son|sa|ses|mais|or|donc|ainsi|puis|"
    r"enfin|cependant|toutefois|it|he|she|they|that|his|her|their|but)\b|"
    r"(?:(?:à|après|avant|avec|chez|contre|d['’]après|dans|de|depuis|en|face à|grâce à|lors de|par|parmi|pour|selon|"
    r"sous|sur|among|at|for|from|in|on|with) )?(?:ce|cet|cette|ces|celui|celle|ceux|celles|this|these)\b)",
    re.IGNORECASE,
)
_ITEMS = re.compile(rf"(?P<part>.{{0,{MAX_QUOTE - 1}}};|[^;]*;)\s*", re.DOTALL)
_PART = re.compile(
    r"(?P<part>.{{0,{0}}},|.{{0,{0}}}\S(?=\s)|.{{{0}}}.)\s*".format(MAX_SENTENCE - 1), re.DOTALL
)


Likeness = list[NDArray[np.float32]]
"""For each of some texts the likeness of the question's tokens to its own: float32, (question's tokens, its tokens)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a candidate passage.

    Attributes:
        place: The passage's place among the candidates, 0-based.
        number: The sentence's place in its passage, 0-based.
        span: Counts in the document's text.
        words: Its analysed words.
    """

    passage: Passage
    place: int
    number: int
    span: Span
    text: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pool:
    """The sentences that may answer a question, those of one passage together, and what they are chosen by.

    Attributes:
        candidates: Passages for the question; the best of them hold the sentences.
        features: Of each sentence, unscaled, float32, (n, len(FEATURES)).
        likeness: Of the question's tokens and each sentence's.
    """

    candidates: Candidates
    sentences: list[Evidence]
    features: NDArray[np.float32]
    likeness: Likeness


def collect(question: str, retriever: Retriever, store: Store, candidates: Candidates) -> Pool:
    """Sentences of the best passages."""
    top = candidates.positions[:PASSAGES]
    windows = retriever.window_scores(candidates.window_query, top)
    evidence: list[Evidence] = []
    surroundings: list[set[str]] = []
    scores: list[float] = []
    likeness: Likeness = []
    around: Likeness = []
    for place, passage in enumerate(store.passages(top.tolist())):
        info = store.infos[int(store.document_of[top[place]])]
        sentences = _sentences(passage)
        tokens = [set(analyse(text)) for _, text in sentences]
        inner = [Span(s.start - passage.span.start, s.end - passage.span.start) for s, _ in sentences]
        wider = [
            Span(inner[max(0, n - 1)].start, inner[min(n + 1, len(inner) - 1)].end) for n in range(len(inner))
        ]
        likeness_of = partial(retriever.token_likeness, candidates.query_tokens, int(top[place]))
        likeness += likeness_of(inner)
        around += likeness_of(wider)
        title = set(analyse(f"{info.title} {passage.heading}"))
        for number, (span, text) in enumerate(sentences):
            evidence.append(Evidence(passage, place, number, span, text, frozenset(tokens[number])))
            surroundings.append(title.union(*tokens[max(0, number - 1) : number + 2]))
            scores.append(_window_score(span, *windows[place]))
    columns = [
        *_standing(evidence, candidates, scores),
        *_likeness(likeness, around),
        *_shared_words(evidence, surroundings, retriever.rarity(analyse(question))),
        *_kind_asked_for(evidence, question),
        *_form(evidence),
    ]
    features = np.array(columns, np.float32).reshape(len(FEATURES), len(evidence)).T
    return Pool(candidates, evidence, features, likeness)


def likest(likeness: Likeness) -> NDArray[np.float32]:
    """Likeness of each of the question's tokens to its likest in each text, 0 for one without: float32, (n, tokens)."""
    return np.stack(
        [part.max(axis=1) if part.shape[1] else np.zeros(len(part), np.float32) for part in likeness]
    )


def likelihood(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Softmax of sentences' scores: float32, (n,), sums to 1."""
    shares = np.exp(scores - scores.max())
    return np.asarray(shares / shares.sum(), np.float32)


Columns = list[list[float]]


def _standing(evidence: Sequence[Evidence], candidates: Candidates, windows: Sequence[float]) -> Columns:
    best = max(windows, default=0.0)
    return [
        [float(candidates.score[item.place] - candidates.score[0]) for item in evidence],
        [1 / (item.place + 1) for item in evidence],
        list(windows),
        [window - best for window in windows],
    ]


def _likeness(tokens: Likeness, around: Likeness) -> Columns:
    of_sentence, wider = (
        [float(part.max(axis=1).mean()) if part.size else 0.0 for part in likeness]
        for likeness in (tokens, around)
    )
    best = max(of_sentence, default=0.0)
    return [of_sentence, [score - best for score in of_sentence], wider]


def _shared_words(
    evidence: Sequence[Evidence], surroundings: Sequence[set[str]], rarity: dict[str, float]
) -> Columns:
    held = {word: sum(word in item.words for item in evidence) for word in rarity}
    local = {word: math.log1p(len(evidence) / count) for word, count in held.items() if count}
    rarest = max(rarity, key=lambda word: rarity[word], default="")
    return [
        [coverage(rarity, item.words) for item in evidence],
        [coverage(local, item.words) for item in evidence],
        [coverage(rarity, around) for around in surroundings],
        [float(rarest in item.words) for item in evidence],
    ]


def _kind_asked_for(evidence: Sequence[Evidence], question: str) -> Columns:
    kind: Asked = asked_for(question)
    words = set(analyse(question))
    figure, counted = kind in ("number", "amount", "date"), kind in ("number", "amount")
    return [
        [float(kind != "other" and holds_kind(item.text, kind)) for item in evidence],
        [float(figure and any(new_figures(item.text, question))) for item in evidence],
        [float(counted and counts(item.text, question, words)) for item in evidence],
    ]


def _form(evidence: Sequence[Evidence]) -> Columns:
    return [
        [math.log(len(item.text)) for item in evidence],
        [float(item.number == 0) for item in evidence],
        [float(item.text.rstrip(' »”"').endswith("?")) for item in evidence],
        [float(is_dangling(item.text)) for item in evidence],
    ]


def is_dangling(sentence: str) -> bool:
    """Whether a sentence begins with a pronoun, demonstrative or connective that points to the one before."""
    return _DANGLING.match(sentence) is not None


def coverage(rarity: dict[str, float], tokens: Set[str]) -> float:
    """Share of the question's words, weighed by rarity, that stand among the tokens; in [0, 1]."""
    total = sum(rarity.values())
    return sum(weight for token, weight in rarity.items() if token in tokens) / total if total else 0.0


def _sentences(passage: Passage) -> list[tuple[Span, str]]:
    """Sentences of a passage, headings left out where they stand alone on a line."""
    shift = passage.span.start
    found = []
    for span in split_sentences(passage.text):
        if passage.text[span.start : span.end] != passage.heading:
            for part in quotable_parts(passage.text, span):
                text = passage.text[part.start : part.end]
                found.append((Span(part.start + shift, part.end + shift), text))
    return found


def quotable_parts(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence, a long list cut after semicolons, and what is still too long to quote after commas, else words."""
    start = sentence.start
    while sentence.end - start > MAX_QUOTE and (items := _ITEMS.match(text, start, sentence.end)):
        yield from _cut(text, Span(start, items.end("part")))
        start = items.end()
    if start < sentence.end:
        yield from _cut(text, Span(start, sentence.end))


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    while sentence.end - start > MAX_SENTENCE and (part := _PART.match(text, start, sentence.end)):
        yield Span(start, part.end("part"))
        start = part.end()
    yield Span(start, sentence.end)


def _window_score(span: Span, windows: Sequence[Span], scores: NDArray[np.float32]) -> float:
    """Best score among the windows that hold the middle of a span."""
    middle = (span.start + span.end) // 2
    inside = [float(s) for w, s in zip(windows, scores, strict=True) if w.start <= middle < w.end]
    return max(inside, default=float(scores.min()) if len(scores) else 0.0)
