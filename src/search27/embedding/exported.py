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
from pathlib import Path

from search27.embedding.scratch import scratch_folder
from search27.errors import EncoderUnavailable

MODEL = "layers.onnx"
WEIGHTS = "layers.onnx.data"
WORDS = "words.npy"
INPUTS = ("word_vectors", "attention_mask")
OUTPUT = "token_vectors"
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
    """Save a BERT model's word vectors (vocabulary, dim), and export its layers between them and token vectors."""
    import numpy as np
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
    table = model.embeddings.word_embeddings.weight.detach()
    np.save(words, table.numpy())

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.encoder = model.embeddings, model.encoder

        def forward(self, words: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            vectors = self.embeddings(inputs_embeds=words)
            padding = (~mask[:, None, None, :].bool()).float() * torch.finfo(torch.float32).min
            result: torch.Tensor = self.encoder(vectors, padding).last_hidden_state
            return result

    sample = table[torch.tensor([[0, 5, 6, 7, 2], [0, 5, 2, 1, 1]])]
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenVectors().eval(),
            (sample, mask),
            str(path),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*INPUTS, OUTPUT), axes),
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    export(Path(sys.argv[1]))
