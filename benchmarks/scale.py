"""How build time, latency, memory and disk grow with the number of passages, on one machine.

    python -m benchmarks.scale [--index DIR] [--questions FILE] [--out DIR] [--sizes N …]

The passages of the real index come first. Beyond them vectors and texts are drawn from their distribution (`draw`):
figures there say how fast a search is, not how good. Encoding is left out of the build; a search includes the encoding
of its question. Each size is built in one process and searched in another.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import faiss
import numpy as np

import search27
from benchmarks.load import LoadMeter
from benchmarks.options import Options, options_of, parser, run
from benchmarks.processes import isolated, peak_megabytes
from benchmarks.results_file import circumstances, write_results
from search27 import Library
from search27.config import load_settings
from search27.embedding.encoder import EncoderIdentity
from search27.evaluation import read_questions
from search27.explore import atlas
from search27.index import generation
from search27.index.dense import DenseIndex, Vectors, moments, normalised
from search27.index.inverted import InvertedLists, recall, sampled_queries
from search27.index.store import Entry
from search27.ingest import ATLAS
from search27.reuse import WINDOWS, Part, open_previous, words_of
from search27.types import Document, DocumentInfo, Passage, Span
from search27.writing import write_files

FILE = "scale.json"
SIZES = (1_000, 10_000, 100_000)
ASKED = 200
WARM_UP = 10
PASSAGES_A_DOCUMENT = 12
NEARNESS = 0.6
"""Share of a drawn vector's variance that it has in common with the real one it is drawn around."""
NOTE = (
    "Passages with their sentence windows and tokens, searched for ten hits with questions of the benchmark; encoding "
    "the question counts, encoding the passages does not. *CPU* is processor time, all threads together; *others* are "
    "the cores that other work took. Up to *real* passages are the corpus's own; the others are drawn: words at random "
    "from the corpus in texts of real lengths, vectors around real ones with the corpus's covariance, tokens of real "
    "passages. *recall* is that of the ten best windows against exact comparison (– where comparison is exact)."
)


def draw(parts: list[Part], count: int, seed: int = 27) -> Iterator[Part]:
    """Documents with `count` passages in all, drawn from the distribution of real ones; not analysed."""
    random = np.random.default_rng(seed)
    real = [
        (passage, windows, vectors[row], tokens[row])
        for entry, vectors, _, tokens, _ in parts
        for row, (passage, windows) in enumerate(zip(entry.passages, entry.windows, strict=True))
    ]
    words = np.array(" ".join(passage.text for passage, *_ in real).split())
    blur = _Blur(np.concatenate([part.passages for part in parts]), random)
    window_rows = np.concatenate([part.windows for part in parts])
    window_blur = _Blur(window_rows, random)
    starts = np.cumsum([0] + [len(windows) for _, windows, *_ in real])
    for number, first in enumerate(range(0, count, PASSAGES_A_DOCUMENT)):
        chosen = random.integers(len(real), size=min(PASSAGES_A_DOCUMENT, count - first))
        texts = [" ".join(random.choice(words, len(real[n][0].text.split()))) for n in chosen]
        spans = [_cut(text, len(real[n][1])) for n, text in zip(chosen, texts, strict=True)]
        rows = np.concatenate([np.arange(starts[n], starts[n + 1]) for n in chosen])
        entry = _entry(f"drawn/{number:07d}", texts, spans)
        vectors, of_windows = blur(np.stack([real[n][2] for n in chosen])), window_blur(window_rows[rows])
        yield Part(entry, vectors, of_windows, [real[n][3] for n in chosen], [])


class _Blur:
    """Draws unit vectors around given ones, keeping mean and covariance of all."""

    def __init__(self, vectors: Vectors, random: np.random.Generator) -> None:
        self._mean, covariance = moments(vectors)
        values, axes = np.linalg.eigh(covariance)
        self._axes = axes * np.sqrt(np.maximum(values, 0))
        self._random = random

    def __call__(self, vectors: Vectors) -> Vectors:
        noise = self._random.normal(size=vectors.shape) @ self._axes.T
        centred = vectors - self._mean
        return normalised(self._mean + NEARNESS**0.5 * centred + (1 - NEARNESS) ** 0.5 * noise)


def _cut(text: str, pieces: int) -> list[Span]:
    limits = [len(text) * place // max(pieces, 1) for place in range(pieces + 1)]
    return [Span(start, end) for start, end in pairwise(limits)]


def _entry(name: str, texts: list[str], spans: list[list[Span]]) -> Entry:
    passages, windows, start = [], [], 0
    for number, (text, inside) in enumerate(zip(texts, spans, strict=True)):
        passages.append(Passage(f"{name}#{number}", name, text, Span(start, start + len(text))))
        windows.append(tuple(Span(start + span.start, start + span.end) for span in inside))
        start += len(text) + 2
    document = Document(DocumentInfo(name, name), "\n\n".join(texts), ())
    return Entry(document, name, "", tuple(passages), tuple(windows))


def real_parts(source: Path, identity: EncoderIdentity, count: int) -> list[Part]:
    """Whole documents of an index until they have `count` passages."""
    parts: list[Part] = []
    row = 0
    with open_previous(source, identity) as previous:
        if previous is None:
            raise SystemExit(f"{source} holds no index of this version. Run: search27 build --index {source}")
        for position in range(len(previous.store.infos)):
            if row >= count:
                break
            parts.append(previous.part(position))
            row += len(parts[-1].entry.passages)
    return parts


def build(source: Path, index: Path, count: int) -> dict[str, Any]:
    """Write a generation of about `count` passages; seconds leave out the drawing."""
    folder = source / generation.current_name(source)
    identity = generation.verify(folder).contents.encoder
    parts = real_parts(source, identity, count)
    real = sum(len(part.entry.passages) for part in parts)
    drawn = _Timed(draw(parts, max(0, count - real)))
    started = time.perf_counter()
    with generation.build_lock(index), generation.new_generation(index) as scratch:
        analysed = (part._replace(words=words_of(part.entry)) for part in drawn)
        counts = write_files(scratch, chain(parts, analysed), identity)
        atlas.save(atlas.Atlas(), scratch / ATLAS)
        generation.publish(index, scratch, generation.Contents(identity, counts))
    return {
        "passages": counts["passages"],
        "windows": counts["windows"],
        "real": real,
        "build s": round(time.perf_counter() - started - drawn.seconds, 1),
        "build MB": peak_megabytes(),
    }


class _Timed:
    """What an iterator gives, and the seconds that it took for it."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = iter(parts)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Part]:
        return self

    def __next__(self) -> Part:
        started = time.perf_counter()
        try:
            return next(self._parts)
        finally:
            self.seconds += time.perf_counter() - started


def search(index: Path, questions: Path) -> dict[str, Any]:
    """Latency, memory and disk of one index."""
    asked = [question.question for question in read_questions(questions)][: ASKED + WARM_UP]
    started = time.perf_counter()
    library = Library.open(index, load_settings())
    opened = time.perf_counter() - started
    seconds, worked = [], []
    for question in asked:
        started, before = time.perf_counter(), time.process_time()
        library.search(question)
        seconds.append(time.perf_counter() - started)
        worked.append(time.process_time() - before)
    p50, p95 = np.percentile(seconds[WARM_UP:], (50, 95)) * 1000
    row = {
        "open s": round(opened, 1),
        "p50 ms": round(float(p50), 1),
        "p95 ms": round(float(p95), 1),
        "CPU p95 ms": round(float(np.percentile(worked[WARM_UP:], 95)) * 1000, 1),
        "search MB": peak_megabytes(),
        "disk MB": round(library.status().bytes / 1e6),
    }
    return row | {"recall": _window_recall(index / library.generation)}


def _window_recall(folder: Path) -> float | None:
    index = DenseIndex.load(folder, WINDOWS)
    if not isinstance(index.proposer, InvertedLists):
        return None
    vectors = np.array(index.vectors)
    queries = sampled_queries(vectors, np.random.default_rng(1))
    _, exact = faiss.knn(queries, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    return round(recall(index.proposer, queries, exact), 3)


def measure(options: Options, sizes: list[int]) -> dict[str, Any]:
    rows = []
    for size in sizes:
        meter = LoadMeter()
        index = Path(tempfile.mkdtemp(prefix="scale-"))
        try:
            built = isolated(build, options.index, index, size)
            rows.append({**built, **isolated(search, index, options.questions), "others": meter.others()})
        finally:
            shutil.rmtree(index)
        print(rows[-1], flush=True)
    return {
        **circumstances(),
        "note": NOTE,
        "command": "python -m benchmarks.scale",
        "rows": rows,
    }


def main() -> None:
    known = parser("Measure how search27 grows with the number of passages.")
    known.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of passages")
    given = known.parse_args()
    options = options_of(given)
    if not (options.index / generation.CURRENT).exists():
        search27.build(options.corpus, options.index, load_settings())
    write_results(options.out / FILE, measure(options, given.sizes))


if __name__ == "__main__":
    run(main)
