"""Numbers learned outside the product, each file with the encoder it belongs to, its data and its command.

They hold for one encoder only: with another one, callers get None or defaults.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

WITH_TOKENS, WITHOUT_TOKENS = "with tokens", "without tokens"
"""The two models in `answers.json`."""
MATCHER = "matcher.safetensors"
LAYERS = ("first", "second", "sentence")
"""Names of the matcher's layers in its file."""


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Factors of the standardised scores of one passage; the passage vector's own factor is 1.

    `tokens` is the factor of a cosine, which varies far less than a standardised score.
    """

    window: float = 0.6
    lexical: float = 0.4
    lexical_english: float = 0.0
    document: float = 0.0
    dated: float = 0.5
    tokens: float = 40.0


def _read(name: str) -> Any:
    return json.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))


def version(encoder: str, revision: str) -> str:
    """Changes with the numbers that are baked into an index made by this encoder."""
    mean = query_mean(encoder, revision)
    return "" if mean is None else hashlib.sha256(mean.tobytes()).hexdigest()[:12]


def query_mean(encoder: str, revision: str) -> NDArray[np.float32] | None:
    """Mean question vector, float32, (dim,); None where it was not learned for this encoder."""
    data = _read("query_mean.json")
    values = data["means"].get(f"{encoder}@{revision}")
    return None if values is None else np.array(values, np.float32)


def fusion_weights(encoder: str, revision: str) -> FusionWeights:
    """Fusion weights for this encoder, by default plain ones."""
    data = _read("fusion.json")
    return FusionWeights(**data["weights"].get(f"{encoder}@{revision}", {}))


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights and intercept of a logistic model over raw features, in the order of its users' `FEATURES`."""

    weights: NDArray[np.float32]
    intercept: float

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log-odds, float32, (n,), of features (n, len(weights))."""
        result: NDArray[np.float32] = features @ self.weights + np.float32(self.intercept)
        return result

    def probability(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """The same as probabilities in [0, 1]."""
        return np.asarray((1 + np.tanh(self.score(features) / 2)) / 2, np.float32)


Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weights, float32, (in, out), and biases, float32, (out,)."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """A network that weighs sentences by how each token of the question is matched in and around them.

    Attributes:
        kinds: Tells a few kinds of tokens apart by their vectors, float32, (dimension, kinds).
        tokens: Layers that look at one token, its kind included; their mean over the tokens goes on.
        sentence: Layer over that mean and what is known of the sentence.
        weights: Of what the last layer gives, float32, (out,).
        direct: Weights of what is known of the sentence itself, float32, (sentence inputs,).
    """

    kinds: NDArray[np.float32]
    tokens: tuple[Layer, ...]
    sentence: Layer
    weights: NDArray[np.float32]
    direct: NDArray[np.float32]

    def score(
        self, tokens: NDArray[np.float32], question: NDArray[np.float32], sentences: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Log-odds of sentences, of which the softmax is their likelihood: float32, (n,).

        Args:
            tokens: Token inputs of `answer.matching`, (n, tokens, inputs).
            question: Vectors of the question's tokens, (tokens, dimension).
            sentences: Sentence inputs of `answer.matching`, (n, inputs).
        """
        kinds = np.broadcast_to(question @ self.kinds, (*tokens.shape[:2], self.kinds.shape[1]))
        values = np.concatenate([tokens, kinds], axis=2)
        for layer in self.tokens:
            values = _through(layer, values)
        told = _through(self.sentence, np.concatenate([values.mean(axis=1), sentences], axis=1))
        return np.asarray(told @ self.weights + sentences @ self.direct, np.float32)


def _through(layer: Layer, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values of a layer with the activation x·sigmoid(x)."""
    weights, biases = layer
    values = inputs @ weights + biases
    return np.asarray(values * (1 + np.tanh(values / 2)) / 2, np.float32)


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """How sentences are chosen and when an answer is withheld.

    Attributes:
        sentence: Weighs one sentence (features of `answer.evidence`), for the confidence.
        confidence: Weighs the question's whole evidence (features of `answer.confidence`).
        matcher: Chooses the sentences; None for encoders that keep no tokens, where `sentence` does.
        worth: Least likelihood, for a hundred characters of its length, of a sentence that is quoted beside the best.
        threshold: Least confidence of an answer.
    """

    sentence: LinearModel
    confidence: LinearModel
    matcher: Matcher | None
    worth: float
    threshold: float


def answer_model(with_tokens: bool) -> AnswerModel:
    """The model of answers: one for encoders that keep token vectors, one for all others."""
    data = _read("answers.json")[WITH_TOKENS if with_tokens else WITHOUT_TOKENS]
    sentence, confidence = (
        LinearModel(np.array(list(data[name]["weights"].values()), np.float32), data[name]["intercept"])
        for name in ("sentence", "confidence")
    )
    matcher = _matcher() if with_tokens else None
    return AnswerModel(sentence, confidence, matcher, data["worth"], data["threshold"])


@cache
def _matcher() -> Matcher:
    from safetensors.numpy import load

    parts = load(resources.files(__name__).joinpath(MATCHER).read_bytes())
    first, second, sentence = ((parts[f"{name}.weights"], parts[f"{name}.biases"]) for name in LAYERS)
    return Matcher(parts["kinds"], (first, second), sentence, parts["weights"], parts["direct"])
