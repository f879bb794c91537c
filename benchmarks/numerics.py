"""Encoding in eight-bit integers beside float32: how much faster, and what it costs.

    OMP_NUM_THREADS=1 python -m benchmarks.numerics [--index DIR] [--train FILE] [--questions FILE] [--slices N]

Slices of the index's passages are encoded in every way by turns, so that other work burdens all alike; on one thread,
since the ways share out threads differently. Then each integer way that is faster than float32 encodes all passages,
and the questions of both files are asked of an index made from that: the change of hit@5 is taken question by question.
OpenVINO takes part where the packages `openvino` and `nncf` are installed.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import search27
from benchmarks.load import LoadMeter
from benchmarks.options import Options, options_of, parser, run
from benchmarks.results_file import circumstances, write_results
from search27 import Library
from search27.config import Settings, load_settings
from search27.embedding.bundled import PROMPTS, bundled_folder
from search27.embedding.encoder import EncoderIdentity, PassageInput, SentenceTransformerEncoder
from search27.embedding.exported import INPUTS, exported_model
from search27.embedding.onnx import OnnxEncoder
from search27.embedding.session import Numbers, TokenSession, Vectors, padded
from search27.evaluation import HIT_CHARACTERS, holds, read_questions
from search27.explore import atlas
from search27.index import generation
from search27.index.store import Entry, Store
from search27.ingest import ATLAS, passage_input
from search27.reuse import STORE
from search27.types import Passage
from search27.writing import Part, write_files

FILE = "numerics.json"
PLAIN = "PyTorch, float32, default batch"
OURS = "ONNX Runtime, float32"
SLICE = 64
SLICES = 12
CALIBRATED_ON = 160
"""Passages that OpenVINO's quantisation is shown."""
SMOOTHED_ON = 50
"""Passages from which the largest entries of each channel are taken."""
SMOOTHING = 0.7
"""How much of the activations' range moves into the weights, in [0, 1]."""

Layers = Callable[[Numbers, Numbers], Vectors]
"""Token ids and mask (texts, tokens) to token vectors (texts, tokens, dim)."""


class _Session(TokenSession):
    """A tokenizer with other layers behind it."""

    def __init__(self, folder: Path, layers: Layers) -> None:
        super().__init__(folder)
        self._layers = layers

    def token_vectors(self, ids: Numbers, mask: Numbers, apart: bool = False) -> Vectors:
        return self._layers(ids, mask)


class OtherNumerics(OnnxEncoder):
    """The bundled encoder with its layers computed another way."""

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
        return replace(OnnxEncoder(self._name, self._cache).identity, numerics=self._numerics)


def onnx_int8(folder: Path, scratch: Path, sample: Sequence[str]) -> Layers:
    """ONNX Runtime's dynamic quantisation of matrix products, one scale a channel."""
    return _quantised(exported_model(folder), scratch / "int8.onnx")


def onnx_smoothed(folder: Path, scratch: Path, sample: Sequence[str]) -> Layers:
    """The same after the model was smoothed, each text in a pass of its own.

    Largest entries of a matrix product's input are divided by a factor a channel, by which its weights are
    multiplied, so that few channels no longer set the scale of all. Source: G. Xiao et al., SmoothQuant, 2022.
    """
    path = scratch / "smoothed.onnx"
    _smooth(exported_model(folder), path, TokenSession(folder), sample[:SMOOTHED_ON])
    batch = _quantised(path, scratch / "smoothed-int8.onnx")

    def layers(ids: Numbers, mask: Numbers) -> Vectors:
        texts = [
            batch(ids[n : n + 1, : mask[n].sum()], mask[n : n + 1, : mask[n].sum()])[0]
            for n in range(len(ids))
        ]
        result = np.zeros((*ids.shape, texts[0].shape[1]), np.float32)
        for row, vectors in enumerate(texts):
            result[row, : len(vectors)] = vectors
        return result

    return layers


def _smooth(source: Path, target: Path, session: TokenSession, sample: Sequence[str]) -> None:
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in weights]
    inputs = list(dict.fromkeys(node.input[0] for node in products))
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in inputs
    )
    observer = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    largest: dict[str, Vectors] = {}
    for text in sample:
        ids, mask = padded(session.tokenise([text]))
        for name, values in zip(
            inputs, observer.run(inputs, dict(zip(INPUTS, (ids, mask), strict=True))), strict=True
        ):
            found = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, found), found)
    for name in inputs:
        users = [node for node in products if node.input[0] == name]
        arrays = [numpy_helper.to_array(weights[node.input[1]]) for node in users]
        heaviest = np.max([np.abs(array).max(axis=1) for array in arrays], axis=0)
        factor = np.maximum(largest[name], 1e-5) ** SMOOTHING / np.maximum(heaviest, 1e-5) ** (1 - SMOOTHING)
        factor = (factor / np.exp(np.log(factor).mean())).astype(np.float32)
        graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}.smoothing"))
        place = next(n for n, node in enumerate(graph.node) if node.input[:1] == [name] and node in users)
        graph.node.insert(place, helper.make_node("Mul", [name, f"{name}.smoothing"], [f"{name}.smooth"]))
        for node, array in zip(users, arrays, strict=True):
            weights[node.input[1]].CopyFrom(numpy_helper.from_array(array * factor[:, None], node.input[1]))
            node.input[0] = f"{name}.smooth"
    onnx.save_model(model, str(target), save_as_external_data=True, location=f"{target.name}.data")


def _quantised(source: Path, path: Path) -> Layers:
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(source),
        str(path),
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def layers(ids: Numbers, mask: Numbers) -> Vectors:
        result: Vectors = session.run(None, dict(zip(INPUTS, (ids, mask), strict=True)))[0]
        return result

    return layers


def torch_int8(folder: Path, scratch: Path, sample: Sequence[str]) -> Layers:
    """PyTorch's dynamic quantisation of linear layers."""
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    quantised = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)

    def layers(ids: Numbers, mask: Numbers) -> Vectors:
        with torch.inference_mode():
            output = quantised(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        result: Vectors = output.last_hidden_state.numpy()
        return result

    return layers


def openvino_int8(folder: Path, scratch: Path, sample: Sequence[str]) -> Layers:
    """OpenVINO with NNCF's quantisation of weights and activations, calibrated on passages."""
    import nncf
    import openvino

    session = TokenSession(folder)
    encoded = session.tokenise(list(sample))
    batches = [padded(encoded[start : start + 4]) for start in range(0, len(encoded), 4)]
    data = nncf.Dataset(batches, lambda batch: dict(zip(INPUTS, batch, strict=True)))
    core = openvino.Core()
    model = nncf.quantize(
        core.read_model(str(exported_model(folder))),
        data,
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(batches),
    )
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": _threads()})
    request = compiled.create_infer_request()

    def layers(ids: Numbers, mask: Numbers) -> Vectors:
        result: Vectors = request.infer({0: ids, 1: mask})[compiled.output(0)].copy()
        return result

    return layers


WAYS = {
    "ONNX Runtime, dynamic int8": onnx_int8,
    "ONNX Runtime, dynamic int8 of a smoothed model": onnx_smoothed,
    "PyTorch, dynamic int8": torch_int8,
    "OpenVINO, int8": openvino_int8,
}


def _threads() -> int:
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def speeds(
    encoders: dict[str, OnnxEncoder], settings: Settings, texts: list[str], slices: int
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


def _whole(encoder: OnnxEncoder) -> Callable[[list[str]], object]:
    return lambda part: encoder.encode_passages([PassageInput(text, ()) for text in part], lambda _: None)


def encoded(entries: list[Entry], encoder: OnnxEncoder) -> list[Part]:
    """Documents with the vectors that an encoder gives their passages."""
    parts = []
    for entry in entries:
        inputs = [
            passage_input(entry.document, passage, windows)
            for passage, windows in zip(entry.passages, entry.windows, strict=True)
        ]
        found = encoder.encode_passages(inputs, lambda _: None)
        parts.append((entry, found.passages, found.windows, found.tokens))
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
    with tempfile.TemporaryDirectory(prefix="numerics-") as name:
        scratch = Path(name)
        ways = {way: make for way, make in WAYS.items() if make is not openvino_int8 or _has_openvino()}
        encoders: dict[str, OnnxEncoder] = {OURS: OnnxEncoder(settings.encoder, settings.cache)}
        for way, make in ways.items():
            encoders[way] = OtherNumerics(settings, make(model, scratch, texts[:CALIBRATED_ON]), way)
        rates = speeds(encoders, settings, texts, slices)
        print(rates, flush=True)
        questions = (train, options.questions)
        base = found_in_five(Library.open(options.index, settings), questions)
        rows = [_row(PLAIN, rates, None, base), _row(OURS, rates, base, base)]
        for number, way in enumerate(ways):
            faster = rates[way] > rates[OURS]
            found = _asked(entries, encoders[way], scratch / str(number), questions) if faster else None
            rows.append(_row(way, rates, found, base))
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


def _asked(entries: list[Entry], encoder: OnnxEncoder, index: Path, questions: Sequence[Path]) -> Any:
    with generation.build_lock(index), generation.new_generation(index) as scratch:
        counts = write_files(scratch, encoded(entries, encoder), encoder.identity)
        atlas.save(atlas.Atlas(), scratch / ATLAS)
        name = generation.publish(index, scratch, generation.Contents(encoder.identity, counts))
    library = Library(index / name, generation.verify(index / name), encoder)
    return found_in_five(library, questions)


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


def _has_openvino() -> bool:
    return all(importlib.util.find_spec(name) for name in ("openvino", "nncf"))


def main() -> None:
    known = parser("Compare encoding in integers with float32.")
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
