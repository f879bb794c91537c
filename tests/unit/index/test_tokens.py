from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.embedding.tokens import DIMENSION, STEPS, TOKEN, Tokens, TokenSpace, Vectors
from search27.index.tokens import TokenIndex, TokenWriter
from search27.types import Span


def _axis(*numbers: int) -> Vectors:
    return np.eye(DIMENSION, dtype=np.float32)[list(numbers)]


def _records(starts: list[int], axes: list[int]) -> Tokens:
    """Tokens half as long as a unit vector, each along one axis: exact in integer steps."""
    records = np.zeros(len(starts), TOKEN)
    records["start"] = starts
    records["vector"] = (_axis(*axes) * STEPS / 2).astype(np.int8).reshape(-1, DIMENSION)
    return records


def _save(folder: Path, parts: list[Tokens]) -> None:
    with TokenWriter(folder) as writer:
        for part in parts:
            writer.add([part])


@pytest.fixture
def index(tmp_path: Path) -> TokenIndex:
    parts = [_records([-1, 0, 5], [9, 0, 1]), _records([], []), _records([0, 4], [2, 3])]
    _save(tmp_path, parts)
    return TokenIndex.load(tmp_path)


def test_a_passage_scores_the_mean_of_its_likest_tokens(index: TokenIndex) -> None:
    assert len(index) == 3
    assert index.is_kept
    scores = index.scores(_axis(0, 2), np.array([2, 1, 0]))
    assert scores.tolist() == [0.25, 0, 0.25]
    assert index.scores(_axis(0, 1), np.array([0])).tolist() == [0.5]


def test_a_stretch_holds_the_tokens_that_start_in_it(index: TokenIndex) -> None:
    spans = [Span(0, 5), Span(5, 9), Span(0, 9), Span(20, 30)]
    found = [part.tolist() for part in index.span_likeness(_axis(0, 1), 0, spans)]
    assert found == [[[0.5], [0]], [[0], [0.5]], [[0.5, 0], [0, 0.5]], [[], []]]
    [found_before] = index.span_likeness(_axis(9), 0, [Span(0, 9)])
    assert found_before.tolist() == [[0, 0]], "what stands before the text is not in it"


def test_a_sentence_holds_its_first_token_which_starts_at_the_blank_before(index: TokenIndex) -> None:
    found = index.span_likeness(_axis(3), 2, [Span(0, 4), Span(5, 9)])
    assert [part.tolist() for part in found] == [[[0]], [[0.5]]]


def test_a_question_without_tokens_scores_nothing(index: TokenIndex) -> None:
    none = np.zeros((0, DIMENSION), np.float32)
    assert index.scores(none, np.array([0, 1])).tolist() == [0, 0]
    [found] = index.span_likeness(none, 0, [Span(0, 5)])
    assert found.shape == (0, 1)


def test_parts_come_back_as_they_were_saved(index: TokenIndex, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    _save(tmp_path / "again", index.of(0, 3))
    again = TokenIndex.load(tmp_path / "again")
    for one, other in zip(index.of(0, 3), again.of(0, 3), strict=True):
        assert one.tobytes() == other.tobytes()


def test_an_encoder_without_tokens_makes_an_empty_index(tmp_path: Path) -> None:
    _save(tmp_path, [_records([], [])] * 2)
    index = TokenIndex.load(tmp_path)
    assert len(index) == 2
    assert not index.is_kept
    assert index.scores(_axis(0), np.array([0, 1])).tolist() == [0, 0]


@given(st.integers(0, 2**32 - 1))
def test_integer_steps_keep_cosines_within_two_hundredths(seed: int) -> None:
    chance = np.random.default_rng(seed)
    axes = np.linalg.qr(chance.normal(size=(384, DIMENSION)))[0].astype(np.float32)
    zero = np.zeros(384, np.float32)
    space = TokenSpace(zero, zero, axes)
    texts = chance.normal(size=(20, 384)).astype(np.float32)
    query = space.query(chance.normal(size=(5, 384)).astype(np.float32))
    kept = space.passage(texts, np.arange(20))["vector"].astype(np.float32) / STEPS
    assert np.abs(query @ kept.T - query @ space.query(texts).T).max() < 0.02
