"""Publications grouped by what they speak of, and the words that tell the groups apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from search27.explore.programmes import CACHED_TEXTS
from search27.french.analysis import stem, unit_tokens, units
from search27.french.words import CACHED_WORDS, fold
from search27.index.dense import Vectors
from search27.types import Document

MAX_TOPICS = 12
ROUNDS = 100
TERMS = 3
MIN_SHARE = 0.3
"""Share of a topic's texts that must use a term before it may name the topic."""
MIN_RATIO = 1.8
"""How much more often than elsewhere."""
MAX_TITLES = 4
ROOT = 4
"""Words that share so many first letters count as one: communs, commun."""

_WORD = re.compile(r"\w{4,}")
_PLAIN = re.compile(r"[a-zß-öø-ÿœ’-]+")
_EMPTY = frozenset(stem(word) for word in ["grand", "petit", "nouveau", "nouvelle", "bon"])
"""Stems of adjectives that tell nothing of a topic."""
_JOINTS = frozenset({" ", "\u00a0", " de ", " des ", " du ", " d’", " d'", " en "})


def topic_count(documents: int) -> int:
    """How many topics: the square root of half the publications, at most `MAX_TOPICS`."""
    return min(max(round(math.sqrt(documents / 2)), 1), MAX_TOPICS, max(documents, 1))


def grouped(vectors: Vectors, count: int) -> tuple[NDArray[np.int64], Vectors]:
    """Spherical k-means from seeds chosen greedily, without chance: the same vectors give the same groups.

    Args:
        vectors: float32, (n, dim), unit rows, n ≥ 1.
        count: How many groups, at most n.

    Returns:
        Group of each row, int64, (n,), and unit centres, float32, (count, dim).

    Source: S. Lloyd, Least squares quantization in PCM, 1982; seeds after D. Arthur and S. Vassilvitskii,
    k-means++, 2007, taking the best candidate instead of a random one.
    """
    centres = vectors[_seeds(vectors, count)]
    groups = np.zeros(len(vectors), np.int64)
    for _ in range(ROUNDS):
        groups = np.argmax(vectors @ centres.T, axis=1)
        moved = np.stack(
            [
                _unit(vectors[groups == n].sum(axis=0)) if (groups == n).any() else centres[n]
                for n in range(count)
            ]
        )
        if np.allclose(moved, centres, atol=1e-6):
            break
        centres = moved
    return groups, centres


def _seeds(vectors: Vectors, count: int) -> list[int]:
    """Rows that leave the others as near to a seed as possible, one after another."""
    distances = 1 - vectors @ vectors.T
    seeds = [int(np.argmin(distances.sum(axis=1)))]
    nearest = distances[seeds[0]]
    while len(seeds) < count:
        left = np.minimum(nearest, distances).sum(axis=1)
        left[seeds] = np.inf
        seeds.append(int(np.argmin(left)))
        nearest = np.minimum(nearest, distances[seeds[-1]])
    return seeds


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)


def terms_of(documents: Sequence[Document], groups: NDArray[np.int64], count: int) -> list[tuple[str, ...]]:
    """For each group the words that its texts use and the others do not, best first, as the texts write them.

    A word's score is the share of the group's texts that use it, times the log of how much more often they do
    than the others, raised by each title that holds it.
    """
    used = [words_and_pairs(document.text) for document in documents]
    titled = [words_and_pairs(document.info.title.lower()) for document in documents]
    everywhere = Counter(chain.from_iterable(used))
    named = []
    for group in range(count):
        rows = np.flatnonzero(groups == group)
        uses = Counter(chain.from_iterable(used[row] for row in rows))
        titles = Counter(chain.from_iterable(titled[row] for row in rows))
        others = len(documents) - len(rows)
        scores = {}
        for term, number in uses.items():
            ratio = (number + 0.5) / (len(rows) + 1) / ((everywhere[term] - number + 0.5) / (others + 1))
            if number >= MIN_SHARE * len(rows) and ratio >= MIN_RATIO:
                title_bonus = 1 + min(titles[term], MAX_TITLES) / 2
                scores[term] = number / len(rows) * math.log(ratio) * title_bonus
        named.append(_best(scores))
    return named


def _best(scores: dict[str, float]) -> tuple[str, ...]:
    """The best terms, none of the same root as a better one."""
    chosen: list[str] = []
    roots: set[str] = set()
    for term in sorted(scores, key=lambda item: (-scores[item], item)):
        own = {fold(word)[:ROOT] for word in _WORD.findall(term)}
        if roots.isdisjoint(own):
            chosen.append(term)
            roots |= own
        if len(chosen) == TERMS:
            break
    return tuple(chosen)


@lru_cache(maxsize=CACHED_TEXTS)
def words_and_pairs(text: str) -> frozenset[str]:
    """Words and pairs of words of a text that are no names: in lower case, with French joints between."""
    terms: set[str] = set()
    former_start = former_end = -1
    for unit, place in units(text):
        for word, first, last in _plain_words(unit):
            if not word:
                former_end = -1
                continue
            terms.add(word)
            start = place + first
            if former_end >= 0 and text[former_end:start] in _JOINTS:
                terms.add(text[former_start : place + last].replace("\u00a0", " ").replace("'", "’"))
            former_start, former_end = start, place + last
    return frozenset(terms)


@lru_cache(maxsize=CACHED_WORDS)
def _plain_words(unit: str) -> tuple[tuple[str, int, int], ...]:
    """The words behind a unit's tokens with their offsets, an empty one for each that can be no term."""
    words = [(unit[start:end], token, start, end) for token, start, end in unit_tokens(unit)]
    return tuple(
        (word if len(token) > 2 and token not in _EMPTY and _PLAIN.fullmatch(word) else "", start, end)
        for word, token, start, end in words
    )
