from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search27 import learned
from search27.answer.evidence import FEATURES, Evidence
from search27.answer.extractive import score
from search27.answer.matching import INPUTS, token_inputs
from search27.embedding.bundled import bundled_revision
from search27.learned import Matcher
from search27.types import Passage, Span

PLACES = (0, 0, 0, 1)
LIKENESS = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.3], [0.1, 0.6]], np.float32)


def _evidence(places: tuple[int, ...] = PLACES) -> list[Evidence]:
    passages = {place: Passage(f"d#{place}", "d", "", Span(0, 90)) for place in places}
    return [Evidence(passages[place], place, 0, Span(0, 9), "x", frozenset()) for place in places]


def _column(name: str) -> NDArray[np.float32]:
    return token_inputs(_evidence(), LIKENESS)[:, :, INPUTS.index(name)]


def test_a_sentence_knows_what_its_neighbours_in_the_passage_hold() -> None:
    assert _column("told") == pytest.approx(LIKENESS)
    assert _column("before") == pytest.approx(np.array([[0, 0], [0.9, 0.1], [0.2, 0.8], [0, 0]]))
    assert _column("after") == pytest.approx(np.array([[0.2, 0.8], [0.4, 0.3], [0, 0], [0, 0]]))
    assert _column("passage") == pytest.approx(np.array([[0.9, 0.8], [0.9, 0.8], [0.9, 0.8], [0.1, 0.6]]))


def test_a_token_knows_how_it_is_matched_elsewhere() -> None:
    assert _column("best")[2] == pytest.approx([0.9, 0.8])
    assert _column("mean")[2] == pytest.approx([0.4, 0.45])
    assert _column("spread")[0] == pytest.approx(LIKENESS.std(axis=0))


def _matcher() -> Matcher:
    """Passes on the likeness in the sentence, times two, and the first feature."""
    first = np.zeros((len(INPUTS), 1), np.float32)
    first[INPUTS.index("told")] = 1
    one, none = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    above = np.zeros((1 + len(FEATURES), 1), np.float32)
    above[0] = 1
    direct = np.zeros(len(FEATURES), np.float32)
    direct[0] = 1
    return Matcher(((first, none), (one, none)), (above, none), np.array([2], np.float32), direct)


def _activation(value: float) -> float:
    return float(value / (1 + np.exp(-value)))


def test_a_network_small_enough_to_reckon_by_hand() -> None:
    features = np.zeros((4, len(FEATURES)), np.float32)
    features[3, 0] = 5
    scores = _matcher().score(token_inputs(_evidence(), LIKENESS), features)
    pooled = np.mean([_activation(_activation(value)) for value in (0.9, 0.1)])
    assert scores[0] == pytest.approx(2 * _activation(float(pooled)), rel=1e-5)
    assert scores.argmax() == 3


def test_numbers_far_from_nought_overflow_nothing() -> None:
    with np.errstate(over="raise", invalid="raise"):
        scores = _matcher().score(
            token_inputs(_evidence(), LIKENESS * 1e4 - 5e3), np.zeros((4, len(FEATURES)))
        )
    assert np.isfinite(scores).all()


@given(st.permutations(range(2)), st.permutations(range(2)))
def test_neither_the_order_of_tokens_nor_of_passages_matters(tokens: list[int], passages: list[int]) -> None:
    features = np.arange(4 * len(FEATURES), dtype=np.float32).reshape(4, -1) % 7
    parts = [[0, 1, 2], [3]]
    order = [row for place in passages for row in parts[place]]
    matcher = learned.answer_model(with_tokens=True).matcher
    assert matcher
    plain = matcher.score(token_inputs(_evidence(), LIKENESS), features)
    places = tuple(PLACES[row] for row in order)
    mixed = matcher.score(token_inputs(_evidence(places), LIKENESS[order][:, tokens]), features[order])
    assert mixed == pytest.approx(plain[order], rel=1e-4, abs=1e-4)


def test_without_tokens_the_features_alone_choose() -> None:
    features = np.eye(4, len(FEATURES), dtype=np.float32)
    for with_tokens, likeness in ((False, LIKENESS), (True, LIKENESS[:, :0])):
        model = learned.answer_model(with_tokens)
        assert (score(_evidence(), features, likeness, model) == model.sentence.score(features)).all()


def test_the_shipped_matcher_names_the_shipped_encoder() -> None:
    provenance = json.loads(Path(learned.__file__).with_name("matcher.json").read_text(encoding="utf-8"))
    assert provenance["encoder"] == f"bundled ({bundled_revision('bundled')})"
