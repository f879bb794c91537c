"""Learn which sentences answer, from how each token of the question is matched: `learned/matcher.safetensors`.

    python -m benchmarks.learn_matching INDEX [--bench FOLDER]

Learned from the questions of train.jsonl and our own that find their sentence among the candidates
of INDEX, which the bundled encoder has made. Those about a fifth of the documents are kept out: what is printed is
measured on them, and `benchmarks.learn_length` learns from them how long answers are.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch.nn.functional import silu

from benchmarks.learn_answers import collect_cases
from benchmarks.own_questions import QUESTIONS, SENTENCES, is_kept, read_answerable
from benchmarks.training.adapter import sha256
from search27 import Library, learned
from search27.answer.evidence import FEATURES
from search27.answer.matching import INPUTS, token_inputs
from search27.config import load_settings
from search27.evaluation import Question
from search27.learned import LAYERS, MATCHER

WIDTH = 32
EPOCHS = 20
BATCH = 32
LEARNING_RATE = 5e-3
WEIGHT_DECAY = 0.01
POOLED = 5.0
"""Factor of the mean over tokens at the start, which else varies little beside the features."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question's sentences: inputs (n, tokens, inputs), features (n, features), which are gold (n,)."""

    type: str
    inputs: torch.Tensor
    features: torch.Tensor
    gold: torch.Tensor


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path, help="index of the publications, made with the bundled encoder")
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench27"), help="holds train.jsonl")
    given = parser.parse_args()
    library = Library.open(given.index, load_settings())
    files = [given.bench / "train.jsonl", QUESTIONS, SENTENCES]
    questions = read_answerable(files, library)
    kept = list(weigh([question for question in questions if is_kept(question)], library))
    trained = list(weigh([question for question in questions if not is_kept(question)], library))
    print(f"{len(trained)} questions to learn from, {len(kept)} kept", flush=True)
    torch.manual_seed(0)
    network = Network(trained)
    train(network, trained)
    describe(network, kept)
    save(network, library.status().encoder, files, len(trained))


def weigh(questions: Sequence[Question], library: Library) -> Iterator[Weighed]:
    """Those questions whose gold sentence is among the candidates."""
    for number, question in enumerate(questions):
        [case] = collect_cases([question], library)
        if case.gold.any():
            inputs = token_inputs(case.evidence, case.likeness)
            parts = (
                torch.from_numpy(np.ascontiguousarray(part)) for part in (inputs, case.features, case.gold)
            )
            yield Weighed(question.type, *parts)
        if number % 500 == 499:
            print(f"{number + 1} of {len(questions)} questions weighed", flush=True)


class Network(torch.nn.Module):
    """`learned.Matcher` over standardised inputs."""

    def __init__(self, cases: Sequence[Weighed]) -> None:
        super().__init__()
        inputs = torch.cat([case.inputs.reshape(-1, len(INPUTS)) for case in cases])
        features = torch.cat([case.features for case in cases])
        self.input_scale = (inputs.mean(0), inputs.std(0))
        self.feature_scale = (features.mean(0), features.std(0) + 1e-6)
        self.first = torch.nn.Linear(len(INPUTS), WIDTH)
        self.second = torch.nn.Linear(WIDTH, WIDTH)
        self.sentence = torch.nn.Linear(WIDTH + len(FEATURES), WIDTH)
        self.weights = torch.nn.Linear(WIDTH, 1, bias=False)
        self.direct = torch.nn.Linear(len(FEATURES), 1, bias=False)
        torch.nn.init.zeros_(self.weights.weight)
        torch.nn.init.zeros_(self.direct.weight)

    def forward(self, cases: Sequence[Weighed]) -> list[torch.Tensor]:
        """Scores of the sentences of each case, (n,)."""
        inputs = torch.cat([case.inputs.reshape(-1, len(INPUTS)) for case in cases])
        told = silu(self.second(silu(self.first(_standard(inputs, self.input_scale)))))
        sizes = [case.inputs.shape[:2] for case in cases]
        parts = told.split([sentences * tokens for sentences, tokens in sizes])
        pooled = [part.reshape(*size, WIDTH).mean(1) for part, size in zip(parts, sizes, strict=True)]
        features = _standard(torch.cat([case.features for case in cases]), self.feature_scale)
        above = silu(self.sentence(torch.cat([POOLED * torch.cat(pooled), features], dim=1)))
        scores = (self.weights(above) + self.direct(features))[:, 0]
        return list(scores.split([sentences for sentences, _ in sizes]))

    @torch.no_grad()
    def parts(self) -> dict[str, NDArray[np.float32]]:
        """Weights as `learned.Matcher` takes them: over raw inputs and features; scores differ by a constant."""
        mean, scale = self.input_scale
        first = self.first.weight / scale
        shift, spread = self.feature_scale
        above, pooled = self.sentence.weight[:, WIDTH:] / spread, POOLED * self.sentence.weight[:, :WIDTH]
        layers = (
            (first, self.first.bias - first @ mean),
            (self.second.weight, self.second.bias),
            (torch.cat([pooled, above], dim=1), self.sentence.bias - above @ shift),
        )
        found = {"weights": self.weights.weight[0], "direct": (self.direct.weight / spread)[0]}
        for name, (weights, biases) in zip(LAYERS, layers, strict=True):
            found |= {f"{name}.weights": weights.T, f"{name}.biases": biases}
        return {name: np.ascontiguousarray(values.numpy(), np.float32) for name, values in found.items()}


def _standard(values: torch.Tensor, scale: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    mean, spread = scale
    return (values - mean) / spread


def train(network: Network, cases: Sequence[Weighed]) -> None:
    """Train so that the gold sentences take most of their question's likelihood (a softmax over sentences)."""
    steps = EPOCHS * -(-len(cases) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    chance = random.Random(0)
    for epoch in range(EPOCHS):
        order = chance.sample(cases, len(cases))
        losses = []
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            pairs = zip(network(batch), batch, strict=True)
            loss = torch.stack([_loss(scores, case) for scores, case in pairs]).mean()
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}", flush=True)


def _loss(scores: torch.Tensor, case: Weighed) -> torch.Tensor:
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[case.gold], 0)


@torch.no_grad()
def describe(network: Network, kept: Sequence[Weighed]) -> None:
    """Print how often the best sentence is a gold one, of all kept questions and of each type."""
    first = [bool(case.gold[network([case])[0].argmax()]) for case in kept]
    for name in ("all", *sorted({case.type for case in kept})):
        chosen = [right for right, case in zip(first, kept, strict=True) if name in ("all", case.type)]
        print(f"{name}: {len(chosen)} questions kept, best sentence is gold {np.mean(chosen):.3f}")


def save(network: Network, encoder: str, files: Sequence[Path], questions: int) -> None:
    """Write the weights, and beside them where they come from."""
    path = Path(learned.__file__).with_name(MATCHER)
    save_file(network.parts(), str(path))
    provenance = {
        "sha256": sha256(path),
        "encoder": encoder,
        "data": {file.name: sha256(file) for file in files},
        "questions": questions,
        "epochs": EPOCHS,
        "batch": BATCH,
        "learning_rate": LEARNING_RATE,
        "command": "python -m benchmarks.learn_matching INDEX",
    }
    path.with_suffix(".json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
