from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search27 import learned
from search27.answer.evidence import FEATURES, Evidence, Pool
from search27.answer.extractive import score
from search27.answer.matching import OVERLAP, RANKED_BY, SENTENCE_INPUTS, TOKEN_INPUTS, Inputs, inputs_of
from search27.embedding.bundled import bundled_revision
from search27.embedding.tokens import DIMENSION
from search27.learned import Matcher
from search27.retrieval import Candidates
from search27.types import Passage, Span

PLACES = (0, 0, 0, 1)
LIKENESS = [
    np.array(part, np.float32)
    for part in ([[0.9, 0.4], [0.1, 0.1]], [[0.2], [0.8]], [[0.4, 0.1], [0.3, 0.3]], [[0.1], [0.6]])
]
TOLD = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.3], [0.1, 0.6]])
QUESTION = np.eye(2, DIMENSION, dtype=np.float32)
NO_FEATURES = np.zeros((4, len(FEATURES)), np.float32)


def _evidence(places: tuple[int, ...] = PLACES) -> list[Evidence]:
    passages = {place: Passage(f"d#{place}", "d", "", Span(0, 90)) for place in places}
    return [Evidence(passages[place], place, 0, Span(0, 9), "x", frozenset()) for place in places]


def _candidates(question: NDArray[np.float32] = QUESTION) -> Candidates:
    """The second of three passages is ranked by nothing but 5 by `lexical`."""
    passages = np.zeros(3, np.float32)
    features = {name: passages for name in RANKED_BY} | {"lexical": np.array([0, 5, 0], np.float32)}
    places = np.arange(3)
    return Candidates(places, passages, features, passages, places, np.zeros(1, np.float32), question)


def _inputs(features: NDArray[np.float32] = NO_FEATURES) -> Inputs:
    return inputs_of(Pool(_candidates(), _evidence(), features, LIKENESS))


def _of_tokens(name: str) -> NDArray[np.float32]:
    return _inputs().tokens[:, :, TOKEN_INPUTS.index(name)]


def _of_sentences(name: str) -> NDArray[np.float32]:
    return _inputs().sentences[:, SENTENCE_INPUTS.index(name)]


def test_a_sentence_knows_what_its_neighbours_in_the_passage_hold() -> None:
    assert _of_tokens("told") == pytest.approx(TOLD)
    assert _of_tokens("before") == pytest.approx(np.array([[0, 0], [0.9, 0.1], [0.2, 0.8], [0, 0]]))
    assert _of_tokens("after") == pytest.approx(np.array([[0.2, 0.8], [0.4, 0.3], [0, 0], [0, 0]]))
    assert _of_tokens("passage") == pytest.approx(np.array([[0.9, 0.8], [0.9, 0.8], [0.9, 0.8], [0.1, 0.6]]))


def test_a_token_knows_how_it_is_matched_elsewhere() -> None:
    assert _of_tokens("best")[2] == pytest.approx([0.9, 0.8])
    assert _of_tokens("mean")[2] == pytest.approx([0.4, 0.45])
    assert _of_tokens("spread")[0] == pytest.approx(TOLD.std(axis=0))


def test_a_token_knows_how_often_it_is_matched() -> None:
    assert np.expm1(_of_tokens("alike")) == pytest.approx(np.array([[2, 0], [0, 1], [1, 0], [0, 1]]))
    assert np.expm1(_of_tokens("same")) == pytest.approx(np.array([[1, 0], [0, 1], [0, 0], [0, 1]]))


def test_a_sentence_knows_what_it_says_beyond_the_question() -> None:
    assert _of_sentences("asked") == pytest.approx([0.65, 0.8, 0.35, 0.6])
    assert _of_sentences("new") == pytest.approx([0, 0, 0.5, 0])
    assert _of_sentences("repeated") == pytest.approx([0.5, 1, 0, 1])


def test_a_sentence_knows_what_its_passage_was_ranked_by() -> None:
    assert _of_sentences("passage lexical").tolist() == [0, 0, 0, 5]
    assert _of_sentences("passage dense").tolist() == [0, 0, 0, 0]


def test_a_sentence_without_tokens_is_matched_by_nothing() -> None:
    likeness = [LIKENESS[0], np.zeros((2, 0), np.float32), *LIKENESS[2:]]
    inputs = inputs_of(Pool(_candidates(), _evidence(), NO_FEATURES, likeness))
    assert inputs.tokens[1, :, TOKEN_INPUTS.index("told")].tolist() == [0, 0]
    assert inputs.sentences[1, len(FEATURES) : len(FEATURES) + len(OVERLAP)].tolist() == [0, 0, 0]
    assert np.isfinite(inputs.tokens).all()


def _matcher(of_kind: float = 0) -> Matcher:
    """Passes on the likeness in the sentence and the token's kind, times two, and the first feature.

    A token is of the kind as far as its vector points along the first axis.
    """
    kinds = np.eye(DIMENSION, 1, dtype=np.float32)
    first = np.zeros((len(TOKEN_INPUTS) + 1, 1), np.float32)
    first[TOKEN_INPUTS.index("told")], first[-1] = 1, of_kind
    one, none = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    above = np.zeros((1 + len(SENTENCE_INPUTS), 1), np.float32)
    above[0] = 1
    direct = np.zeros(len(SENTENCE_INPUTS), np.float32)
    direct[0] = 1
    return Matcher(kinds, ((first, none), (one, none)), (above, none), np.array([2], np.float32), direct)


def _scores(matcher: Matcher, inputs: Inputs) -> NDArray[np.float32]:
    return matcher.score(inputs.tokens, inputs.question, inputs.sentences)


def _activation(value: float) -> float:
    return float(value / (1 + np.exp(-value)))


@pytest.mark.parametrize("of_kind", [0, 3])
def test_a_network_small_enough_to_reckon_by_hand(of_kind: float) -> None:
    features = NO_FEATURES.copy()
    features[3, 0] = 5
    scores = _scores(_matcher(of_kind), _inputs(features))
    pooled = np.mean([_activation(_activation(value)) for value in (0.9 + of_kind, 0.1)])
    assert scores[0] == pytest.approx(2 * _activation(float(pooled)), rel=1e-5)
    assert scores.argmax() == 3


def test_numbers_far_from_nought_overflow_nothing() -> None:
    inputs = _inputs()
    with np.errstate(over="raise", invalid="raise"):
        scores = _matcher().score(inputs.tokens * 1e4 - 5e3, inputs.question, inputs.sentences)
    assert np.isfinite(scores).all()


@given(st.permutations(range(2)), st.permutations(range(2)))
def test_neither_the_order_of_tokens_nor_of_passages_matters(tokens: list[int], passages: list[int]) -> None:
    features = np.arange(4 * len(FEATURES), dtype=np.float32).reshape(4, -1) % 7
    parts = [[0, 1, 2], [3]]
    order = [row for place in passages for row in parts[place]]
    matcher = learned.answer_model(with_tokens=True).matcher
    assert matcher
    plain = _scores(matcher, _inputs(features))
    places = tuple(PLACES[row] for row in order)
    likeness = [LIKENESS[row][tokens] for row in order]
    pool = Pool(_candidates(QUESTION[tokens]), _evidence(places), features[order], likeness)
    mixed = _scores(matcher, inputs_of(pool))
    assert mixed == pytest.approx(plain[order], rel=1e-4, abs=1e-4)


def test_without_tokens_the_features_alone_choose() -> None:
    features = np.eye(4, len(FEATURES), dtype=np.float32)
    for with_tokens, question in ((False, QUESTION), (True, QUESTION[:0])):
        model = learned.answer_model(with_tokens)
        found = score(Pool(_candidates(question), _evidence(), features, LIKENESS), model)
        assert (found == model.sentence.score(features)).all()


def test_the_shipped_matcher_names_the_shipped_encoder() -> None:
    provenance = json.loads(Path(learned.__file__).with_name("matcher.json").read_text(encoding="utf-8"))
    assert provenance["encoder"] == f"bundled ({bundled_revision('bundled')})"
