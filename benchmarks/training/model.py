"""multilingual-e5-small with trainable matrices in its upper layers, written out in plain PyTorch.

The lower layers never change, so what they make of a text is computed once and kept: that saves a third of every
pass. Weights are named as transformers' BertModel names them. Dropout is off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch.nn import functional

from search27.embedding.tokens import DIMENSION, PREFIX

Array = NDArray[np.float32]

FROZEN_LAYERS = 4
LAYERS = 12
HEADS = 12
PAD = 1
PROMPT_TOKENS = 3
"""Start mark, « query » or « passage », colon."""
BATCH_TOKENS = 4096


class Encoder(torch.nn.Module):
    """The matrices of layers `FROZEN_LAYERS` and up are parameters; all else stays as published."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.weights = load_file(folder / "model.safetensors")
        self.tuned = torch.nn.ParameterDict(
            {
                _key(name): torch.nn.Parameter(weight.clone())
                for name, weight in self.weights.items()
                if weight.ndim == 2
                and name.startswith("encoder.layer.")
                and int(name.split(".")[2]) >= FROZEN_LAYERS
            }
        )

    def deltas(self) -> dict[str, Array]:
        """What training has added to each matrix, by BertModel's parameter name."""
        return {
            name: (self.tuned[_key(name)].detach() - weight).numpy()
            for name, weight in self.weights.items()
            if _key(name) in self.tuned
        }

    def set_deltas(self, deltas: dict[str, Array]) -> None:
        """Set every tuned matrix to the published one plus its delta."""
        with torch.no_grad():
            for name, delta in deltas.items():
                self.tuned[_key(name)].copy_(self.weights[name] + torch.from_numpy(delta))

    @torch.no_grad()
    def lower(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float16]]:
        """Token states after the frozen layers: float16, (tokens, 384) for each text."""
        states: list[NDArray[np.float16]] = [np.zeros((0, 0), np.float16)] * len(ids)
        for batch in batches([len(row) for row in ids]):
            longest = max(len(ids[n]) for n in batch)
            padded = torch.tensor([[*ids[n], *[PAD] * (longest - len(ids[n]))] for n in batch])
            mask = torch.tensor([[n_token < len(ids[n]) for n_token in range(longest)] for n in batch])
            out = self._layers(self._embed(padded), mask, 0, FROZEN_LAYERS).half().numpy()
            for row, number in enumerate(batch):
                states[number] = out[row, : len(ids[number])].copy()
        return states

    def upper(self, states: Sequence[NDArray[np.float16]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token vectors (n, longest, 384) and mask (n, longest) from the states of the lower layers."""
        longest = max(map(len, states))
        padded = torch.zeros(len(states), longest, states[0].shape[1])
        mask = torch.zeros(len(states), longest, dtype=torch.bool)
        for row, state in enumerate(states):
            padded[row, : len(state)] = torch.from_numpy(state).float()
            mask[row, : len(state)] = True
        return self._layers(padded, mask, FROZEN_LAYERS, LAYERS), mask

    def _embed(self, ids: torch.Tensor) -> torch.Tensor:
        weights = self.weights
        summed = (
            functional.embedding(ids, weights["embeddings.word_embeddings.weight"])
            + weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        return self._norm(summed, "embeddings.LayerNorm")

    def _layers(self, x: torch.Tensor, mask: torch.Tensor, first: int, last: int) -> torch.Tensor:
        attended = None if bool(mask.all()) else mask[:, None, None, :]
        for layer in range(first, last):
            x = self._layer(x, f"encoder.layer.{layer}", attended)
        return x

    def _layer(self, x: torch.Tensor, name: str, mask: torch.Tensor | None) -> torch.Tensor:
        query, key, value = (
            self._linear(x, f"{name}.attention.self.{part}").view(*x.shape[:2], HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        attention = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = self._linear(attention.transpose(1, 2).flatten(2), f"{name}.attention.output.dense")
        x = self._norm(x + mixed, f"{name}.attention.output.LayerNorm")
        wide = functional.gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        key = _key(f"{name}.weight")
        weight = self.tuned[key] if key in self.tuned else self.weights[f"{name}.weight"]
        return functional.linear(x, weight, self.weights[f"{name}.bias"])

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        weight = self.weights[f"{name}.weight"]
        return functional.layer_norm(x, weight.shape, weight, self.weights[f"{name}.bias"], 1e-12)


def pooled(tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of each text's token vectors, unit rows."""
    kept = mask[..., None].to(tokens.dtype)
    return functional.normalize((tokens * kept).sum(1) / kept.sum(1), dim=-1)


def pooled_windows(tokens: torch.Tensor, windows: NDArray[np.bool_]) -> torch.Tensor:
    """Mean token vector of each window of one text (tokens: (longest, 384)), unit rows."""
    mask = torch.from_numpy(windows.astype(np.float32))
    return functional.normalize(mask @ tokens[: windows.shape[1]], dim=-1)


def token_vectors(tokens: torch.Tensor, mask: torch.Tensor) -> list[torch.Tensor]:
    """Vectors of each text's own tokens, without those of the prompt and the end mark."""
    lengths = mask.sum(1).tolist()
    return [row[PROMPT_TOKENS : length - 1] for row, length in zip(tokens, lengths, strict=True)]


def late_interaction(questions: Sequence[torch.Tensor], text: torch.Tensor) -> torch.Tensor:
    """For each question the mean, over its tokens, of the likeness of the text's likest token.

    Source: O. Khattab and M. Zaharia, ColBERT, 2020.
    """
    likest = (torch.cat(list(questions)) @ text.T).max(dim=1).values
    return torch.stack([part.mean() for part in likest.split([len(question) for question in questions])])


@torch.no_grad()
def token_space(
    encoder: Encoder, passages: Sequence[NDArray[np.float16]], questions: Sequence[NDArray[np.float16]]
) -> dict[str, NDArray[np.float16]]:
    """Means and principal axes of token vectors, as `search27.embedding.tokens.TokenSpace` reads them."""
    told, asked = (
        np.concatenate([part.numpy() for part in _tokens(encoder, states)])
        for states in (passages, questions)
    )
    _, axes = np.linalg.eigh(np.cov(told.T))
    space = {
        "passage_mean": told.mean(axis=0),
        "query_mean": asked.mean(axis=0),
        "axes": axes[:, ::-1][:, :DIMENSION],
    }
    return {PREFIX + name: np.ascontiguousarray(values, np.float16) for name, values in space.items()}


def _tokens(encoder: Encoder, states: Sequence[NDArray[np.float16]]) -> Iterator[torch.Tensor]:
    for batch in batches([len(state) for state in states]):
        yield from token_vectors(*encoder.upper([states[n] for n in batch]))


@torch.no_grad()
def encode(
    encoder: Encoder,
    states: Sequence[NDArray[np.float16]],
    windows: Sequence[NDArray[np.bool_]] | None = None,
) -> tuple[Array, list[Array]]:
    """Vectors of texts (n, 384) and, where asked, of the windows of each; unit rows."""
    vectors = np.zeros((len(states), states[0].shape[1]), np.float32)
    parts: list[Array] = [np.zeros((0, 0), np.float32)] * len(states)
    for batch in batches([len(state) for state in states]):
        tokens, mask = encoder.upper([states[n] for n in batch])
        vectors[batch] = pooled(tokens, mask).numpy()
        for row, number in enumerate(batch):
            if windows is not None:
                parts[number] = pooled_windows(tokens[row], windows[number]).numpy()
    return vectors, parts


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices grouped by like length, each group of at most `BATCH_TOKENS` with padding."""
    group: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda n: lengths[n]):
        if group and (len(group) + 1) * lengths[number] > BATCH_TOKENS:
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _key(name: str) -> str:
    return name.replace(".", "/")
