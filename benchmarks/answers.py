"""Answers on the real corpus: right, cited, abstained, and how far the confidence can be believed.

python -m benchmarks.answers [--corpus DIR] [--questions FILE] [--index DIR] [--out DIR]
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

import numpy as np

from benchmarks.options import Options, read_options, run
from benchmarks.results_file import circumstances, write_results
from search27 import Library, build
from search27.config import load_settings
from search27.evaluation import Evaluation, Scores, evaluate, read_questions
from search27.types import Answer, Filters, Hit

FILE = "answers.json"
BINS = 6


class Recorded:
    """A library that keeps the answers it gives."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.answers: list[Answer] = []

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Passages for a question, best first."""
        return self._library.search(question, k, filters)

    def ask(self, question: str) -> Answer:
        """Answer a question."""
        self.answers.append(self._library.ask(question))
        return self.answers[-1]

    def not_verbatim(self) -> int:
        """Quotes that do not stand in their document where the citation says."""
        cited = [c for answer in self.answers for c in (*answer.citations, *answer.newer)]
        texts = {c.document.id: self._library.publication(c.document.id).text for c in cited}
        return sum(texts[c.document.id][c.span.start : c.span.end] != c.quote for c in cited)


def answers(options: Options) -> dict[str, Any]:
    """Figures of all questions and of each type, and the reliability of the confidence."""
    asked = read_questions(options.questions)
    settings = load_settings()
    build(options.corpus, options.index, settings)
    library = Library.open(options.index, settings)
    recorded = Recorded(library)
    evaluation = evaluate(recorded, options.questions)
    given = [answer for answer in recorded.answers if not answer.abstained]
    quotes = sum(len(answer.citations) + len(answer.newer) for answer in recorded.answers)
    wrong = recorded.not_verbatim()
    library.close()
    return {
        **circumstances(),
        "note": _note(evaluation, [len(answer.text) for answer in given], quotes, wrong),
        "command": "python -m benchmarks.answers",
        "rows": [_row(group, scores) for group, scores in evaluation.groups.items()],
        "reliability": reliability(
            [answer.confidence for answer in recorded.answers], [bool(q.evidence) for q in asked]
        ),
    }


def _note(evaluation: Evaluation, lengths: Sequence[int], quotes: int, wrong: int) -> str:
    abstained, area = evaluation.abstained, evaluation.confidence_auroc
    return (
        f"{evaluation.questions} questions kept for measuring, none tuned on. Median answer {median(lengths):.0f} "
        f"characters. Of the {evaluation.unanswerable} questions that the corpus cannot answer, "
        f"{100 * (abstained or 0):.0f} % were abstained on; the confidence tells both kinds apart with an AUROC of "
        f"{area or 0:.3f}. Of {quotes} quotes {wrong} are not verbatim."
    )


def _row(group: str, scores: Scores) -> dict[str, Any]:
    return {
        "questions": group,
        "n": scores.n,
        "hit@1": scores.hit_at_1,
        "hit@5": scores.hit_at_5,
        "hit@10": scores.hit_at_10,
        "doc@5": scores.doc_at_5,
        "answer_right": scores.answer_right,
        "cites_gold": scores.cites_gold,
        "answered": scores.answered,
    }


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> list[dict[str, float]]:
    """Questions in groups of rising confidence, of like size: mean confidence and share that have an answer."""
    order = np.argsort(confidences, kind="stable")
    groups = [group for group in np.array_split(order, BINS) if len(group)]
    return [
        {
            "n": len(group),
            "confidence": round(float(np.mean([confidences[n] for n in group])), 4),
            "answerable": round(float(np.mean([answerable[n] for n in group])), 4),
        }
        for group in groups
    ]


def main() -> None:
    options = read_options("Measure answers and abstention.")
    results = answers(options)
    write_results(options.out / FILE, results)
    print(results["note"])
    for row in results["rows"]:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    run(main)
