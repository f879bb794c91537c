"""How well the verifier tells supported sentences from corrupted ones.

python -m benchmarks.verifier --questions FILE [--corpus DIR] [--index DIR] [--out DIR]

Supported: the French answers of the questions against the French passages that hold their evidence, those beside
them, and the opening of their publications, where people and places are introduced. Corrupted: the same answers
with one thing changed, by a fixed seed. The bars were set on every second publication; the figures are
those of the others.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from benchmarks.corruptions import CORRUPTIONS
from benchmarks.options import Options, read_options, run
from benchmarks.results_file import circumstances, write_results
from search27 import Library, build
from search27.answer.verify import Reason, verify_sentence
from search27.config import load_settings
from search27.evaluation import holds, is_document
from search27.french import language_of
from search27.types import Hit

FILE = "verifier.json"
COMMAND = "python -m benchmarks.verifier --questions ../shared/bench27/train.jsonl"
SEED = 27
STRANGER = 7
"""How many cases further the passages are taken from that have nothing to do with an answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """An answer and the passages that support it; `narrow` are those without the openings."""

    answer: str
    cited: tuple[Hit, ...]
    narrow: tuple[Hit, ...]
    held_out: bool


def collect(questions: Path, library: Library) -> list[Case]:
    """Every French answer whose evidence stands in French passages of the index."""
    lines = questions.read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if line.strip() and (row := json.loads(line)).get("evidence")]
    cases = []
    for row in rows:
        narrow, openings = _evidence(row["evidence"], library)
        is_french = any(language_of(hit.passage.text) == "fr" for hit in narrow.values())
        if is_french and language_of(row["answer"]) == "fr":
            held_out = sum(map(ord, row["evidence"][0]["doc"])) % 2 == 1
            wide = tuple({**narrow, **openings}.values())
            cases.append(Case(row["answer"], wide, tuple(narrow.values()), held_out))
    return cases


def _evidence(gold: list[dict[str, str]], library: Library) -> tuple[dict[str, Hit], dict[str, Hit]]:
    """Passages that hold the quotes with those beside them, and their publications' first passages."""
    near: dict[str, Hit] = {}
    openings: dict[str, Hit] = {}
    for item in gold:
        for info in library.documents():
            if not is_document(info.id, item["doc"]):
                continue
            passages = library.passages(info.id)
            for place, passage in enumerate(passages):
                if holds(passage.text, item["quote"]) or holds(item["quote"], passage.text):
                    around = passages[max(0, place - 1) : place + 2]
                    near.update((other.id, Hit(1.0, other, info)) for other in around)
                    openings[passages[0].id] = Hit(1.0, passages[0], info)
    return near, openings


def measure(cases: Sequence[Case]) -> dict[str, Any]:
    """False alarms, and for each corruption how many of the answers found supported are caught when corrupted."""
    verdicts = [verify_sentence(case.answer, case.cited) for case in cases]
    supported = [case for case, found in zip(cases, verdicts, strict=True) if found.verdict == "supported"]
    alarms = 1 - len(supported) / len(cases)
    reasons = {reason: _share(reason in found.reasons for found in verdicts) for reason in get_args(Reason)}
    rows = {}
    for name, corrupt in CORRUPTIONS.items():
        chance = random.Random(SEED)
        made = [(text, case) for case in supported if (text := corrupt(case.answer, chance)) is not None]
        if made:
            recall = _share(_is_caught(text, case.cited) for text, case in made)
            # Precision where as many sentences are corrupted as are supported.
            rows[name] = {"n": len(made), "recall": recall, "precision": recall / (recall + alarms)}
    strangers = [cases[(place + STRANGER) % len(cases)].cited for place in range(len(cases))]
    return {
        "sentences": len(cases),
        "false_alarms": alarms,
        "false_alarms_narrow": _share(_is_caught(case.answer, case.narrow) for case in cases),
        "reasons": {reason: share for reason, share in reasons.items() if share},
        "corruptions": rows,
        "strangers": _share(
            _is_caught(case.answer, cited) for case, cited in zip(cases, strangers, strict=True)
        ),
    }


def _is_caught(text: str, cited: Sequence[Hit]) -> bool:
    return verify_sentence(text, cited).verdict == "unsupported"


def _share(values: Iterable[bool]) -> float:
    rows = list(values)
    return sum(rows) / len(rows)


def verifier(options: Options) -> dict[str, Any]:
    """Figures of the held-out half."""
    settings = load_settings()
    build(options.corpus, options.index, settings)
    library = Library.open(options.index, settings)
    cases = [case for case in collect(options.questions, library) if case.held_out]
    library.close()
    return {**circumstances(), **measure(cases), "command": COMMAND}


def main() -> None:
    options = read_options("Measure the verifier of generated answers.")
    results = verifier(options)
    write_results(options.out / FILE, results)
    print(f"{results['sentences']} supported sentences, false alarms {results['false_alarms']:.3f}")
    for name, row in results["corruptions"].items():
        print(f"{name:10} n {row['n']:4}  caught {row['recall']:.3f}  precision {row['precision']:.3f}")


if __name__ == "__main__":
    run(main)
