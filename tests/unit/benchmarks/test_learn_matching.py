from __future__ import annotations

import numpy as np
import pytest
import torch
from benchmarks import learn_matching
from benchmarks.learn_matching import Network, Weighed, train

from search27.answer.evidence import FEATURES
from search27.answer.matching import INPUTS
from search27.learned import LAYERS, Matcher


def _cases(count: int, sentences: int = 6, tokens: int = 4) -> list[Weighed]:
    """The sentence with the highest likeness to the question's first token is the right one."""
    torch.manual_seed(1)
    cases = []
    for _ in range(count):
        inputs = torch.rand(sentences, tokens, len(INPUTS))
        gold = torch.zeros(sentences, dtype=torch.bool)
        gold[inputs[:, 0, 0].argmax()] = True
        inputs[:, 0, 4] += 2
        cases.append(Weighed("fact", inputs, torch.rand(sentences, len(FEATURES)) * 9, gold))
    return cases


@pytest.fixture(scope="module")
def trained() -> tuple[Network, list[Weighed]]:
    cases = _cases(300)
    network = Network(cases)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learn_matching, "EPOCHS", 15)
        train(network, cases)
    return network, cases


def test_it_learns_which_token_counts(trained: tuple[Network, list[Weighed]]) -> None:
    network, _ = trained
    with torch.no_grad():
        right = [bool(case.gold[network([case])[0].argmax()]) for case in _cases(100)]
    assert np.mean(right) > 0.8


def test_what_is_shipped_scores_as_what_was_trained(trained: tuple[Network, list[Weighed]]) -> None:
    network, cases = trained
    parts = network.parts()
    first, second, sentence = ((parts[f"{name}.weights"], parts[f"{name}.biases"]) for name in LAYERS)
    matcher = Matcher((first, second), sentence, parts["weights"], parts["direct"])
    for case in cases[:5]:
        with torch.no_grad():
            [expected] = network([case])
        found = matcher.score(case.inputs.numpy(), case.features.numpy())
        assert found - found.mean() == pytest.approx((expected - expected.mean()).numpy(), abs=1e-3)
