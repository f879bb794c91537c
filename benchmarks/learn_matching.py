"""Learn which sentences answer, from how each token of the question is matched: `learned/matcher.safetensors`.

    python -m benchmarks.learn_matching INDEX [--bench FOLDER]

Learned from the questions of train.jsonl and our own that find their sentence among the candidates of INDEX, which
the bundled encoder has made. It learns twice: without the questions about a fifth of the documents, on which what is
printed is measured and the length of answers is learned (`worth` of `learned/answers.json`); then with all of them,
which is what ships.
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

from benchmarks import learn_length
from benchmarks.learn_answers import Case, collect_cases
from benchmarks.own_questions import QUESTIONS, SENTENCES, is_kept, read_answerable
from benchmarks.training.adapter import sha256
from search27 import Library, learned
from search27.answer.matching import SENTENCE_INPUTS, TOKEN_INPUTS, inputs_of
from search27.config import load_settings
from search27.embedding.tokens import DIMENSION
from search27.evaluation import Question
from search27.learned import LAYERS, MATCHER, WITH_TOKENS

KINDS = 4
WIDTH = 32
EPOCHS = 8
BATCH = 32
LEARNING_RATE = 5e-3
WEIGHT_DECAY = 0.1
POOLED = 5.0
"""Factor of the mean over tokens at the start, which else varies little beside what is known of the sentence."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question's sentences: `answer.matching.Inputs`, and which are gold, (n,)."""

    type: str
    tokens: torch.Tensor
    question: torch.Tensor
    sentences: torch.Tensor
    gold: torch.Tensor


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("index", type=Path, help="index of the publications, made with the bundled encoder")
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench27"), help="holds train.jsonl")
    given = parser.parse_args()
    library = Library.open(given.index, load_settings())
    files = [given.bench / "train.jsonl", QUESTIONS]
    seen = read_answerable(files, library)
    unseen = read_answerable([SENTENCES], library)
    trained = list(weigh([question for question in seen + unseen if not is_kept(question)], library))
    kept = list(weigh([question for question in seen if is_kept(question)], library))
    lengths = collect_cases([question for question in unseen if is_kept(question)], library)
    kept += [weighed(case) for case in lengths if case.gold.any()]
    print(f"{len(trained)} questions to learn from, {len(kept)} kept", flush=True)
    network = learn(trained)
    describe(network, kept)
    learn_length.learn(WITH_TOKENS, score(network, lengths), "bundled", "benchmarks.learn_matching")
    everything = trained + kept
    save(learn(everything), library.status().encoder, [*files, SENTENCES], len(everything))


def weigh(questions: Sequence[Question], library: Library) -> Iterator[Weighed]:
    """Those questions whose gold sentence is among the candidates."""
    for number, question in enumerate(questions):
        [case] = collect_cases([question], library)
        if case.gold.any():
            yield weighed(case)
        if number % 500 == 499:
            print(f"{number + 1} of {len(questions)} questions weighed", flush=True)


def weighed(case: Case) -> Weighed:
    inputs = inputs_of(case.pool)
    parts = (inputs.tokens, inputs.question, inputs.sentences, case.gold)
    return Weighed(case.question.type, *(torch.from_numpy(np.ascontiguousarray(part)) for part in parts))


class Network(torch.nn.Module):
    """`learned.Matcher` over standardised inputs."""

    def __init__(self, cases: Sequence[Weighed]) -> None:
        super().__init__()
        tokens = torch.cat([case.tokens.reshape(-1, len(TOKEN_INPUTS)) for case in cases])
        sentences = torch.cat([case.sentences for case in cases])
        self.token_scale = (tokens.mean(0), tokens.std(0) + 1e-6)
        self.sentence_scale = (sentences.mean(0), sentences.std(0) + 1e-6)
        self.kinds = torch.nn.Linear(DIMENSION, KINDS, bias=False)
        self.of_kind = torch.nn.Linear(KINDS, WIDTH, bias=False)
        self.first = torch.nn.Linear(len(TOKEN_INPUTS), WIDTH)
        self.second = torch.nn.Linear(WIDTH, WIDTH)
        self.sentence = torch.nn.Linear(WIDTH + len(SENTENCE_INPUTS), WIDTH)
        self.weights = torch.nn.Linear(WIDTH, 1, bias=False)
        self.direct = torch.nn.Linear(len(SENTENCE_INPUTS), 1, bias=False)
        for layer in (self.of_kind, self.weights, self.direct):
            torch.nn.init.zeros_(layer.weight)

    def forward(self, cases: Sequence[Weighed]) -> list[torch.Tensor]:
        """Scores of the sentences of each case, (n,)."""
        pooled = torch.cat([self._pooled(case) for case in cases])
        sentences = _standard(torch.cat([case.sentences for case in cases]), self.sentence_scale)
        above = silu(self.sentence(torch.cat([POOLED * pooled, sentences], dim=1)))
        scores = (self.weights(above) + self.direct(sentences))[:, 0]
        return list(scores.split([len(case.sentences) for case in cases]))

    def _pooled(self, case: Weighed) -> torch.Tensor:
        kinds = self.of_kind(self.kinds(case.question))
        first = silu(self.first(_standard(case.tokens, self.token_scale)) + kinds)
        return torch.as_tensor(silu(self.second(first)).mean(1))

    @torch.no_grad()
    def parts(self) -> dict[str, NDArray[np.float32]]:
        """Weights as `learned.Matcher` takes them: over raw inputs; scores differ by a constant."""
        mean, scale = self.token_scale
        first = self.first.weight / scale
        shift, spread = self.sentence_scale
        above, pooled = self.sentence.weight[:, WIDTH:] / spread, POOLED * self.sentence.weight[:, :WIDTH]
        layers = (
            (torch.cat([first, self.of_kind.weight], dim=1), self.first.bias - first @ mean),
            (self.second.weight, self.second.bias),
            (torch.cat([pooled, above], dim=1), self.sentence.bias - above @ shift),
        )
        found = {
            "kinds": self.kinds.weight.T,
            "weights": self.weights.weight[0],
            "direct": (self.direct.weight / spread)[0],
        }
        for name, (weights, biases) in zip(LAYERS, layers, strict=True):
            found |= {f"{name}.weights": weights.T, f"{name}.biases": biases}
        return {name: np.ascontiguousarray(values.numpy(), np.float32) for name, values in found.items()}


def _standard(values: torch.Tensor, scale: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    mean, spread = scale
    return (values - mean) / spread


def learn(cases: Sequence[Weighed]) -> Network:
    """A network under which the gold sentences take most of their question's likelihood (a softmax over sentences)."""
    torch.manual_seed(0)
    network = Network(cases)
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
    return network


def _loss(scores: torch.Tensor, case: Weighed) -> torch.Tensor:
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[case.gold], 0)


@torch.no_grad()
def describe(network: Network, kept: Sequence[Weighed]) -> None:
    """Print how often the best sentence is a gold one, of all kept questions and of each type."""
    first = [bool(case.gold[network([case])[0].argmax()]) for case in kept]
    for name in ("all", *sorted({case.type for case in kept})):
        chosen = [right for right, case in zip(first, kept, strict=True) if name in ("all", case.type)]
        print(f"{name}: {len(chosen)} questions kept, best sentence is gold {np.mean(chosen):.3f}")


@torch.no_grad()
def score(network: Network, cases: Sequence[Case]) -> list[learn_length.Scored]:
    """Cases with the scores of their sentences."""
    return [(case, network([weighed(case)])[0].numpy()) for case in cases]


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
