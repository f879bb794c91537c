"""Adapt the bundled encoder to French questions about the association's publications: about half an hour on 2 cores.

    python benchmarks/training/train_encoder.py                     # the shipped adapter, all questions
    python benchmarks/training/train_encoder.py --split documents   # hold a fifth of the documents out, measure
    python benchmarks/training/train_encoder.py --split before2017  # train on older texts, test on newer ones,
                                                                    # leave the model as build/encoder-before2017
    python benchmarks/training/train_encoder.py --convert FILE …    # make questions.jsonl, without source text

Source: T. Gao et al., SimCSE, 2021 (in-batch negatives); M. Günther et al., Late Chunking, 2024 (window vectors).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import adapter
import numpy as np
import torch
from model import Array, Encoder, encode, token_space
from numpy.typing import NDArray
from ranking import HYBRID, Vectors, lexical_scores, print_table, rank
from tokenizers import Tokenizer
from trainer import Material, Recipe, train

from data import (
    QUERY_PROMPT,
    Example,
    Text,
    bucket,
    load_tokenizer,
    read_examples,
    read_passages,
    without_text,
)
from search27 import learned
from search27.config import load_settings
from search27.embedding.bundled import HUB_ID, WEIGHTS_SHA256, bundled_folder

BASE = "bundled-base"
HARD_CANDIDATES = 40
"""Hard negatives come from the hybrid ranking down to here, of the encoder that training starts from."""
SAMPLED = 500
"""Passages, and questions, whose tokens set the token space."""
OWN_QUESTIONS = Path(__file__).with_name("questions.jsonl")
SPLIT_YEAR = 2017
SPLITS = ("none", "documents", "before2017", "after2017")


def main() -> None:
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    folder = bundled_folder(load_settings().cache, BASE)
    tokenizer = load_tokenizer(folder)
    texts = read_passages(arguments.corpus, tokenizer)
    print(f"{len(texts)} passages", flush=True)
    if arguments.convert:
        _convert(arguments.convert, texts)
    else:
        _Run(arguments, folder, tokenizer, texts).run()


class _Run:
    """One training run: questions, the frozen layers' states, figures before and after, the adapter."""

    def __init__(
        self, arguments: argparse.Namespace, folder: Path, tokenizer: Tokenizer, texts: list[Text]
    ) -> None:
        self.arguments = arguments
        self.folder = folder
        self.encoder = Encoder(folder)
        if arguments.start:
            self.encoder.set_deltas(adapter.expand(adapter.load(arguments.start)))
        self.tokenizer = tokenizer
        self.texts = texts
        bench = arguments.bench / "train.jsonl"
        self.files = [path for path in (bench, OWN_QUESTIONS) if path.is_file()]
        self.examples = read_examples(self.files, texts)
        self.bench = {example.id for example in read_examples([bench], texts)}
        held = [_held_out(example, arguments.split, texts) for example in self.examples]
        self.chosen = [n for n, out in enumerate(held) if out is False]
        self.tested = [n for n, out in enumerate(held) if out and self.examples[n].id in self.bench]
        self.recipe = Recipe(arguments.steps, learning_rate=arguments.learning_rate, seed=arguments.seed)

    def run(self) -> None:
        print(f"{len(self.chosen)} questions to train on, {len(self.tested)} to test on", flush=True)
        self.states = self.encoder.lower([text.ids for text in self.texts])
        queries = [self.tokenizer.encode(QUERY_PROMPT + example.question).ids for example in self.examples]
        self.question_states = self.encoder.lower(queries)
        self.lexical = lexical_scores(self.texts, self.examples)
        scores = self.measure("encoder before")
        hard = np.argsort(-scores[HYBRID], axis=1)[:, :HARD_CANDIDATES]
        material = Material(self.texts, self.examples, self.states, self.question_states, hard, self.chosen)
        train(self.encoder, self.tokenizer, material, self.recipe, self.save)
        pairs = self.save()
        self.encoder.set_deltas(adapter.expand(pairs))
        if self.tested:
            self.measure("encoder after")
            adapter.write_model(self.folder, pairs, self.arguments.out.with_suffix(""))

    def measure(self, title: str) -> dict[str, Array]:
        """Scores of all questions with the encoder as it is; prints the held-out questions' figures."""
        passages, windows = encode(self.encoder, self.states, [text.windows for text in self.texts])
        vectors, _ = encode(self.encoder, self.question_states)
        mean = vectors[[n for n in self.chosen if self.examples[n].id in self.bench]].mean(axis=0)
        scores: dict[str, Array] = rank(Vectors(passages, windows, vectors), mean, self.lexical)
        if self.tested:
            held = {method: values[self.tested] for method, values in scores.items()}
            print_table(title, held, self.texts, [self.examples[n] for n in self.tested])
        return scores

    def save(self) -> dict[str, NDArray[np.float16]]:
        """Write the adapter as far as it has come, with where it comes from."""
        pairs: dict[str, NDArray[np.float16]] = adapter.compress(self.encoder.deltas())
        step = max(1, len(self.texts) // SAMPLED)
        asked = [self.question_states[n] for n in self.chosen[:SAMPLED]]
        pairs |= token_space(self.encoder, self.states[::step], asked)
        provenance = {
            "base": {"name": HUB_ID, "weights_sha256": WEIGHTS_SHA256},
            "start": adapter.sha256(self.arguments.start)[:12] if self.arguments.start else None,
            "data": {path.name: adapter.sha256(path) for path in self.files},
            "questions": len(self.chosen),
            "split": self.arguments.split,
            "recipe": self.recipe.numbers(),
            "rank": adapter.RANK,
            "date": datetime.now(UTC).date().isoformat(),
            "command": " ".join(["python benchmarks/training/train_encoder.py", *sys.argv[1:]]),
        }
        adapter.save(pairs, self.arguments.out, provenance)
        return pairs


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Adapt the bundled encoder.", formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench27"), help="holds train.jsonl")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus27"), help="publications")
    parser.add_argument("--split", choices=SPLITS, default="none", help="what is held out to test on")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--learning-rate", type=float, default=Recipe().learning_rate)
    parser.add_argument("--start", type=Path, help="adapter to go on from, with hard negatives of its own")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="adapter file; by default the shipped one, or build/NAME")
    parser.add_argument("--convert", type=Path, nargs="+", help="question files to turn into questions.jsonl")
    given = parser.parse_args()
    if given.out is None:
        shipped = Path(learned.__file__).with_name("encoder.safetensors")
        given.out = shipped if given.split == "none" else Path(f"build/encoder-{given.split}.safetensors")
    return given


def _held_out(example: Example, split: str, texts: list[Text]) -> bool | None:
    """Whether the question is for testing; None where its documents lie on both sides."""
    if split == "none":
        return False
    if split == "documents":
        return any(bucket(document) == 0 for document in example.documents)
    newer = {texts[passage].year >= SPLIT_YEAR for passage in example.gold}
    if len(newer) > 1:
        return None
    return newer == {split == "before2017"}


def _convert(files: list[Path], texts: list[Text]) -> None:
    rows = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [row for row in (without_text(row, texts) for row in rows if row["evidence"]) if row["evidence"]]
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in kept]
    OWN_QUESTIONS.write_text("".join(lines), encoding="utf-8")
    print(f"{len(kept)} of {len(rows)} questions written to {OWN_QUESTIONS.name}")


if __name__ == "__main__":
    main()
