"""The training loop: losses over whole passages, their best windows and their tokens, from the same pass."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from model import PROMPT_TOKENS, Encoder, late_interaction, pooled, pooled_windows, token_vectors
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from data import QUERY_PROMPT, Example, Text

State = NDArray[np.float16]
States = Sequence[State]
GROUP = 12
"""Passages in one forward pass; a batch holds some 36, sorted by length."""
WARM_UP = 0.08
SAVE_EVERY = 40
MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of a training run.

    Attributes:
        batch: Questions a step; each sees the passages of all others as negatives.
        hard_share: Share of questions that bring one hard negative along.
        window_loss: Weight of the loss over windows beside that over passages.
        token_loss: Weight of the loss over passages compared token by token.
        place_loss: Weight of the loss over the windows of the right passage, compared token by token.
        token_temperature: Of both.
        noise: Share of questions that are mistyped.
    """

    steps: int = 260
    batch: int = 24
    learning_rate: float = 8e-5
    weight_decay: float = 0.01
    temperature: float = 0.03
    hard_share: float = 0.5
    window_loss: float = 0.5
    token_loss: float = 1.0
    place_loss: float = 0.3
    token_temperature: float = 0.02
    noise: float = 0.15
    seed: int = 0

    def numbers(self) -> dict[str, float]:
        """The recipe as a plain dictionary."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on: `hard[q]` ranks the passages closest to question q, `chosen` are the questions used."""

    texts: Sequence[Text]
    examples: Sequence[Example]
    states: States
    question_states: States
    hard: NDArray[np.int64]
    chosen: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Questions, the passages that stand against each other, and where each question's own passage is.

    `excluded` (questions, passages) marks other right answers and near-duplicates of them.
    """

    states: list[State]
    passages: list[int]
    targets: torch.Tensor
    gold_windows: list[int]
    excluded: torch.Tensor


def train(
    encoder: Encoder, tokenizer: Tokenizer, material: Material, recipe: Recipe, save: Callable[[], Any]
) -> None:
    """Train in place; `save` is called every `SAVE_EVERY` steps."""
    parameters = list(encoder.tuned.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    warm_up = max(1, int(WARM_UP * recipe.steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / warm_up) * (1 - step / recipe.steps)
    )
    chance = random.Random(recipe.seed)
    stream = _endless(material.chosen, chance)
    started = time.monotonic()
    for step in range(1, recipe.steps + 1):
        batch = _draw(encoder, tokenizer, material, recipe, stream, chance)
        loss = _loss(encoder, material, recipe, batch)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        if step % 10 == 0:
            print(f"step {step}: loss {loss.item():.3f}, {time.monotonic() - started:.0f} s", flush=True)
        if step % SAVE_EVERY == 0:
            save()


def _endless(chosen: Sequence[int], chance: random.Random) -> Iterator[int]:
    while True:
        order = list(chosen)
        chance.shuffle(order)
        yield from order


def _draw(
    encoder: Encoder,
    tokenizer: Tokenizer,
    material: Material,
    recipe: Recipe,
    stream: Iterator[int],
    chance: random.Random,
) -> _Batch:
    numbers: list[int] = []
    while len(numbers) < min(recipe.batch, len(material.chosen)):
        number = next(stream)
        if number not in numbers:
            numbers.append(number)
    examples = [material.examples[n] for n in numbers]
    right = [chance.choice(sorted(example.gold)) for example in examples]
    hard = []
    for number, example in zip(numbers, examples, strict=True):
        fair = [int(p) for p in material.hard[number] if not _also_right(int(p), example, material.texts)]
        if fair and chance.random() < recipe.hard_share:
            hard.append(chance.choice(fair))
    passages = list(dict.fromkeys(right + hard))
    excluded = torch.tensor(
        [
            [passage != own and _also_right(passage, example, material.texts) for passage in passages]
            for own, example in zip(right, examples, strict=True)
        ]
    )
    return _Batch(
        [_maybe_mistyped(encoder, tokenizer, material, n, recipe.noise, chance) for n in numbers],
        passages,
        torch.tensor([passages.index(passage) for passage in right]),
        [example.gold[passage] for passage, example in zip(right, examples, strict=True)],
        excluded,
    )


def _also_right(passage: int, example: Example, texts: Sequence[Text]) -> bool:
    return passage in example.gold or any(texts[passage].resembles(texts[gold]) for gold in example.gold)


def _loss(encoder: Encoder, material: Material, recipe: Recipe, batch: _Batch) -> torch.Tensor:
    tokens, mask = encoder.upper(batch.states)
    passages = _encode_passages(encoder, material, batch.passages)
    vectors = _vector_loss(pooled(tokens, mask), passages, recipe, batch)
    return vectors + _token_loss(token_vectors(tokens, mask), passages, recipe, batch)


def _vector_loss(questions: torch.Tensor, passages: _Encoded, recipe: Recipe, batch: _Batch) -> torch.Tensor:
    """Right passage among all by its vector, and by its best window's."""
    whole = questions @ torch.stack(passages.vectors).T / recipe.temperature
    loss = functional.cross_entropy(whole.masked_fill(batch.excluded, MASKED), batch.targets)
    scores = [questions @ part.T / recipe.temperature for part in passages.windows]
    best = torch.stack([score.max(dim=1).values for score in scores], dim=1)
    own = [
        scores[int(target)][row, window]
        for row, (target, window) in enumerate(zip(batch.targets, batch.gold_windows, strict=True))
    ]
    best = best.scatter(1, batch.targets[:, None], torch.stack(own)[:, None])
    fine = functional.cross_entropy(best.masked_fill(batch.excluded, MASKED), batch.targets)
    return loss + recipe.window_loss * fine


def _token_loss(
    questions: list[torch.Tensor], passages: _Encoded, recipe: Recipe, batch: _Batch
) -> torch.Tensor:
    """Right passage among all, and right window within it, by the likeness of tokens."""
    texts, mean = passages.tokens, torch.cat(passages.tokens).mean(0).detach()
    asked_mean = torch.cat(questions).mean(0).detach()
    asked = [functional.normalize(question - asked_mean, dim=-1) for question in questions]
    told = [functional.normalize(text - mean, dim=-1) for text in texts]
    rows = torch.stack([late_interaction(asked, text) for text in told], dim=1) / recipe.token_temperature
    loss = functional.cross_entropy(rows.masked_fill(batch.excluded, MASKED), batch.targets)
    places = []
    for question, target, window in zip(asked, batch.targets.tolist(), batch.gold_windows, strict=True):
        likeness = question @ told[target].T
        inside = likeness[None].masked_fill(~passages.masks[target][:, None, :], -1.0)
        scores = inside.max(dim=2).values.mean(dim=1) / recipe.token_temperature
        places.append(functional.cross_entropy(scores[None], torch.tensor([window])))
    return recipe.token_loss * loss + recipe.place_loss * torch.stack(places).mean()


@dataclass(frozen=True, slots=True)
class _Encoded:
    """What a batch's passages become: vectors, window vectors, token vectors, and each window's tokens."""

    vectors: list[torch.Tensor]
    windows: list[torch.Tensor]
    tokens: list[torch.Tensor]
    masks: list[torch.Tensor]


def _encode_passages(encoder: Encoder, material: Material, passages: Sequence[int]) -> _Encoded:
    """Encode passages, in the order given."""
    empty = torch.empty(0)
    found = _Encoded(*([empty] * len(passages) for _ in range(4)))
    order = sorted(range(len(passages)), key=lambda place: len(material.states[passages[place]]))
    for start in range(0, len(order), GROUP):
        group = order[start : start + GROUP]
        tokens, mask = encoder.upper([material.states[passages[place]] for place in group])
        parts = token_vectors(tokens, mask)
        for row, place in enumerate(group):
            windows = material.texts[passages[place]].windows
            found.vectors[place] = pooled(tokens[row : row + 1], mask[row : row + 1])[0]
            found.windows[place] = pooled_windows(tokens[row], windows)
            found.tokens[place] = parts[row]
            found.masks[place] = torch.from_numpy(windows[:, PROMPT_TOKENS:-1])
    return found


def _maybe_mistyped(
    encoder: Encoder,
    tokenizer: Tokenizer,
    material: Material,
    number: int,
    share: float,
    chance: random.Random,
) -> State:
    if chance.random() >= share:
        known: State = material.question_states[number]
        return known
    question = mistyped(material.examples[number].question, chance)
    state: State = encoder.lower([tokenizer.encode(QUERY_PROMPT + question).ids])[0]
    return state


def mistyped(question: str, chance: random.Random) -> str:
    """The question as typed in a hurry: no accents, no capitals, or one slip in a long word."""
    draw = chance.random()
    if draw < 0.4:
        decomposed = unicodedata.normalize("NFKD", question)
        question = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    elif draw < 0.7:
        question = question.lower()
    else:
        words = question.split()
        place = max(range(len(words)), key=lambda n: len(words[n]) + 6 * chance.random())
        words[place] = _with_slip(words[place], chance)
        question = " ".join(words)
    return question.rstrip("?. ").lower() if chance.random() < 0.4 else question


def _with_slip(word: str, chance: random.Random) -> str:
    if len(word) < 5:
        return word
    place, draw = chance.randrange(1, len(word) - 1), chance.random()
    if draw < 0.35:
        return word[:place] + word[place + 1 :]
    if draw < 0.7:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place] + word[place:]
