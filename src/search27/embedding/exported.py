"""The bundled model for ONNX Runtime: exported once, into the folder of the converted model.

The export runs in a child process, so that neither PyTorch nor the memory of the export stays in the process that
asks for it. The weights lie in a file of their own, which ONNX Runtime maps instead of reading it.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import warnings
from pathlib import Path

from search27.embedding.scratch import scratch_folder
from search27.errors import EncoderUnavailable

MODEL = "model.onnx"
WEIGHTS = "model.onnx.data"
INPUTS = ("input_ids", "attention_mask")
OUTPUT = "token_vectors"
OPSET = 18


def is_available(folder: Path) -> bool:
    """Whether the model is exported, or the package that PyTorch's exporter needs is installed."""
    return (folder / MODEL).is_file() or importlib.util.find_spec("onnx") is not None


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
                f"The bundled encoder cannot be exported for ONNX Runtime ({reason}). "
                f"Make room or check the rights of {folder.parent}, then run the command again."
            )
    return path


def export(folder: Path) -> None:
    """Write `MODEL` and `WEIGHTS` into the folder; the model's name appears only when both are whole."""
    import onnx

    with scratch_folder(folder, ".exporting-") as scratch:
        whole = scratch / "whole.onnx"
        _trace(folder, whole)
        onnx.save_model(
            onnx.load(str(whole)), str(scratch / MODEL), save_as_external_data=True, location=WEIGHTS
        )
        with (scratch / WEIGHTS).open("rb") as file:
            os.fsync(file.fileno())
        os.replace(scratch / WEIGHTS, folder / WEIGHTS)
        os.replace(scratch / MODEL, folder / MODEL)


def _trace(folder: Path, path: Path) -> None:
    """Export the layers of a BERT model between token ids and token vectors."""
    import torch
    from transformers import AutoModel

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            model = AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
            self.embeddings, self.encoder = model.embeddings, model.encoder

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            vectors = self.embeddings(input_ids=ids)
            padding = (1.0 - mask[:, None, None, :].to(vectors.dtype)) * torch.finfo(vectors.dtype).min
            result: torch.Tensor = self.encoder(vectors, attention_mask=padding).last_hidden_state
            return result

    ids = torch.tensor([[0, 5, 6, 7, 2], [0, 5, 2, 1, 1]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TokenVectors().eval(),
            (ids, mask),
            str(path),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*INPUTS, OUTPUT), axes),
            opset_version=OPSET,
            dynamo=False,
        )


if __name__ == "__main__":
    export(Path(sys.argv[1]))
