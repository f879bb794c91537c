"""What every benchmark takes on its command line, and how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search27.errors import Search27Error


@dataclass(frozen=True, slots=True)
class Options:
    """Where a benchmark reads and writes.

    Attributes:
        corpus: Folder of publications.
        questions: Question file, see `search27.evaluation`.
        index: Folder of search27's index, brought up to date first.
        out: Folder of results, one JSON file a benchmark.
        stacks: The systems to compare, all where empty.
        docs: Folder that the report is written into.
    """

    corpus: Path
    questions: Path
    index: Path
    out: Path
    stacks: tuple[str, ...]
    docs: Path


STACKS = ("baselines", "txtai", "llamaindex", "search27")


def read_options(description: str) -> Options:
    """Read the command line, the same for every benchmark."""
    return options_of(parser(description).parse_args())


def parser(description: str) -> argparse.ArgumentParser:
    """What every benchmark takes; a benchmark may add to it."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus27"), help="publications")
    parser.add_argument(
        "--questions", type=Path, default=Path("../shared/bench27/dev.jsonl"), help="question file"
    )
    parser.add_argument("--index", type=Path, default=Path("build/benchmark"), help="search27's index")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"), help="results")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="where the report goes")
    parser.add_argument("--systems", nargs="+", choices=STACKS, default=(), help="compare only these")
    return parser


def options_of(given: argparse.Namespace) -> Options:
    """The shared part of a parsed command line."""
    return Options(given.corpus, given.questions, given.index, given.out, tuple(given.systems), given.docs)


def run(main: Callable[[], None]) -> None:
    """Run a benchmark without the network; an expected error becomes one line and exit code 1."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    try:
        main()
    except Search27Error as error:
        sys.exit(f"Error: {error}")
