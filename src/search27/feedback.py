"""Readers' verdicts on answers, kept in local files as questions for `search27 evaluate`.

`questions.jsonl` holds the verdicts whose right passage is known: each guards its question from then on.
`open.jsonl` holds the others: they say that something is amiss, not what would be right, and guard nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from search27.errors import ConfigError
from search27.evaluation import EXTENSION, fold
from search27.extraction.repair import repair_characters
from search27.library import Library
from search27.types import Answer

GUARDING = "questions.jsonl"
OPEN = "open.jsonl"
LOCK = ".lock"

SHORTEST_PASSAGE = 20  # characters
SEARCHED = 10

Reason = Literal["beside", "source", "incomplete", "outdated", "abstain"]
REASONS: tuple[Reason, ...] = ("beside", "source", "incomplete", "outdated", "abstain")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader says of an answer.

    Attributes:
        right: Whether the answer serves.
        reason: Why it does not, `""` where none was given.
        comment: The reader's own words.
        evidence: The known right passages, each a publication's id and a verbatim quote.
    """

    right: bool
    reason: Reason | Literal[""] = ""
    comment: str = ""
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def guards(self) -> bool:
        """Whether a right passage is known."""
        return bool(self.evidence)


def approval(answer: Answer) -> Verdict:
    """The answer serves: what it cites is the right evidence; an abstention cites nothing and stays open."""
    return Verdict(True, evidence=tuple((item.document.id, item.quote) for item in answer.citations))


def passage_with(words: str, library: Library) -> tuple[str, str] | None:
    """The publication that holds these words, and the words; None where none is found to hold them."""
    quote = _tidy(words)
    if len(quote) < SHORTEST_PASSAGE:
        return None
    wanted = _plain(quote)
    for hit in library.search(quote, SEARCHED):
        if wanted in _plain(hit.passage.text):
            return hit.document.id, quote
    return None


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def keep(folder: Path, answer: Answer, verdict: Verdict, generation: str, day: date) -> str:
    """Write a verdict and give the id by which it can be withdrawn.

    Either the whole verdict is in the file afterwards or nothing of it.

    Raises:
        ConfigError: The folder cannot be written.
    """
    number = f"verdict-{secrets.token_hex(6)}"
    row = {
        "id": number,
        "question": _tidy(answer.question),
        "type": "feedback",
        "evidence": [{"doc": EXTENSION.sub("", doc), "quote": quote} for doc, quote in verdict.evidence],
        "right": verdict.right,
        "reason": verdict.reason,
        "comment": _tidy(verdict.comment),
        "answer": answer.text,
        "cited": [{"doc": item.document.id, "quote": item.quote} for item in answer.citations],
        "generation": generation,
        "day": day.isoformat(),
    }
    line = json.dumps(row, ensure_ascii=False)
    _rewrite(folder, GUARDING if verdict.guards else OPEN, lambda lines: [*lines, line])
    return number


def _tidy(text: str) -> str:
    """Typed text in one line, without characters that a text file may not hold."""
    return " ".join(repair_characters(text).split())


def withdraw(folder: Path, number: str) -> None:
    """Take a verdict out again; one that is not there is no error.

    Raises:
        ConfigError: The folder cannot be written.
    """
    for name in (GUARDING, OPEN):
        if (folder / name).exists():
            _rewrite(folder, name, lambda lines: [line for line in lines if _id(line) != number])


def erase(folder: Path, wanted: Callable[[str], bool], *, dry_run: bool = False) -> int:
    """Delete the verdicts whose line is wanted, and say how many there were.

    Raises:
        ConfigError: The folder cannot be written.
    """
    count = 0
    for name in (GUARDING, OPEN):
        if (folder / name).exists():
            lines = (folder / name).read_text(encoding="utf-8").splitlines()
            found = sum(map(wanted, lines))
            count += found
            if found and not dry_run:
                _rewrite(folder, name, lambda lines: [line for line in lines if not wanted(line)])
    return count


def _id(line: str) -> str | None:
    try:
        row: Any = json.loads(line)
    except ValueError:  # a line that someone edited by hand stays as it is
        return None
    return str(row.get("id")) if isinstance(row, dict) else None


def _rewrite(folder: Path, name: str, change: Callable[[list[str]], list[str]]) -> None:
    """Replace a file by its changed lines in one step, one writer at a time."""
    path = folder / name
    with _alone(folder):
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        after = change([line for line in before if line.strip()])
        draft = path.with_suffix(".tmp")
        with draft.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in after)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise ConfigError(
            f"Verdicts cannot be kept in {folder}: {error.strerror}. "
            "Make the folder writable, or name another one with SEARCH27_FEEDBACK."
        ) from error
