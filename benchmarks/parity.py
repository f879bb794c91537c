"""The same index searched in its own files and through Milvus Lite: do the two find the same?

    python -m benchmarks.parity [--index DIR] [--questions FILE] [--out DIR]

The current generation is brought to Milvus Lite in a scratch folder; nothing is encoded. Each store is asked in a
process of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import search27
from benchmarks.load import LoadMeter
from benchmarks.options import Options, options_of, parser, run
from benchmarks.processes import isolated
from benchmarks.results_file import circumstances, write_results
from benchmarks.scale import real_parts
from benchmarks.systems import Timed, scores_of
from search27 import Library
from search27.config import Settings, load_settings
from search27.index import generation
from search27.ingest import ATLAS
from search27.writing import write_files

FILE = "milvus.json"
ALLOWED = 0.01
"""How far hit@5 of the two may lie apart."""
COLUMNS = {
    "hit_at_1": "hit@1",
    "hit_at_5": "hit@5",
    "hit_at_10": "hit@10",
    "mrr_at_10": "mrr@10",
    "doc_at_5": "doc@5",
}


class _Remembering(Timed):
    """A timed search that keeps the ids of the five best passages of each question."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.search)
        self.best: list[list[str]] = []

    def search(self, question: str, *arguments: Any, **keywords: Any) -> Any:
        """Passages for a question, best first."""
        hits = super().search(question, *arguments, **keywords)
        self.best.append([hit.passage.id for hit in hits[:5]])
        return hits


def bring(source: Path, index: Path, uri: str) -> float:
    """Write the current generation of `source` anew, with its candidates in Milvus; gives the seconds it took."""
    folder = source / generation.current_name(source)
    contents = generation.verify(folder).contents
    parts = real_parts(source, contents.encoder, sys.maxsize)
    started = time.perf_counter()
    with generation.build_lock(index), generation.new_generation(index) as scratch:
        counts = write_files(scratch, parts, contents.encoder, uri)
        (scratch / ATLAS).write_bytes((folder / ATLAS).read_bytes())
        generation.publish(index, scratch, generation.Contents(contents.encoder, counts))
    return time.perf_counter() - started


def ask(index: Path, questions: Path, settings: Settings) -> tuple[dict[str, Any], list[list[str]]]:
    """Figures of one store, and the ids of the five best passages for each question."""
    library = Library.open(index, settings)
    library.search("27e Région")
    asked = _Remembering(library)
    scores = scores_of(asked, questions)["all"]
    p50, p95 = np.percentile(asked.seconds, (50, 95)) * 1000
    row = {title: scores[name] for name, title in COLUMNS.items()}
    return row | {"p50 ms": round(float(p50), 1), "p95 ms": round(float(p95), 1)}, asked.best


def measure(options: Options) -> dict[str, Any]:
    """Both stores, one after the other."""
    settings, meter = load_settings(), LoadMeter()
    with tempfile.TemporaryDirectory(prefix="parity-") as name:
        folder = Path(name)
        uri = str(folder / "milvus.db")
        seconds = isolated(bring, options.index, folder / "index", uri)
        there = settings.model_copy(update={"store": "milvus", "milvus_uri": uri})
        own, own_best = isolated(ask, options.index, options.questions, settings)
        other, other_best = isolated(ask, folder / "index", options.questions, there)
    same = float(np.mean([one == two for one, two in zip(own_best, other_best, strict=True)]))
    apart = abs(own["hit@5"] - other["hit@5"])
    note = (
        f"hit@5 lies {100 * apart:.2f} points apart ({100 * ALLOWED:.0f} allowed); the five best passages are the "
        f"same, in the same order, for {100 * same:.1f} % of {len(own_best)} searches. Bringing all rows to Milvus "
        f"Lite took {seconds:.0f} s. Other work took {meter.others()} cores on average: times count beside each other "
        "only."
    )
    rows = [{"store": "its own files", **own}, {"store": "Milvus Lite", **other}]
    return {
        **circumstances(),
        "note": note,
        "command": "python -m benchmarks.parity",
        "rows": rows,
        "apart": apart,
    }


def main() -> None:
    options = options_of(
        parser("Compare search in the index's files with search in Milvus Lite.").parse_args()
    )
    if not (options.index / generation.CURRENT).exists():
        search27.build(options.corpus, options.index, load_settings())
    found = measure(options)
    write_results(options.out / FILE, found)
    for row in found["rows"]:
        print(row)
    print(found["note"])
    if found["apart"] > ALLOWED:
        sys.exit("Error: the two stores lie further apart than allowed.")


if __name__ == "__main__":
    run(main)
