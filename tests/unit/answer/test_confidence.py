from __future__ import annotations

import numpy as np
import pytest

from search27 import Library
from search27.answer.confidence import FEATURES, PASSAGES, confidence_features
from search27.answer.evidence import FEATURES as SENTENCE_FEATURES
from search27.answer.evidence import Evidence, Pool
from search27.learned import LinearModel
from search27.types import Passage, Span

QUESTION = "Combien de collectivités adhérentes la forêt compte-t-elle ?"


def _features(library: Library, question: str, scores: list[float]) -> dict[str, float]:
    return _features_of(library, question, scores, [0] * len(scores))


def _features_of(library: Library, question: str, scores: list[float], places: list[int]) -> dict[str, float]:
    candidates = library._retriever.retrieve(question)
    passage = Passage("d#0", "d", "", Span(0, 9))
    evidence = [Evidence(passage, place, 0, Span(0, 9), "x", frozenset()) for place in places]
    pool = Pool(candidates, evidence, np.zeros((len(places), len(SENTENCE_FEATURES)), np.float32), [])
    values = confidence_features(question, pool, np.array(scores, np.float32))
    return dict(zip(FEATURES, values.tolist(), strict=True))


def test_features_of_the_sentences(starter_library: Library) -> None:
    found = _features(starter_library, QUESTION, [1.0, 3.0, 2.0])
    assert found["choice"] == 3.0
    assert found["lead"] == 1.0
    assert found["share"] == pytest.approx(1 / (1 + np.exp(-1) + np.exp(-2)))
    assert found["number"] == 1.0
    assert found["date"] == found["person"] == found["other"] == 0.0


def test_sentences_of_later_passages_make_no_confidence(starter_library: Library) -> None:
    found = _features_of(starter_library, QUESTION, [1.0, 3.0, 9.0], [0, PASSAGES - 1, PASSAGES])
    assert found == _features(starter_library, QUESTION, [1.0, 3.0])


def test_a_single_sentence_has_all_the_likelihood_and_no_lead(starter_library: Library) -> None:
    found = _features(starter_library, QUESTION, [-2.0])
    assert (found["share"], found["lead"]) == (1.0, 0.0)


def test_a_confidence_however_far_from_nought_overflows_nothing() -> None:
    model = LinearModel(np.ones(1, np.float32), 0.0)
    with np.errstate(over="raise", invalid="raise"):
        found = model.probability(np.array([[-9e3], [0], [np.log(3)], [9e3]], np.float32))
    assert found.tolist() == pytest.approx([0, 0.5, 0.75, 1])
