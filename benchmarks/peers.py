"""Compare search27 with other systems on one corpus, one set of questions and one machine.

    python -m benchmarks.peers [--corpus DIR] [--questions FILE] [--index DIR] [--out DIR] [--systems NAME …]

Each stack runs in a process of its own. Figures are written as soon as a stack is done: a run that was stopped
goes on where it ended, and only what has changed since is measured again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.baselines import baselines
from benchmarks.load import LoadMeter
from benchmarks.material import Material, gather
from benchmarks.options import Options, read_options, run
from benchmarks.processes import isolated
from benchmarks.results_file import circumstances, installed, read_results, write_results
from benchmarks.stacks import llamaindex, search27, txtai
from benchmarks.systems import System, measure
from search27.config import load_settings
from search27.evaluation import read_questions

Stack = Callable[[Material, Path], list[System]]

STACKS: dict[str, Stack] = {
    "baselines": baselines,
    "txtai": txtai,
    "llamaindex": llamaindex,
    "search27": search27,
}
USES = {
    "baselines": ("sentence-transformers", "torch", "faiss-cpu", "bm25s"),
    "txtai": ("txtai", "torch", "faiss-cpu"),
    "llamaindex": ("llama-index-core", "llama-index-embeddings-huggingface", "torch"),
    "search27": ("openvino", "tokenizers", "faiss-cpu", "bm25s"),
}
FILE = "peers.json"


def compare(options: Options) -> dict[str, Any]:
    """Measure what is not measured yet and return all results."""
    read_questions(options.questions)
    material = gather(options.corpus, options.questions, load_settings())
    path = options.out / FILE
    old: dict[str, Any] = read_results(path).get("systems", {})
    keys = {name: _key(name, material) for name in STACKS}
    measured = {label: row for label, row in old.items() if row["key"] == keys.get(row["stack"])}
    for name in options.stacks or STACKS:
        if not any(row["stack"] == name for row in measured.values()):
            print(f"Measuring {name} …", flush=True)
            date, meter = circumstances()["date"], LoadMeter()
            rows = _with_known_build(isolated(measure_stack, name, material, options.index), old)
            about = {"stack": name, "key": keys[name], "date": date, "other_load": meter.others()}
            measured |= {label: {**about, **row} for label, row in rows.items()}
            write_results(path, _results(material, measured))
    return _results(material, measured)


def measure_stack(name: str, material: Material, index: Path) -> dict[str, Any]:
    """Figures by the name of each system of a stack."""
    return {system.name: measure(system, material.questions) for system in STACKS[name](material, index)}


def _with_known_build(rows: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """Keep the time of the last whole build where an index was up to date already."""
    for label, row in rows.items():
        if row["build_seconds"] is None and old.get(label, {}).get("units") == row["units"]:
            row["build_seconds"] = old[label]["build_seconds"]
    return rows


def _key(name: str, material: Material) -> str:
    """Changes with whatever the figures of a stack depend on."""
    parts = [material.fingerprint, json.dumps([circumstances()["machine"], installed(USES[name])])]
    if name == "search27":
        source = Path(__file__).parents[1] / "src" / "search27"
        files = sorted(path for kind in ("*.py", "*.json", "*.safetensors") for path in source.rglob(kind))
        parts += [
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if "app" not in path.relative_to(source).parts
        ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _results(material: Material, systems: dict[str, Any]) -> dict[str, Any]:
    order = list(STACKS)
    systems = dict(sorted(systems.items(), key=lambda item: order.index(item[1]["stack"])))
    return {
        **circumstances(),
        "corpus": {"documents": len(material.documents), "passages": len(material.units)},
        "questions": len(read_questions(material.questions)),
        "systems": systems,
    }


def print_table(systems: dict[str, Any]) -> None:
    """Quality, latency, build time and size side by side."""
    columns = ("hit@1", "hit@5", "hit@10", "mrr@10", "doc@5", "p50 ms", "p95 ms", "build s", "MB")
    print(f"{'':36}" + "".join(f"{column:>9}" for column in columns))
    for label, row in systems.items():
        scores = row["scores"]["all"]
        names = ("hit_at_1", "hit_at_5", "hit_at_10", "mrr_at_10", "doc_at_5")
        build = "–" if row["build_seconds"] is None else f"{row['build_seconds']:.0f}"
        cells = [f"{scores[name]:.3f}" for name in names]
        cells += [f"{row['p50_ms']:.0f}", f"{row['p95_ms']:.0f}", build, f"{row['index_bytes'] / 1e6:.1f}"]
        print(f"{label:36}" + "".join(f"{cell:>9}" for cell in cells))


def main() -> None:
    print_table(compare(read_options("Compare search27 with other systems."))["systems"])


if __name__ == "__main__":
    run(main)
