"""Question to passages: candidates from the dense and lexical retrievers, one fused score each, best first."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from search27.embedding.encoder import Encoder, Vectors
from search27.french import language_of
from search27.french.periods import period_of
from search27.index.dense import DenseIndex
from search27.index.lexical import Lexical
from search27.index.store import Store
from search27.index.tokens import TokenIndex
from search27.index.works import Twins
from search27.learned import FusionWeights
from search27.reranker import RERANKED, Reranker
from search27.types import DocumentInfo, Filters, Hit, Passage, Span

Positions = NDArray[np.int64]

DEPTH = 200
"""Candidates taken from each retriever before fusion."""
WINDOWS_PER_PASSAGE = 5
COMPARED = 100
"""Candidates that are compared with the question token by token (ADR 0021)."""
DUPLICATE_SHARE = 0.6
"""Share of common word 4-grams from which two passages count as the same text."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, best first; all arrays have one row a passage.

    Attributes:
        positions: int64, rows of the store.
        score: Fused score, float32, falling; comparable within one question only. A reranker moves passages between
            the first places, the scores of the places stay.
        features: What was fused, float32 each: `dense`, `window` (best window), `lexical` and `document` (mean
            over the document's passages), in standard deviations of that retriever's scores for the question;
            `dated`, 1 where the publication is from the years that the question names; `tokens`, mean cosine of
            the question's tokens and the passage's likest, for candidates beyond `COMPARED` the least of the others.
        cosine: Cosine of question and passage in the space of the index, in [-1, 1].
        best_window: int64, the window that scored best, a row of the store.
        window_query: The question's vector as windows are compared with it, float32, (dim,).
        query_tokens: The question's tokens, float32, (tokens, DIMENSION) of `embedding.tokens`.
    """

    positions: Positions
    score: Vectors
    features: dict[str, Vectors]
    cosine: Vectors
    best_window: Positions
    window_query: Vectors
    query_tokens: Vectors

    def at(self, rows: NDArray[np.bool_]) -> Candidates:
        """Those passages for which `rows`, (n,), is true, in their order."""
        return replace(
            self,
            positions=self.positions[rows],
            score=self.score[rows],
            features={name: values[rows] for name, values in self.features.items()},
            cosine=self.cosine[rows],
            best_window=self.best_window[rows],
        )


class Retriever:
    """Searches one generation."""

    def __init__(
        self,
        store: Store,
        passages: DenseIndex,
        windows: DenseIndex,
        lexical: Lexical,
        tokens: TokenIndex,
        encoder: Encoder,
        weights: FusionWeights,
        reranker: Reranker | None = None,
        twins: Twins | None = None,
    ) -> None:
        self._store = store
        self._passages = passages
        self._windows = windows
        self._lexical = lexical
        self._tokens = tokens
        self._encoder = encoder
        self._weights = weights
        self._reranker = reranker
        self._twins = twins or {}
        self._document_vectors = passages.means(store.document_of)

    def search(self, question: str, k: int, filters: Filters | None = None) -> list[Hit]:
        """Best `k` passages, near-duplicates folded under the best of them."""
        candidates = self.retrieve(question, filters)
        return self.hits(candidates, k, language_of(question))

    def retrieve(self, question: str, filters: Filters | None = None) -> Candidates:
        """All candidates for a question with their scores; none where the filters match nothing."""
        allowed = self._allowed(filters)
        if (allowed is not None and not len(allowed)) or not len(self._passages):
            return _NO_CANDIDATES
        query = self._encoder.encode_query(question.replace("’", "'"))
        vector = query.vector[None, :]
        passage_query = self._passages.projection.queries(vector)[0]
        window_query = self._windows.projection.queries(vector)[0]
        lexical = self._lexical.scores(question)
        positions = self._candidates(passage_query, window_query, lexical, allowed)
        cosine = self._passages.scores(passage_query, positions)
        window, best_window = self._best_windows(window_query, positions)
        features = {
            "dense": cosine / self._passages.spread(passage_query),
            "window": window / self._windows.spread(window_query),
            "lexical": lexical[positions] / max(float(lexical.std()), 1e-6),
        }
        about = self._document_vectors[self._store.document_of[positions]] @ passage_query
        features["document"] = (about / self._passages.spread(passage_query)).astype(np.float32)
        features["dated"] = self._dated(question, positions)
        score = self._fuse(question, features)
        features["tokens"] = self._token_scores(query.tokens, positions, score)
        score += self._weights.tokens * features["tokens"]
        best_first = np.lexsort((positions, -score))
        order = self._rerank(question, positions, best_first)
        ordered = {name: values[order] for name, values in features.items()}
        return Candidates(
            positions[order],
            score[best_first],
            ordered,
            cosine[order],
            best_window[order],
            window_query,
            query.tokens,
        )

    def _token_scores(self, query: Vectors, positions: Positions, score: Vectors) -> Vectors:
        """Token by token scores of the candidates that stand best; the others get the least of them."""
        compared = np.argsort(-score, kind="stable")[:COMPARED]
        found = self._tokens.scores(query, positions[compared])
        scores = np.full(len(positions), found.min(), np.float32)
        scores[compared] = found
        return scores

    def _rerank(self, question: str, positions: Positions, order: Positions) -> Positions:
        """The order with its first places given anew by the reranker; the fused scores stay with the places."""
        if self._reranker is None:
            return order
        head = order[:RERANKED]
        texts = [passage.text for passage in self._store.passages(positions[head].tolist())]
        read = np.argsort(-self._reranker.scores(question, texts), kind="stable")
        return np.concatenate([head[read], order[RERANKED:]])

    def _fuse(self, question: str, features: dict[str, Vectors]) -> Vectors:
        weights = self._weights
        lexical = weights.lexical if language_of(question) == "fr" else weights.lexical_english
        score: Vectors = (
            features["dense"]
            + weights.window * features["window"]
            + lexical * features["lexical"]
            + weights.document * features["document"]
            + weights.dated * features["dated"]
        ).astype(np.float32)
        return score

    def _dated(self, question: str, positions: Positions) -> Vectors:
        """1 for passages of publications from the years that the question names, else 0."""
        period = period_of(question, date.today())
        if period is None:
            return np.zeros(len(positions), np.float32)
        documents, places = np.unique(self._store.document_of[positions], return_inverse=True)
        wanted = Filters(years=period)
        inside = np.array([matches(self._store.infos[number], wanted) for number in documents], np.float32)
        dated: Vectors = inside[places]
        return dated

    def _candidates(
        self, passage_query: Vectors, window_query: Vectors, lexical: Vectors, allowed: Positions | None
    ) -> Positions:
        """Union of what each retriever finds, sorted by position."""
        dense, _ = self._passages.search(passage_query, DEPTH, allowed)
        inside = None if allowed is None else np.flatnonzero(np.isin(self._store.passage_of, allowed))
        windows, _ = self._windows.search(window_query, DEPTH * WINDOWS_PER_PASSAGE, inside)
        pool = np.arange(len(lexical)) if allowed is None else allowed
        pool = pool[lexical[pool] > 0]
        if len(pool) > DEPTH:
            pool = pool[np.argpartition(-lexical[pool], DEPTH)[:DEPTH]]
        found = np.concatenate([dense, self._store.passage_of[windows], pool])
        return np.unique(found).astype(np.int64)

    def _best_windows(self, query: Vectors, positions: Positions) -> tuple[Vectors, Positions]:
        """Score and row of the best window of each passage."""
        starts, ends = self._store.windows_of[positions], self._store.windows_of[positions + 1]
        offsets = np.cumsum(ends - starts) - (ends - starts)
        owner = np.repeat(np.arange(len(positions)), ends - starts)
        rows = np.arange(len(owner)) + (starts - offsets)[owner]
        scores = self._windows.scores(query, rows)
        highest = np.flatnonzero(scores == np.maximum.reduceat(scores, offsets)[owner])
        best = highest[np.unique(owner[highest], return_index=True)[1]]
        return scores[best], rows[best]

    def window_scores(self, query: Vectors, positions: Positions) -> list[tuple[list[Span], Vectors]]:
        """Spans (of the document's text) and standardised scores of every window of each passage.

        Args:
            query: `Candidates.window_query` of the question.
            positions: Passages, rows of the store.
        """
        result = []
        for position in positions:
            rows = np.arange(self._store.windows_of[position], self._store.windows_of[position + 1])
            scores = self._windows.scores(query, rows) / self._windows.spread(query)
            result.append((self._store.window_spans(rows), scores))
        return result

    def token_likeness(self, query: Vectors, position: int, spans: Sequence[Span]) -> list[Vectors]:
        """Likeness of the question's tokens to those of stretches of a passage: float32, (tokens, stretch's tokens).

        Args:
            query: `Candidates.query_tokens` of the question.
            position: Row of the store.
            spans: Counts in the passage's text.
        """
        return self._tokens.span_likeness(query, position, spans)

    def likeness(self, window: int, others: Positions) -> Vectors:
        """How alike windows are to one of them, in standard deviations; about 0 for unrelated ones."""
        return self._windows.likeness(window, others)

    @property
    def keeps_tokens(self) -> bool:
        """Whether the index holds token vectors."""
        return self._tokens.is_kept

    def rarity(self, tokens: Sequence[str]) -> dict[str, float]:
        """Inverse document frequency of each token, ≥ 0; a token that no passage holds gets the highest."""
        return self._lexical.rarity(tokens)

    def _allowed(self, filters: Filters | None) -> Positions | None:
        """Positions of the passages that the filters let through, None where they let all through."""
        if not filters:
            return None
        wanted = np.array([matches(info, filters) for info in self._store.infos], bool)
        return np.flatnonzero(wanted[self._store.document_of])

    def hits(self, candidates: Candidates, k: int, language: str = "") -> list[Hit]:
        """The best `k` candidates as hits, near-duplicates and other manifestations folded.

        Args:
            candidates: From `retrieve`.
            k: How many hits at most.
            language: ISO 639-1 code: of a work in two languages, the passage in this one is shown.
        """
        hits: list[Hit] = []
        kept: list[tuple[int, frozenset[int]]] = []
        step = 2 * k
        for start in range(0, len(candidates.positions), step):
            chosen = candidates.positions[start : start + step]
            scores = candidates.score[start : start + step].tolist()
            passages = self._store.passages(chosen.tolist())
            for position, passage, score in zip(chosen.tolist(), passages, scores, strict=True):
                words, twins = _shingles(passage.text), self._twins.get(position, frozenset())
                twin = next(
                    (n for n, (at, other) in enumerate(kept) if at in twins or _same(words, other)), None
                )
                if twin is not None:
                    hits[twin] = self._fold(hits[twin], passage, language)
                elif len(hits) < k:
                    hits.append(Hit(score, passage, self._store.info(passage)))
                    kept.append((position, words))
            if len(hits) == k:
                break
        return hits

    def is_copy(self, one: int, other: int) -> bool:
        """Whether two passages, by position, are near-duplicates or stand in two manifestations of one work."""
        if other in self._twins.get(one, frozenset()):
            return True
        return _same(*(_shingles(passage.text) for passage in self._store.passages([one, other])))

    def _fold(self, hit: Hit, passage: Passage, language: str) -> Hit:
        info = self._store.info(passage)
        if info == hit.document or info in hit.also_in:
            return hit
        if hit.document.language != language == info.language:
            return Hit(hit.score, passage, info, (*hit.also_in, hit.document))
        return Hit(hit.score, hit.passage, hit.document, (*hit.also_in, info))


def matches(info: DocumentInfo, filters: Filters) -> bool:
    """Whether a publication passes the filters; one without a date fails a filter on years."""
    first, last = filters.years
    if first is not None and (info.date is None or info.date.year < first):
        return False
    if last is not None and (info.date is None or info.date.year > last):
        return False
    if filters.kinds and info.kind not in filters.kinds:
        return False
    if filters.documents and info.id not in filters.documents:
        return False
    return _any_of(filters.authors, info.authors) and _any_of(filters.categories, info.categories)


def _any_of(wanted: Sequence[str], names: Sequence[str]) -> bool:
    return not wanted or not {_folded(name) for name in wanted}.isdisjoint(_folded(name) for name in names)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _shingles(text: str) -> frozenset[int]:
    words = text.casefold().split()
    return frozenset(hash(tuple(words[n : n + 4])) for n in range(max(1, len(words) - 3)))


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) > DUPLICATE_SHARE * min(len(one), len(other))


_NOTHING: Vectors = np.zeros(0, np.float32)
_NO_ROWS: Positions = np.zeros(0, np.int64)
_NO_CANDIDATES = Candidates(_NO_ROWS, _NOTHING, {}, _NOTHING, _NO_ROWS, _NOTHING, _NOTHING)
