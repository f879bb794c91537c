"""Questions of train.jsonl and our own, with their evidence as text, and which of them are kept from training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from benchmarks.training.data import bucket, locate
from search27 import Library
from search27.evaluation import Evidence, Question, is_document

FOLDER = Path(__file__).parent / "training"
QUESTIONS = FOLDER / "questions.jsonl"
"""The encoder has been trained on these."""
SENTENCES = FOLDER / "sentences.jsonl"
"""On these no encoder is trained."""


def read_answerable(files: Sequence[Path], library: Library) -> list[Question]:
    """Answerable questions of the files whose quotes stand in the library; hashed quotes are found again."""

    @cache
    def text_of(document: str) -> str:
        return " ".join(passage.text for passage in library.passages(document))

    documents = [info.id for info in library.documents()]
    questions = []
    for line in (line for file in files for line in file.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        gold = tuple(
            Evidence(document, quote)
            for item in row["evidence"]
            for document in documents
            if is_document(document, str(item["doc"]))
            and (quote := item.get("quote") or locate(item, text_of(document)))
        )
        if gold:
            questions.append(Question(row["id"], row["question"], row["type"], gold))
    return questions


def is_kept(question: Question) -> bool:
    """Whether a question is kept for measuring: those about a fifth of the documents."""
    return any(bucket(gold.doc) == 0 for gold in question.evidence)
