"""A bundled model's layers as ONNX: exported once, into the folder of the converted model.

The export runs in a child process, so that neither PyTorch nor the memory of the export stays in the process that
asks for it. The table of word vectors, four fifths of the model, is a file of its own, of which `session.WordTable`
reads the rows that a text needs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search27.embedding.scratch import scratch_folder
from search27.errors import EncoderUnavailable

if TYPE_CHECKING:
    import torch

MODEL = "layers.onnx"
WEIGHTS = "layers.onnx.data"
WORDS = "words.npy"
INPUTS = ("word_vectors", "attention_mask")
OUTPUT = "token_vectors"
PAIR_INPUTS = ("word_vectors", "positions", "sides")
"""Of the reader: where each token stands in its own text, which is the question (0), a passage (1) or none (-1)."""
APART_LAYERS = 6
"""Layers of the reader in which question and passage do not see each other."""
HEAD = "head.safetensors"
"""In the reader's folder, and in no other: what makes scores of its token vectors."""
OPSET = 18


def exported_model(folder: Path) -> Path:
    """Return the ONNX model of a converted model's folder, exporting it first where it is not there.

    Raises:
        EncoderUnavailable: The export failed.
    """
    path = folder / MODEL
    if not path.is_file():
        run = subprocess.run(
            [sys.executable, "-m", "search27.embedding.exported", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            reason = (run.stderr.strip().splitlines() or [f"exit status {run.returncode}"])[-1]
            raise EncoderUnavailable(
                f"The bundled encoder cannot be exported for OpenVINO ({reason}). "
                f"Make room or check the rights of {folder.parent}, then run the command again."
            )
    return path


def export(folder: Path) -> None:
    """Write `WORDS`, `WEIGHTS` and `MODEL` into the folder; the model's name appears only when all are whole."""
    import onnx

    with scratch_folder(folder, ".exporting-") as scratch:
        whole = scratch / "whole.onnx"
        _trace(folder, whole, scratch / WORDS)
        onnx.save_model(
            onnx.load(str(whole)), str(scratch / MODEL), save_as_external_data=True, location=WEIGHTS
        )
        for name in (WORDS, WEIGHTS, MODEL):
            with (scratch / name).open("rb") as file:
                os.fsync(file.fileno())
            os.replace(scratch / name, folder / name)


def _trace(folder: Path, path: Path, words: Path) -> None:
    """Save a BERT model's word vectors (vocabulary, dim), and export its layers between them and what it gives."""
    import numpy as np
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
    table = model.embeddings.word_embeddings.weight.detach()
    np.save(words, table.numpy())
    sample = table[torch.tensor([[0, 5, 6, 7, 2], [0, 5, 2, 1, 1]])]
    if (folder / HEAD).is_file():
        positions = torch.tensor([[0, 1, 0, 1, 2], [0, 1, 0, 0, 0]])
        sides = torch.tensor([[0, 0, 1, 1, 1], [0, 0, 1, -1, -1]])
        given: tuple[torch.Tensor, ...] = (sample, positions, sides)
        names: tuple[str, ...] = PAIR_INPUTS
        module = _pair_encoder(model)
    else:
        mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
        given, names = (sample, mask), INPUTS
        module = _token_encoder(model)
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            given,
            str(path),
            input_names=list(names),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*names, OUTPUT), axes),
            opset_version=OPSET,
            dynamo=False,
        )


def _token_encoder(model: Any) -> Any:
    """Texts to the vectors of their tokens (texts, tokens, dim)."""
    import torch

    class Texts(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.encoder = model.embeddings, model.encoder

        def forward(self, words: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            vectors = self.embeddings(inputs_embeds=words)
            hidden = _hidden(~mask[:, None, None, :].bool())
            result: torch.Tensor = self.encoder(vectors, hidden).last_hidden_state
            return result

    return Texts()


def _pair_encoder(model: Any) -> Any:
    """Questions and passages, in one sequence each, to the vectors of their tokens (pairs, tokens, dim)."""
    import torch

    class Pairs(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings = model.embeddings
            self.apart, self.together = deepcopy(model.encoder), deepcopy(model.encoder)
            self.apart.layer = model.encoder.layer[:APART_LAYERS]
            self.together.layer = model.encoder.layer[APART_LAYERS:]

        def forward(self, words: torch.Tensor, positions: torch.Tensor, sides: torch.Tensor) -> torch.Tensor:
            vectors = self.embeddings(inputs_embeds=words, position_ids=positions)
            other = sides[:, None, :, None] != sides[:, None, None, :]
            vectors = self.apart(vectors, _hidden(other)).last_hidden_state
            missing = sides[:, None, None, :] < 0
            result: torch.Tensor = self.together(vectors, _hidden(missing)).last_hidden_state
            return result

    return Pairs()


def _hidden(tokens: torch.Tensor) -> torch.Tensor:
    """What is added to attention so that these tokens are not seen."""
    import torch

    return tokens.float() * torch.finfo(torch.float32).min


if __name__ == "__main__":
    export(Path(sys.argv[1]))
