from __future__ import annotations

import numpy as np
import pytest
import torch
from benchmarks import learn_matching
from benchmarks.learn_matching import Network, Weighed, learn

from search27.answer.matching import SENTENCE_INPUTS, TOKEN_INPUTS
from search27.embedding.tokens import DIMENSION
from search27.learned import LAYERS, Matcher


def _cases(count: int, sentences: int = 6, tokens: int = 4) -> list[Weighed]:
    """The right sentence is the one most like the question's last token, which its vector alone tells from others."""
    torch.manual_seed(1)
    cases = []
    for _ in range(count):
        inputs = torch.rand(sentences, tokens, len(TOKEN_INPUTS))
        gold = torch.zeros(sentences, dtype=torch.bool)
        gold[inputs[:, -1, 0].argmax()] = True
        question = torch.zeros(tokens, DIMENSION)
        question[-1, 0] = 1
        cases.append(Weighed("fact", inputs, question, torch.rand(sentences, len(SENTENCE_INPUTS)) * 9, gold))
    return cases


@pytest.fixture(scope="module")
def trained() -> tuple[Network, list[Weighed]]:
    cases = _cases(300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learn_matching, "EPOCHS", 20)
        return learn(cases), cases


def test_it_learns_which_token_counts(trained: tuple[Network, list[Weighed]]) -> None:
    network, _ = trained
    with torch.no_grad():
        right = [bool(case.gold[network([case])[0].argmax()]) for case in _cases(100)]
    assert np.mean(right) > 0.8


def test_what_is_shipped_scores_as_what_was_trained(trained: tuple[Network, list[Weighed]]) -> None:
    network, cases = trained
    parts = network.parts()
    first, second, sentence = ((parts[f"{name}.weights"], parts[f"{name}.biases"]) for name in LAYERS)
    matcher = Matcher(parts["kinds"], (first, second), sentence, parts["weights"], parts["direct"])
    for case in cases[:5]:
        with torch.no_grad():
            [expected] = network([case])
        found = matcher.score(case.tokens.numpy(), case.question.numpy(), case.sentences.numpy())
        assert found - found.mean() == pytest.approx((expected - expected.mean()).numpy(), abs=1e-3)
