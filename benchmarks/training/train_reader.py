"""Train the reader, which reads question and passage together and says which sentence answers: an hour on 2 cores.

    python benchmarks/training/train_reader.py                  # trains on four fifths of the documents

The lower half of multilingual-e5-small reads question and passage each on its own, as published; its upper half, which
is trained, reads them as one sequence. A sentence's score is its likeness to the question and a linear function of the
means of its tokens, against 0 for "no sentence here". Questions about a fifth of the documents are kept out:
`benchmarks.learn_reading` learns from those how far to follow the reader.

Source: S. MacAvaney et al., Efficient Document Re-Ranking for Transformers by Precomputing Term Representations, 2020.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import adapter
import numpy as np
import torch
from model import Encoder, encode
from numpy.typing import NDArray
from ranking import HYBRID, Vectors, lexical_scores, rank
from tokenizers import Tokenizer
from torch.nn import functional
from train_encoder import OWN_QUESTIONS, bucket
from trainer import State, also_right

from data import (
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    Example,
    Text,
    load_tokenizer,
    read_examples,
    read_passages,
)
from search27 import learned
from search27.config import load_settings
from search27.embedding.bundled import HUB_ID, WEIGHTS_SHA256, bundled_folder
from search27.embedding.exported import APART_LAYERS
from search27.evaluation import gives
from search27.french import split_sentences

BASE = "bundled-base"
LEARNED = Path(learned.__file__).parent
SENTENCES = Path(__file__).with_name("sentences.jsonl")
UNANSWERABLE = Path(__file__).with_name("unanswerable.jsonl")
HARD_CANDIDATES = 16
NEGATIVES = 2
"""Passages that stand beside the right one."""
WITHOUT_GOLD = 0.1
"""Share of answerable questions shown without their passage."""
LIKENESS = 20.0
"""Weight of the likeness of question and sentence before training."""
BATCH = 8
GROUP = 12
LEARNING_RATE = 8e-5
WARM_UP = 0.06
SAVE_EVERY = 100
TESTED = 12
"""One in so many of the questions that are kept out is asked at every save."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A passage as the reader sees it: which tokens make each sentence (sentences, tokens)."""

    sentences: tuple[str, ...]
    masks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the passages it may be shown beside; `gold` marks the right sentences of each right one."""

    question: int
    gold: dict[int, NDArray[np.bool_]]
    hard: tuple[int, ...]


class Reader(torch.nn.Module):
    """Scores for the sentences of a passage, read together with a question."""

    def __init__(self, encoder: Encoder, width: int = 384) -> None:
        super().__init__()
        self.encoder = encoder
        self.sentence = torch.nn.Linear(width, 1)
        self.whole = torch.nn.Linear(width, 1, bias=False)
        self.likeness = torch.nn.Parameter(torch.tensor([LIKENESS]))
        torch.nn.init.zeros_(self.sentence.weight)
        torch.nn.init.zeros_(self.whole.weight)

    def forward(
        self, questions: Sequence[State], passages: Sequence[State], masks: Sequence[NDArray[np.bool_]]
    ) -> list[torch.Tensor]:
        """Scores of the sentences of each passage (sentences,)."""
        pairs = [np.concatenate(pair) for pair in zip(questions, passages, strict=True)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            tokens, _ = self.encoder.upper(pairs)
        tokens = tokens.float()
        scores = []
        for row, (question, mask) in enumerate(zip(questions, masks, strict=True)):
            inside = torch.from_numpy(mask.astype(np.float32))
            states = tokens[row, len(question) : len(question) + mask.shape[1]]
            mean = inside @ states / inside.sum(1, keepdim=True)
            asked = tokens[row, : len(question)].mean(0, keepdim=True)
            alike = functional.cosine_similarity(mean, asked)
            scores.append((self.sentence(mean) + self.whole(tokens[row, 0]))[:, 0] + self.likeness * alike)
        return scores

    def pairs(self) -> dict[str, NDArray[Any]]:
        """What training has changed, as it is shipped."""
        pairs: dict[str, NDArray[Any]] = adapter.compress(self.encoder.deltas())
        for name, (value, kind) in self._head().items():
            pairs[name] = value.detach().numpy().reshape(-1).astype(kind)
        return pairs

    @torch.no_grad()
    def set(self, pairs: dict[str, NDArray[Any]]) -> None:
        """Go on from what `pairs` gave."""
        self.encoder.set_deltas(adapter.expand(pairs))
        for name, (value, _) in self._head().items():
            value.copy_(torch.from_numpy(pairs[name].astype(np.float32)).reshape(value.shape))

    def _head(self) -> dict[str, tuple[torch.Tensor, type[np.floating[Any]]]]:
        return {
            "reader.sentence": (self.sentence.weight, np.float16),
            "reader.whole": (self.whole.weight, np.float16),
            "reader.bias": (self.sentence.bias, np.float32),
            "reader.likeness": (self.likeness, np.float32),
        }


def readable(text: Text, tokenizer: Tokenizer) -> Readable:
    """Sentences of a passage and their tokens; those beyond the encoder's longest input are left out."""
    shift = len(text.input) - len(text.text) + len(PASSAGE_PROMPT)
    encoded = tokenizer.encode(PASSAGE_PROMPT + text.input)
    offsets = np.array(encoded.offsets[: len(text.ids)])
    sentences, masks = [], []
    for span in split_sentences(text.text):
        inside = (offsets[:, 1] > span.start + shift) & (offsets[:, 0] < span.end + shift)
        inside &= offsets[:, 1] > offsets[:, 0]
        if inside.any():
            sentences.append(text.text[span.start : span.end])
            masks.append(inside)
    return Readable(tuple(sentences), np.array(masks, bool).reshape(len(masks), len(offsets)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Train the reader.", formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench27"), help="holds train.jsonl")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus27"), help="publications")
    parser.add_argument("--steps", type=int, default=1300)
    parser.add_argument("--start", type=Path, help="reader to go on from")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=LEARNED / "reader.safetensors")
    given = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(given.threads)
    Run(given).run()


class Run:
    """One training run: material, steps, the hold-out's figures, the file."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.folder = bundled_folder(load_settings().cache, BASE)
        self.tokenizer = load_tokenizer(self.folder)
        self.texts = read_passages(given.corpus, self.tokenizer)
        self.encoder = Encoder(self.folder, APART_LAYERS)
        self.reader = Reader(self.encoder)
        if given.start:
            self.reader.set(adapter.load(given.start))
        self.files = [given.bench / "train.jsonl", OWN_QUESTIONS, SENTENCES, UNANSWERABLE]
        self.examples = [*read_examples(self.files[:3], self.texts), *_unanswerable(self.files)]
        self.readable = [readable(text, self.tokenizer) for text in self.texts]
        print(f"{len(self.texts)} passages, {len(self.examples)} questions", flush=True)

    def run(self) -> None:
        """Prepare, train, save and measure."""
        passages = [text.ids for text in self.texts]
        questions = [self.tokenizer.encode(QUERY_PROMPT + example.question).ids for example in self.examples]
        self.states, self.questions = self.encoder.lower(passages), self.encoder.lower(questions)
        print("lower layers done", flush=True)
        hard = self._hard(passages, questions)
        asked = [self._asked(number, hard[number]) for number in range(len(self.examples))]
        held = [held_out(example) for example in self.examples]
        trained = [item for item, out in zip(asked, held, strict=True) if not out]
        self.kept = [example.id for example, out in zip(self.examples, held, strict=True) if out]
        self.tested = [item for item, out in zip(asked, held, strict=True) if out][::TESTED]
        print(f"{len(trained)} to train on, {len(self.tested)} to test on", flush=True)
        self.train(trained)

    def _hard(
        self, passages: Sequence[Sequence[int]], questions: Sequence[Sequence[int]]
    ) -> NDArray[np.int64]:
        """The passages that the shipped encoder ranks first for each question."""
        ranker = Encoder(self.folder)
        ranker.set_deltas(adapter.expand(adapter.load(LEARNED / "encoder.safetensors")))
        told, windows = encode(ranker, ranker.lower(passages), [text.windows for text in self.texts])
        asked, _ = encode(ranker, ranker.lower(questions))
        lexical = lexical_scores(self.texts, self.examples)
        scores = rank(Vectors(told, windows, asked), asked.mean(axis=0), lexical)[HYBRID]
        return np.argsort(-scores, axis=1)[:, :HARD_CANDIDATES]

    def _asked(self, number: int, hard: NDArray[np.int64]) -> Asked:
        example = self.examples[number]
        gold = {}
        for passage in example.gold:
            sentences = self.readable[passage].sentences
            marks = np.array([any(gives(s, quote) for quote in example.quotes) for s in sentences], bool)
            if marks.any():
                gold[passage] = marks
        fair = [int(p) for p in hard if not also_right(int(p), example, self.texts)]
        return Asked(number, gold, tuple(p for p in fair if len(self.readable[p].sentences)))

    def train(self, trained: Sequence[Asked]) -> None:
        """Train on these questions."""
        steps = self.given.steps
        heads = [*self.reader.sentence.parameters(), *self.reader.whole.parameters(), self.reader.likeness]
        body = list(self.encoder.tuned.parameters())
        optimiser = torch.optim.AdamW(
            [{"params": body}, {"params": heads, "lr": 10 * LEARNING_RATE}],
            lr=LEARNING_RATE,
            weight_decay=0.01,
        )
        warm_up = max(1, int(WARM_UP * steps))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, (step + 1) / warm_up) * max(0.02, 1 - step / steps)
        )
        chance = random.Random(0)
        stream = _endless(trained, chance)
        if self.given.start is None:
            self._level(trained[:BATCH])
        started, losses = time.monotonic(), []
        for step in range(1, steps + 1):
            batch = [next(stream) for _ in range(BATCH)]
            loss = self._loss(batch, chance)
            optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            if step % 10 == 0:
                mean = np.mean(losses[-50:])
                print(f"step {step}: loss {mean:.3f}, {time.monotonic() - started:.0f} s", flush=True)
            if step % SAVE_EVERY == 0 or step == steps:
                self.save(step)
                self.measure()

    @torch.no_grad()
    def _level(self, some: Sequence[Asked]) -> None:
        """Begin with scores of which the best of a passage's sentences comes near that of "no sentence here"."""
        scores = self._scores([(item, passage) for item in some for passage in item.hard[:NEGATIVES]])
        self.reader.sentence.bias -= torch.stack([score.max() for score in scores]).mean()

    def _loss(self, batch: Sequence[Asked], chance: random.Random) -> torch.Tensor:
        shown, owners = [], []
        for item in batch:
            passages = chance.sample(item.hard[:8], min(NEGATIVES, len(item.hard[:8])))
            right = [*item.gold]
            if right and chance.random() >= WITHOUT_GOLD:
                passages.append(chance.choice(right))
            shown += [(item, passage) for passage in passages]
            owners.append(len(passages))
        scores = self._scores(shown)
        loss = torch.zeros(())
        start = 0
        for count in owners:
            part = slice(start, start + count)
            start += count
            marks = np.concatenate(
                [
                    item.gold.get(passage, np.zeros(len(self.readable[passage].sentences), bool))
                    for item, passage in shown[part]
                ]
            )
            everything = torch.cat([torch.zeros(1), *scores[part]])
            right_marks = torch.from_numpy(np.concatenate([[not marks.any()], marks]))
            loss = loss + torch.logsumexp(everything, 0) - torch.logsumexp(everything[right_marks], 0)
        return loss / len(batch)

    def _scores(self, shown: Sequence[tuple[Asked, int]]) -> list[torch.Tensor]:
        found: list[torch.Tensor] = [torch.empty(0)] * len(shown)
        order = sorted(range(len(shown)), key=lambda n: len(self.states[shown[n][1]]))
        for start in range(0, len(order), GROUP):
            group = order[start : start + GROUP]
            scores = self.reader(
                [self.questions[shown[n][0].question] for n in group],
                [self.states[shown[n][1]] for n in group],
                [self.readable[shown[n][1]].masks for n in group],
            )
            for number, score in zip(group, scores, strict=True):
                found[number] = score
        return found

    @torch.no_grad()
    def measure(self) -> None:
        """How often the best sentence among the right passage and seven hard ones is a right one."""
        first, silent = [], []
        for item in self.tested:
            passages = [*list(item.gold)[:1], *item.hard[: 7 if item.gold else 8]]
            scores = self._scores([(item, passage) for passage in passages])
            best = int(np.argmax([float(part.max()) for part in scores]))
            if item.gold:
                first.append(best == 0 and bool(item.gold[passages[0]][int(scores[0].argmax())]))
            else:
                silent.append(float(max(part.max() for part in scores)) < 0)
        print(
            f"best sentence right {np.mean(first):.3f} of {len(first)}; silent {np.mean(silent):.3f}",
            flush=True,
        )

    def save(self, step: int) -> None:
        """Write the reader as far as it has come, with where it comes from."""
        provenance = {
            "base": {"name": HUB_ID, "weights_sha256": WEIGHTS_SHA256},
            "start": adapter.sha256(self.given.start)[:12] if self.given.start else None,
            "data": {path.name: adapter.sha256(path) for path in self.files},
            "steps": step,
            "questions": len(self.examples) - len(self.kept),
            "batch": BATCH,
            "learning_rate": LEARNING_RATE,
            "rank": adapter.RANK,
            "date": datetime.now(UTC).date().isoformat(),
            "command": " ".join(["python benchmarks/training/train_reader.py", *sys.argv[1:]]),
            "kept": self.kept,
        }
        adapter.save(self.reader.pairs(), self.given.out, provenance)


def _endless(items: Sequence[Asked], chance: random.Random) -> Iterator[Asked]:
    while True:
        order = list(items)
        chance.shuffle(order)
        yield from order


def held_out(example: Example) -> bool:
    """Whether a question is kept for learning from the reader: those about a fifth of the documents."""
    if example.documents:
        return any(bucket(document) == 0 for document in example.documents)
    return bucket(example.question) < 2


def _unanswerable(files: Sequence[Path]) -> Iterator[Example]:
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if not row["evidence"]:
                yield Example(row["id"], row["type"], row["question"], frozenset(), {}, ())


if __name__ == "__main__":
    main()
