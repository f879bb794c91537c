"""How fast search27 is beside plain uses of the same model, all in one run.

    python -m benchmarks.speed [--corpus DIR] [--questions FILE] [--out DIR] [--documents N] [--seconds S]

`--documents` takes the first N files of the corpus only and `--seconds` bounds each way to encode: for trials.
Every measurement runs in a process of its own; ways to encode take turns, so that other work burdens them alike.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.load import LoadMeter
from benchmarks.material import ENCODER, Material, gather
from benchmarks.options import options_of, parser, run
from benchmarks.processes import isolated, peak_megabytes
from benchmarks.results_file import circumstances, write_results
from benchmarks.stacks import llamaindex, txtai
from search27 import Library, build
from search27.config import Settings, load_settings
from search27.embedding.bundled import PROMPTS, bundled_folder
from search27.embedding.encoder import PassageInput, SentenceTransformerEncoder
from search27.embedding.openvino import open_encoder
from search27.evaluation import read_questions
from search27.sources.folder import discover

FILE = "speed.json"
COMMAND = "make bench-speed"
PART = "python -m benchmarks.speed --documents {}"
DEFAULT_BATCH = 32
"""What `SentenceTransformer.encode` takes unless told otherwise."""
SLICE = 64
"""Passages that each way encodes before the next one has its turn."""
ASKED = 200
ANSWERED = 50
WARM_UP = 10
TRIES = 3
NEW_ARTICLE = "---\ntitle: Un article de plus\ndate: 2026-01-05\n---\n\n# La mesure\n\n" + (
    "Une phrase courte suit une autre phrase courte, et le paragraphe s'arrête ici.\n\n" * 20
)

STACKS = {"llamaindex": llamaindex, "txtai": txtai}

Row = dict[str, Any]


def encoding(material: Material, cache: Path, seconds: float) -> list[Row]:
    """Tokens a second of each way to encode the same passages."""
    texts = [unit.indexed for unit in material.units]
    ours, torch = open_encoder(ENCODER, cache), SentenceTransformerEncoder(ENCODER, cache)
    counts = ours.count_tokens([PROMPTS["document"] + text for text in texts])
    plain = torch._model

    def ignore(_: int) -> None:
        pass

    ways: dict[str, Callable[[list[str]], object]] = {
        "sentence-transformers, PyTorch, its default batch": lambda part: plain.encode(
            part, prompt=PROMPTS["document"], batch_size=DEFAULT_BATCH, show_progress_bar=False
        ),
        "PyTorch, batches by tokens": lambda part: torch.encode_passages(
            [PassageInput(text, ()) for text in part], ignore
        ),
        "search27": lambda part: ours.encode_passages([PassageInput(text, ()) for text in part], ignore),
    }
    spent, tokens = dict.fromkeys(ways, 0.0), dict.fromkeys(ways, 0)
    for way in ways.values():
        way(texts[:2])
    start = 0
    while min(spent.values()) < seconds and start < len(texts):
        for name, way in ways.items():
            started = time.perf_counter()
            way(texts[start : start + SLICE])
            spent[name] += time.perf_counter() - started
            tokens[name] += sum(counts[start : start + SLICE])
        start += SLICE
    rates = {name: tokens[name] / spent[name] for name in ways}
    *others, own = rates
    return [_compared(f"tokens encoded a second, beside {name}", rates[own], rates[name]) for name in others]


def build_times(material: Material, folder: Path, settings: Settings, stacks: list[str]) -> list[Row]:
    """A whole build beside those of other systems, then what later builds take."""
    empty = _only_models(settings, folder / "cache")
    measured = isolated(timed_build, material.corpus, folder / "index", empty)
    rows = []
    for stack in stacks:
        for name, seconds in isolated(_stack_seconds, STACKS[stack], material):
            rows.append(_compared(f"build beside {name}", measured["seconds"], seconds, "s"))
    rows.append(_alone("most memory of the build", measured["megabytes"], "MB"))
    again = isolated(timed_build, material.corpus, folder / "lost", empty)
    rows.append(
        _compared("build of a lost index, vectors in the cache", again["seconds"], measured["seconds"], "s")
    )
    rows.append(
        _alone(
            "build where nothing changed",
            isolated(timed_build, material.corpus, folder / "index", empty)["seconds"],
            "s",
        )
    )
    grown = folder / "grown"
    shutil.copytree(material.corpus, grown)
    (grown / "de-plus.md").write_text(NEW_ARTICLE, encoding="utf-8")
    one = isolated(timed_build, grown, folder / "index", empty)
    rows.append(_alone("build of one new article, loading the model included", one["seconds"], "s"))
    rows.append(_alone("loading the model", isolated(model_load, empty), "s"))
    return rows


def model_load(settings: Settings) -> float:
    """Seconds until a process has encoded its first, one-word passage."""
    started = time.perf_counter()
    encoder = open_encoder(settings.encoder, settings.cache)
    encoder.count_tokens(["mot"])
    encoder.encode_passages([PassageInput("mot", ())], lambda _: None)
    return time.perf_counter() - started


def timed_build(corpus: Path, index: Path, settings: Settings) -> Row:
    started = time.perf_counter()
    build(corpus, index, settings)
    return {"seconds": time.perf_counter() - started, "megabytes": peak_megabytes()}


def _stack_seconds(
    stack: Callable[[Material, Path], list[Any]], material: Material
) -> list[tuple[str, float]]:
    return [(system.name, system.build_seconds) for system in stack(material, Path())]


def queries(index: Path, questions: Path, settings: Settings) -> list[Row]:
    """Latency and memory of searches, then of answers, in one process."""
    asked = [question.question for question in read_questions(questions)][: ASKED + WARM_UP]
    library = Library.open(index, settings)
    seconds = []
    for question in asked:
        started = time.perf_counter()
        library.search(question)
        seconds.append(time.perf_counter() - started)
    p50, p95 = np.percentile(seconds[WARM_UP:], (50, 95)) * 1000
    rows = [
        _alone("search, median", float(p50), "ms"),
        _alone("search, 95th percentile", float(p95), "ms"),
        _alone("most memory while searching", peak_megabytes(), "MB"),
    ]
    seconds = []
    for question in asked[: ANSWERED + WARM_UP]:
        started = time.perf_counter()
        library.ask(question)
        seconds.append(time.perf_counter() - started)
    return [
        *rows,
        _alone("answer, median", float(np.median(seconds[WARM_UP:])) * 1000, "ms"),
        _alone("most memory while answering", peak_megabytes(), "MB"),
    ]


def command_line(index: Path, settings: Settings) -> list[Row]:
    """What a person waits for who types a command; the best of some tries, libraries being in the disk's cache."""
    environment = {**os.environ, "SEARCH27_CACHE": str(settings.cache), "SEARCH27_ENCODER": settings.encoder}
    commands = {
        "search27 --help": ["--help"],
        "search27 search, from the command line": ["search", "budget", "--index", str(index)],
    }
    rows = []
    for name, arguments in commands.items():
        times = []
        for _ in range(TRIES):
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "search27", *arguments],
                env=environment,
                check=True,
                capture_output=True,
            )
            times.append(time.perf_counter() - started)
        rows.append(_alone(name, min(times), "s"))
    return rows


def _only_models(settings: Settings, folder: Path) -> Settings:
    """Settings whose cache holds the converted model and no vectors."""
    model = bundled_folder(settings.cache, ENCODER)
    folder.mkdir()
    (folder / model.name).symlink_to(model.resolve())
    return settings.model_copy(update={"cache": folder, "encoder": ENCODER})


def _sample(corpus: Path, documents: int | None, folder: Path) -> Path:
    if documents is None:
        return corpus
    for source in discover(corpus)[:documents]:
        target = folder / source.path.relative_to(corpus)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.path, target)
    return folder


def _compared(measure: str, own: float, other: float, unit: str = "") -> Row:
    """A row with the ratio by which search27 is better: more of a rate, less of a time."""
    ratio = other / own if unit else own / other
    return {
        "measure": measure,
        "unit": unit,
        "search27": round(own, 2),
        "other": round(other, 2),
        "times": round(ratio, 2),
    }


def _alone(measure: str, value: float, unit: str) -> Row:
    return {"measure": measure, "unit": unit, "search27": round(value, 2)}


def measure(corpus: Path, questions: Path, folder: Path, seconds: float, stacks: list[str]) -> list[Row]:
    """All rows; `folder` takes what is built."""
    settings = load_settings()
    material = gather(corpus, questions, settings)
    rows = isolated(encoding, material, settings.cache, seconds)
    rows += build_times(material, folder, settings, stacks)
    ours = settings.model_copy(update={"cache": folder / "cache", "encoder": ENCODER})
    return rows + isolated(queries, folder / "index", questions, ours) + command_line(folder / "index", ours)


def main() -> None:
    known = parser("Measure how fast search27 is.")
    known.add_argument("--documents", type=int, help="take only the first N files of the corpus")
    known.add_argument("--seconds", type=float, default=120.0, help="bounds each way to encode")
    given = known.parse_args()
    options = options_of(given)
    stacks = [name for name in STACKS if not options.stacks or name in options.stacks]
    meter = LoadMeter()
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        folder = Path(name)
        corpus = _sample(options.corpus, given.documents, folder / "corpus")
        rows = measure(corpus, options.questions, folder, given.seconds, stacks)
    command = PART.format(given.documents) if given.documents else COMMAND
    taken = f"The first {given.documents} files of the corpus only. " if given.documents else ""
    note = taken + (
        "multilingual-e5-small as published in all of them. *times* says how much better search27 is. Other work "
        f"took {meter.others()} cores on average; above 0.25 the times are too long, and only the ways to encode, "
        "which take turns, compare."
    )
    write_results(options.out / FILE, {**circumstances(), "note": note, "command": command, "rows": rows})


if __name__ == "__main__":
    run(main)
