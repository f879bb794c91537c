"""The sentences that may answer a question, each with the features by which they are chosen."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search27.answer.asked import asked_for, holds_kind
from search27.french import analyse, split_sentences
from search27.index.store import Store
from search27.retrieval import Candidates, Retriever
from search27.types import Passage, Span

PASSAGES = 8
"""Passages whose sentences are weighed."""

FEATURES = (
    "standing",  # fused score of the passage, less that of the best passage
    "rank",  # 1 / rank of the passage
    "window",  # best window that holds the sentence, in standard deviations
    "window_gap",  # the same, less the best window of all
    "coverage",  # share of the question's words in the sentence, weighed by rarity
    "context",  # the same for title, heading and the sentences around it
    "rarest",  # 1 where the question's rarest known word stands in the sentence
    "kind",  # 1 where the sentence holds the kind of thing asked for, and such a kind is asked for
    "length",  # logarithm of its length in characters
    "opening",  # 1 for the first sentence of its passage
    "asking",  # 1 where it is itself a question
    "dangling",  # 1 where it begins with a pronoun or connective
)

_DANGLING = re.compile(
    r"(?:ils?|elles?|ce|c['’]|cela|ça|celui|celle|ceux|celles|y|en|cette|cet|ces|leurs?|son|sa|ses|mais|or|donc|"
    r"ainsi|puis|enfin|it|they|this|these|that|but)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of a candidate passage; `span` counts in the document's text."""

    passage: Passage
    place: int
    span: Span
    text: str


def collect(
    question: str, retriever: Retriever, store: Store, candidates: Candidates
) -> tuple[list[Evidence], NDArray[np.float32]]:
    """Sentences of the best passages and their features: float32, (n, len(FEATURES)), unscaled."""
    top = candidates.positions[:PASSAGES]
    passages = store.passages(top.tolist())
    rarity = retriever.rarity(analyse(question))
    kind = asked_for(question)
    windows = retriever.window_scores(candidates.window_query, top)
    best_window = max((float(scores.max()) for _, scores in windows if len(scores)), default=0.0)
    evidence: list[Evidence] = []
    rows: list[list[float]] = []
    for place, passage in enumerate(passages):
        info = store.infos[int(store.document_of[top[place]])]
        sentences = _sentences(passage)
        tokens = [set(analyse(text)) for _, text in sentences]
        title = set(analyse(f"{info.title} {passage.heading}"))
        standing = float(candidates.score[place] - candidates.score[0])
        for number, (span, text) in enumerate(sentences):
            around = title.union(*tokens[max(0, number - 1) : number + 2])
            window = _window_score(span, *windows[place])
            evidence.append(Evidence(passage, place, span, text))
            rows.append(
                [
                    standing,
                    1 / (place + 1),
                    window,
                    window - best_window,
                    coverage(rarity, tokens[number]),
                    coverage(rarity, around),
                    float(_rarest(rarity) in tokens[number]),
                    float(kind != "other" and holds_kind(text, kind)),
                    math.log(len(text)),
                    float(number == 0),
                    float(text.rstrip(' »”"').endswith("?")),
                    float(_DANGLING.match(text) is not None),
                ]
            )
    return evidence, np.array(rows, np.float32).reshape(len(rows), len(FEATURES))


def coverage(rarity: dict[str, float], tokens: set[str]) -> float:
    """Share of the question's words, weighed by rarity, that stand among the tokens; in [0, 1]."""
    total = sum(rarity.values())
    return sum(weight for token, weight in rarity.items() if token in tokens) / total if total else 0.0


def _rarest(rarity: dict[str, float]) -> str:
    return max(rarity, key=lambda token: rarity[token], default="")


def _sentences(passage: Passage) -> list[tuple[Span, str]]:
    """Sentences of a passage, headings left out where they stand alone on a line."""
    shift = passage.span.start
    found = []
    for span in split_sentences(passage.text):
        text = passage.text[span.start : span.end]
        if text != passage.heading:
            found.append((Span(span.start + shift, span.end + shift), text))
    return found


def _window_score(span: Span, windows: Sequence[Span], scores: NDArray[np.float32]) -> float:
    """Best score among the windows that hold the middle of a span."""
    middle = (span.start + span.end) // 2
    inside = [float(s) for w, s in zip(windows, scores, strict=True) if w.start <= middle < w.end]
    return max(inside, default=float(scores.min()) if len(scores) else 0.0)
