"""The numbers and the runtimes that passages can be encoded with: how fast each is, and what it costs.

    OMP_NUM_THREADS=1 python -m benchmarks.numerics [--index DIR] [--train FILE] [--questions FILE] [--slices N]

Slices of the index's passages are encoded in every way by turns, so that other work burdens all alike; on one thread,
since the ways share out threads differently. Then each way in shorter numbers that is as fast as search27's own encodes
all passages, and the questions of both files are asked of an index made from that: the change of hit@5 is taken
question by question.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import openvino

import search27
from benchmarks.load import LoadMeter
from benchmarks.options import Options, options_of, parser, run
from benchmarks.results_file import circumstances, write_results
from search27 import Library
from search27.config import Settings, load_settings
from search27.embedding.bundled import PROMPTS, bundled_folder
from search27.embedding.encoder import EncoderIdentity, PassageInput, SentenceTransformerEncoder
from search27.embedding.exported import INPUTS, exported_model
from search27.embedding.openvino import OpenVinoEncoder
from search27.embedding.session import Numbers, TokenSession, Vectors, padded
from search27.evaluation import HIT_CHARACTERS, holds, read_questions
from search27.explore import atlas
from search27.index import generation
from search27.index.store import Entry, Store
from search27.ingest import ATLAS, passage_input
from search27.reuse import STORE, Part, words_of
from search27.types import Passage
from search27.writing import write_files

FILE = "numerics.json"
PLAIN = "PyTorch, float32, default batch"
BASE = "OpenVINO, float32"
"""What a machine without shorter numbers computes with."""
OURS = "OpenVINO, bfloat16"
"""What search27 computes with where the processor has it."""
SLICE = 64
SLICES = 12
CALIBRATED_ON = 160
"""Passages that OpenVINO's quantisation is shown."""

Layers = Callable[[Vectors, Numbers], Vectors]
"""Word vectors (texts, tokens, dim) and mask (texts, tokens) to token vectors (texts, tokens, dim)."""


class _Runner:
    """Layers in the place of a compiled model's request."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers

    def run(self, inputs: Sequence[Any]) -> dict[int, Vectors]:
        return {0: self._layers(*inputs)}


class _Session(TokenSession):
    """A tokenizer with other layers behind it."""

    def __init__(self, folder: Path, layers: Layers) -> None:
        super().__init__(folder)
        self._passages = cast(Any, _Runner(layers))


class OtherNumerics(OpenVinoEncoder):
    """The bundled encoder with its layers computed another way; questions are computed as always."""

    def __init__(self, settings: Settings, layers: Layers, numerics: str) -> None:
        super().__init__(settings.encoder, settings.cache)
        self._layers = layers
        self._numerics = numerics

    @cached_property
    def _session(self) -> TokenSession:
        return _Session(bundled_folder(self._cache, self._name), self._layers)

    @cached_property
    def identity(self) -> EncoderIdentity:
        """What makes the vectors."""
        return replace(super().identity, numerics=self._numerics)


def onnx_float32(folder: Path, sample: Sequence[str]) -> Layers:
    """ONNX Runtime with the same graph."""
    return _onnx(exported_model(folder))


def onnx_int8(folder: Path, sample: Sequence[str]) -> Layers:
    """ONNX Runtime's dynamic quantisation of matrix products, one scale a channel."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory(prefix="numerics-") as scratch:
        path = Path(scratch) / "int8.onnx"
        quantize_dynamic(
            str(exported_model(folder)),
            str(path),
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
        return _onnx(path)


def _onnx(path: Path) -> Layers:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def layers(words: Vectors, mask: Numbers) -> Vectors:
        result: Vectors = session.run(None, dict(zip(INPUTS, (words, mask), strict=True)))[0]
        return result

    return layers


def torch_bfloat16(folder: Path, sample: Sequence[str]) -> Layers:
    """PyTorch with the model's weights and activations in bfloat16."""
    import torch

    return _torch(_model(folder).to(torch.bfloat16))


def torch_int8(folder: Path, sample: Sequence[str]) -> Layers:
    """PyTorch's dynamic quantisation of linear layers."""
    import torch

    return _torch(
        torch.ao.quantization.quantize_dynamic(_model(folder), {torch.nn.Linear}, dtype=torch.qint8)
    )


def _model(folder: Path) -> Any:
    from transformers import AutoModel

    return AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()


def _torch(model: Any) -> Layers:
    import torch

    def layers(words: Vectors, mask: Numbers) -> Vectors:
        with torch.inference_mode():
            output = model(
                inputs_embeds=torch.tensor(words, dtype=model.dtype), attention_mask=torch.from_numpy(mask)
            )
        result: Vectors = output.last_hidden_state.float().numpy()
        return result

    return layers


def openvino_float32(folder: Path, sample: Sequence[str]) -> Layers:
    """OpenVINO with the same graph."""
    return _openvino(openvino.Core().read_model(str(exported_model(folder))), openvino.Type.f32)


def openvino_bfloat16(folder: Path, sample: Sequence[str]) -> Layers:
    """OpenVINO with matrix products in bfloat16: what search27 uses where the processor has it."""
    return _openvino(openvino.Core().read_model(str(exported_model(folder))), openvino.Type.bf16)


def openvino_int8(folder: Path, sample: Sequence[str]) -> Layers:
    """OpenVINO with NNCF's quantisation of weights and activations, calibrated on passages."""
    import nncf

    session = TokenSession(folder)
    encoded = session.tokenise(list(sample))
    batches = [padded(encoded[start : start + 4]) for start in range(0, len(encoded), 4)]
    data = nncf.Dataset(
        batches, lambda batch: dict(zip(INPUTS, (session.words[batch[0]], batch[1]), strict=True))
    )
    model = nncf.quantize(
        openvino.Core().read_model(str(exported_model(folder))),
        data,
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(batches),
    )
    return _openvino(model, openvino.Type.f32)


def _openvino(model: openvino.Model, numbers: openvino.Type) -> Layers:
    settings = {
        openvino.properties.inference_num_threads: _threads(),
        openvino.properties.hint.inference_precision: numbers,
    }
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()

    def layers(words: Vectors, mask: Numbers) -> Vectors:
        result: Vectors = next(iter(request.infer([words, mask]).values())).copy()
        return result

    return layers


WAYS = {
    BASE: openvino_float32,
    OURS: openvino_bfloat16,
    "OpenVINO, int8": openvino_int8,
    "ONNX Runtime, float32": onnx_float32,
    "ONNX Runtime, dynamic int8": onnx_int8,
    "PyTorch, bfloat16": torch_bfloat16,
    "PyTorch, dynamic int8": torch_int8,
}
SHORT = [way for way in WAYS if "float32" not in way]


def _threads() -> int:
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def speeds(
    encoders: dict[str, OtherNumerics], settings: Settings, texts: list[str], slices: int
) -> dict[str, float]:
    """Tokens a second of each way and of plain sentence-transformers."""
    plain = SentenceTransformerEncoder(settings.encoder, settings.cache)._model
    ways: dict[str, Callable[[list[str]], object]] = {
        PLAIN: lambda part: plain.encode(part, prompt=PROMPTS["document"], show_progress_bar=False)
    }
    for name, encoder in encoders.items():
        ways[name] = _whole(encoder)
    counts = next(iter(encoders.values())).count_tokens([PROMPTS["document"] + text for text in texts])
    spent = dict.fromkeys(ways, 0.0)
    for way in ways.values():
        way(texts[:2])
    ends = range(SLICE, min(len(texts), slices * SLICE) + 1, SLICE)
    for end in ends:
        for name, way in ways.items():
            started = time.perf_counter()
            way(texts[end - SLICE : end])
            spent[name] += time.perf_counter() - started
    tokens = sum(counts[: ends[-1]])
    return {name: tokens / seconds for name, seconds in spent.items()}


def _whole(encoder: OtherNumerics) -> Callable[[list[str]], object]:
    return lambda part: encoder.encode_passages([PassageInput(text, ()) for text in part], lambda _: None)


def encoded(entries: list[Entry], encoder: OtherNumerics) -> list[Part]:
    """Documents with the vectors that an encoder gives their passages."""
    parts = []
    for entry in entries:
        inputs = [
            passage_input(entry.document, passage, windows)
            for passage, windows in zip(entry.passages, entry.windows, strict=True)
        ]
        found = encoder.encode_passages(inputs, lambda _: None)
        parts.append(Part(entry, found.passages, found.windows, found.tokens, words_of(entry)))
    return parts


def found_in_five(library: Library, files: Sequence[Path]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """For each question that the corpus answers, whether one of five passages holds the evidence."""
    asked = [question for path in files for question in read_questions(path) if question.evidence]
    found = []
    for question in asked:
        texts = [hit.passage.text[:HIT_CHARACTERS] for hit in library.search(question.question, 5)]
        found.append(any(holds(text, evidence.quote) for text in texts for evidence in question.evidence))
    return np.array(found)


def measure(options: Options, train: Path, slices: int) -> dict[str, Any]:
    settings = load_settings()
    folder = options.index / generation.current_name(options.index)
    model = bundled_folder(settings.cache, settings.encoder)
    with Store(folder / STORE) as store:
        entries = [store.entry(position) for position in range(len(store.infos))]
    # Passages of one document are alike in length and words: slices of a shuffled order stand for all.
    order = np.random.default_rng(27).permutation(sum(len(entry.passages) for entry in entries))
    texts = [item.text for entry in entries for item in _inputs(entry)]
    texts = [texts[place] for place in order]
    meter = LoadMeter()
    encoders = {
        way: OtherNumerics(settings, make(model, texts[:CALIBRATED_ON]), way) for way, make in WAYS.items()
    }
    rates = speeds(encoders, settings, texts, slices)
    print(rates, flush=True)
    questions = (train, options.questions)
    base = _asked(entries, encoders[BASE], questions)
    rows = [_row(PLAIN, rates, None, base), _row(BASE, rates, base, base)]
    for way in [way for way in WAYS if way != BASE]:
        worth = way in SHORT and rates[way] >= rates[OURS]
        rows.append(_row(way, rates, _asked(entries, encoders[way], questions) if worth else None, base))
        print(rows[-1], flush=True)
    return {
        **circumstances(),
        "note": _note(len(base), meter.others()),
        "command": "OMP_NUM_THREADS=1 python -m benchmarks.numerics",
        "rows": rows,
    }


def _inputs(entry: Entry) -> list[PassageInput]:
    pairs: list[tuple[Passage, Any]] = list(zip(entry.passages, entry.windows, strict=True))
    return [passage_input(entry.document, passage, windows) for passage, windows in pairs]


def _asked(entries: list[Entry], encoder: OtherNumerics, questions: Sequence[Path]) -> Any:
    with tempfile.TemporaryDirectory(prefix="numerics-") as folder:
        index = Path(folder) / "index"
        with generation.build_lock(index), generation.new_generation(index) as scratch:
            counts = write_files(scratch, encoded(entries, encoder), encoder.identity)
            atlas.save(atlas.Atlas(), scratch / ATLAS)
            name = generation.publish(index, scratch, generation.Contents(encoder.identity, counts))
        library = Library(index / name, generation.verify(index / name), encoder)
        found = found_in_five(library, questions)
        library.close()
    return found


def _row(way: str, rates: dict[str, float], found: Any, base: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "way": way,
        "tokens a second": round(rates[way]),
        "times": round(rates[way] / rates[PLAIN], 2),
    }
    if found is not None:
        row |= {
            "hit@5": float(found.mean()),
            "change (points)": round(100 * float(found.mean() - base.mean()), 2),
            "gained": int((found & ~base).sum()),
            "lost": int((base & ~found).sum()),
        }
    return row


def _note(questions: int, others: float | None) -> str:
    return (
        "The shipped encoder on the real corpus; *times* is against plain sentence-transformers, in turns on the same "
        f"passages. hit@5 over {questions} questions, those of training among them, which the encoder was tuned on: "
        f"only the change counts. Other work took {others} cores on average."
    )


def main() -> None:
    known = parser("Compare numbers and runtimes to encode with.")
    known.add_argument(
        "--train", type=Path, default=Path("../shared/bench27/train.jsonl"), help="more questions"
    )
    known.add_argument("--slices", type=int, default=SLICES, help=f"timed slices of {SLICE} passages")
    given = known.parse_args()
    options = options_of(given)
    search27.build(options.corpus, options.index, load_settings())
    write_results(options.out / FILE, measure(options, given.train, given.slices))


if __name__ == "__main__":
    run(main)
