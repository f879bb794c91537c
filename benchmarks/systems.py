"""What a system under comparison is, and how one is questioned and timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from search27.evaluation import DEPTH, Scores, evaluate, read_questions
from search27.types import Answer, Filters, Hit

Search = Callable[[str, int], list[Hit]]

FIGURES = ("n", "hit_at_1", "hit_at_5", "hit_at_10", "mrr_at_10", "doc_at_5")
WARM_UP = 10


@dataclass(frozen=True, slots=True)
class System:
    """One system, ready to be asked.

    Attributes:
        build_seconds: From extracted texts to a searchable index; None where the index was already there.
        index_bytes: On disk, with the texts that hits show.
        units: How many stretches of text it ranks.
    """

    name: str
    search: Search
    build_seconds: float | None
    index_bytes: int
    units: int


class Timed:
    """A system as `search27.evaluation` asks for it: searches are timed, nothing is answered."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self.seconds: list[float] = []

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Passages for a question, best first."""
        start = time.perf_counter()
        hits = self._search(question, k)
        self.seconds.append(time.perf_counter() - start)
        return hits

    def ask(self, question: str) -> Answer:
        """Abstain."""
        return Answer(question, "", abstained=True)


def measure(system: System, questions: Path) -> dict[str, Any]:
    """Ask every question, one after the other, once the first few have warmed the system up."""
    for question in read_questions(questions)[:WARM_UP]:
        system.search(question.question, DEPTH)
    timed = Timed(system.search)
    scores = scores_of(timed, questions)
    p50, p95 = np.percentile(timed.seconds, (50, 95)) * 1000
    return {
        "units": system.units,
        "build_seconds": None if system.build_seconds is None else round(system.build_seconds, 1),
        "index_bytes": system.index_bytes,
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "scores": scores,
    }


def scores_of(timed: Timed, questions: Path) -> dict[str, dict[str, float]]:
    """Retrieval figures for all questions that the corpus answers and for each type."""
    return {group: _figures(scores) for group, scores in evaluate(timed, questions).groups.items()}


def _figures(scores: Scores) -> dict[str, float]:
    values = asdict(scores)
    return {name: values[name] for name in FIGURES}


def folder_bytes(folder: Path) -> int:
    """Size of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
