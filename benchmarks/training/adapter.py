"""The trained difference as pairs of thin matrices, and its file.

Each delta is cut to its largest singular values: `B` (out, rank) and `A` (rank, in), float16; `W += B @ A` merges.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from search27.embedding.exported import MODEL, WORDS
from search27.embedding.exported import WEIGHTS as LAYERS
from search27.embedding.tokens import FILE, PREFIX

RANK = 64
WEIGHTS = "model.safetensors"
Array = NDArray[np.float32]


def compress(deltas: dict[str, Array], rank: int = RANK) -> dict[str, NDArray[np.float16]]:
    """Pairs `NAME.A`, `NAME.B` of rank `rank` nearest to the deltas."""
    pairs = {}
    for name, delta in sorted(deltas.items()):
        left, values, right = np.linalg.svd(delta.astype(np.float64), full_matrices=False)
        root = np.sqrt(values[:rank])
        pairs[f"{name}.A"] = np.ascontiguousarray(root[:, None] * right[:rank], np.float16)
        pairs[f"{name}.B"] = np.ascontiguousarray(left[:, :rank] * root, np.float16)
    return pairs


def expand(pairs: dict[str, NDArray[np.float16]]) -> dict[str, Array]:
    """The deltas that the pairs stand for."""
    names = sorted(name.removesuffix(".A") for name in pairs if name.endswith(".A"))
    return {
        name: pairs[f"{name}.B"].astype(np.float32) @ pairs[f"{name}.A"].astype(np.float32) for name in names
    }


def save(pairs: dict[str, NDArray[np.float16]], path: Path, provenance: dict[str, Any]) -> None:
    """Write the pairs, and beside them a JSON file with where they come from."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(pairs, str(path))
    content = {"sha256": sha256(path), **provenance}
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def load(path: Path) -> dict[str, NDArray[np.float16]]:
    """Read what `save` wrote."""
    pairs: dict[str, NDArray[np.float16]] = load_file(str(path))
    return pairs


def write_model(base: Path, pairs: dict[str, NDArray[np.float16]], folder: Path) -> None:
    """Write the sentence-transformers folder `base` again with the pairs merged into its weights."""
    shutil.copytree(base, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(MODEL, LAYERS, WORDS))
    weights = load_file(str(base / WEIGHTS))
    for name, delta in expand(pairs).items():
        weights[name] = weights[name] + delta
    save_file(weights, str(folder / WEIGHTS), metadata={"format": "pt"})
    save_file({name: pairs[name] for name in pairs if name.startswith(PREFIX)}, str(folder / FILE))


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
