"""How much search27 loses when questions are typed in a hurry.

python -m benchmarks.robustness [--corpus DIR] [--questions FILE] [--index DIR] [--out DIR]
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.noise import NOISES
from benchmarks.options import Options, read_options, run
from benchmarks.results_file import circumstances, write_results
from benchmarks.systems import Timed, scores_of
from search27 import Library, build
from search27.config import load_settings
from search27.evaluation import read_questions

ALLOWED_FALL = {"without accents": 0.03, "lower-cased": 0.03, "one typo": 0.05}
"""Most that hit@5 may fall."""
FILE = "robustness.json"


def write_noisy(questions: Path, noise: str, path: Path) -> None:
    """Write the question file again with this noise in every question."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    noisy = [{**row, "question": NOISES[noise](row["question"], str(row["id"]))} for row in rows]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in noisy), encoding="utf-8")


def robustness(options: Options) -> dict[str, Any]:
    """hit@5 on the questions as they are and with each noise, by question type."""
    read_questions(options.questions)
    settings = load_settings()
    build(options.corpus, options.index, settings)
    library = Library.open(options.index, settings)
    hits = {"clean": _hits(library, options.questions)}
    with tempfile.TemporaryDirectory() as folder:
        for noise in NOISES:
            path = Path(folder) / "questions.jsonl"
            write_noisy(options.questions, noise, path)
            hits[noise] = _hits(library, path)
    library.close()
    falls = {noise: round(hits["clean"]["all"] - hits[noise]["all"], 4) for noise in NOISES}
    return {**circumstances(), "hit_at_5": hits, "falls": falls, "allowed": ALLOWED_FALL}


def _hits(library: Library, questions: Path) -> dict[str, float]:
    timed = Timed(lambda question, k: library.search(question, k))
    return {group: figures["hit_at_5"] for group, figures in scores_of(timed, questions).items()}


def main() -> None:
    options = read_options("Measure what hurried typing costs.")
    results = robustness(options)
    write_results(options.out / FILE, results)
    for name, hits in results["hit_at_5"].items():
        print(f"{name:18} hit@5 {hits['all']:.3f}")


if __name__ == "__main__":
    run(main)
