"""How well a library finds and cites what a file of questions says is right.

A question file has one JSON object a line: `id`, `question`, `evidence` (a list of `{"doc", "quote"}`, empty
where the corpus has no answer), and optionally `type` (a group to report on) and `keywords` (groups of
alternative strings, of which a right answer holds one each).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from search27.errors import ConfigError
from search27.types import Answer, Citation, Filters, Hit

DEPTH = 30  # hits fetched, so that five distinct documents are among them
HIT_CHARACTERS = 1200
ANSWER_CHARACTERS = 900
QUOTE_CHARACTERS = 400
CITATIONS = 4
SHARE_OF_QUOTE = 0.6
SHORTEST_RUN = 3  # words
SHORTEST_CITATION = 6  # words
EXTENSION = re.compile(r"\.(txt|pdf|json|md|html|docx|odt)$")
PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-", "\u00ad": None})


class Searchable(Protocol):
    """The part of `Library` that is evaluated."""

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Passages for a question, best first."""

    def ask(self, question: str) -> Answer:
        """Answer a question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote that answers a question, and the end of the id of the document it stands in."""

    doc: str
    quote: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what a right result holds; without evidence it has no answer in the corpus."""

    id: str
    question: str
    type: str = "other"
    evidence: tuple[Evidence, ...] = ()
    keywords: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares between 0 and 1 over `n` questions that the corpus answers.

    Attributes:
        hit_at_1: A gold quote stands in the first hit; likewise among the first 5 and 10.
        mrr_at_10: Mean of 1 / rank of the first such hit, 0 where none is among ten.
        doc_at_5: A gold document is among the first five distinct documents.
        answered: The answer did not abstain.
        answer_right: The answer holds every keyword group; None where no question has keywords.
        cites_gold: One of the first four citations quotes the gold evidence.
    """

    n: int
    hit_at_1: float
    hit_at_5: float
    hit_at_10: float
    mrr_at_10: float
    doc_at_5: float
    answered: float
    answer_right: float | None
    cites_gold: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a library scores on a question file.

    Attributes:
        questions: How many were asked.
        groups: Scores of `all` answerable questions, then of each type.
        unanswerable: How many have no answer in the corpus.
        abstained: Share of the unanswerable on which the answer abstained; None without such questions.
        confidence_auroc: Chance that an answerable question gets a higher confidence than an unanswerable
            one; None where either kind is absent.
        against: The same for the library compared with.
    """

    questions: int
    groups: dict[str, Scores]
    unanswerable: int
    abstained: float | None
    confidence_auroc: float | None
    against: Evaluation | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """One question's outcome; ranks are 0-based and None where nothing gold was found."""

    question: Question
    rank: int | None
    document_rank: int | None
    abstained: bool
    confidence: float
    right: bool
    cites_gold: bool


def evaluate(
    library: Searchable,
    questions: Path,
    against: Searchable | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """Ask every question of a file and judge hits, answers and citations.

    Args:
        library: What is evaluated.
        questions: File of questions, see the module's description.
        against: Another library to evaluate in the same way.
        progress: Called with the questions done and their total.

    Raises:
        ConfigError: The file is not such a file; the message names the line.
    """
    asked = read_questions(questions)
    libraries = [library] if against is None else [library, against]
    total = len(asked) * len(libraries)
    tables: list[list[_Judged]] = []
    for turn, each in enumerate(libraries):
        tables.append([])
        for number, question in enumerate(asked, turn * len(asked) + 1):
            hits = each.search(question.question, k=DEPTH)
            tables[-1].append(_judge(question, hits, each.ask(question.question)))
            progress(number, total)
    return _summary(tables[0], _summary(tables[1]) if against is not None else None)


def read_questions(path: Path) -> list[Question]:
    """Read a question file; blank lines are skipped.

    Raises:
        ConfigError: The file cannot be read, holds no question, or a line is not a question.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Question file {path} cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(_question(json.loads(line)))
            except (ValueError, TypeError, KeyError) as error:
                raise ConfigError(
                    f"{path}, line {number} is not a question ({type(error).__name__}: {error}). Expected an "
                    'object like {"id": "1", "question": "…", "evidence": [{"doc": "…", "quote": "…"}]}.'
                ) from error
    if not questions:
        raise ConfigError(f"Question file {path} holds no question.")
    return questions


def _question(row: dict[str, Any]) -> Question:
    return Question(
        str(row["id"]),
        _text(row["question"]),
        _text(row.get("type", "other")),
        tuple(Evidence(str(item["doc"]), _text(item["quote"])) for item in row["evidence"]),
        tuple(tuple(_text(word) for word in group) for group in row.get("keywords", ())),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a text, found {value!r}")
    return value


def fold(text: str) -> str:
    """Lower case, no accents, plain quotes and hyphens, words broken at a line's end rejoined."""
    decomposed = unicodedata.normalize("NFKD", text.translate(PLAIN))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"(?<=\w)-\s+(?=\w)", "", bare.lower())


def holds(text: str, quote: str) -> bool:
    """Whether the text has a run of 60 % of the quote's words, and of three at least."""
    wanted = _words(quote)
    length = max(SHORTEST_RUN, int(SHARE_OF_QUOTE * len(wanted)))
    found = _spaced(_words(text))
    return any(_spaced(wanted[i : i + length]) in found for i in range(len(wanted) - length + 1))


def gives(quote: str, gold: str) -> bool:
    """Whether a quote holds the gold one, or is itself a part of it that is long enough to tell."""
    return holds(quote, gold) or (len(_words(quote)) >= SHORTEST_CITATION and holds(gold, quote))


def is_right(text: str, keywords: tuple[tuple[str, ...], ...]) -> bool:
    """Whether an answer's text has one string of every group."""
    folded = fold(text[:ANSWER_CHARACTERS])
    return all(any(fold(word) in folded for word in group) for group in keywords)


def is_document(found: str, gold: str) -> bool:
    """Whether a document id ends as the gold one does: `wordpress/10042` is `10042`.

    Words of the id that the gold one leaves out do not count: `rapport-activite-2025` is `rapport-2025`.
    """
    words = _words(EXTENSION.sub("", found))
    wanted = _words(gold)
    rest = iter(words)
    return words[-1:] == wanted[-1:] and all(word in rest for word in wanted)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _judge(question: Question, hits: Sequence[Hit], answer: Answer) -> _Judged:
    gold = question.evidence
    texts = [hit.passage.text[:HIT_CHARACTERS] for hit in hits[:10]]
    documents = dict.fromkeys(hit.document.id for hit in hits)
    given = not answer.abstained
    cited = answer.citations[:CITATIONS]
    return _Judged(
        question,
        rank=_first(any(holds(text, evidence.quote) for evidence in gold) for text in texts),
        document_rank=_first(
            any(is_document(found, evidence.doc) for evidence in gold) for found in documents
        ),
        abstained=answer.abstained,
        confidence=answer.confidence,
        right=given and is_right(answer.text, question.keywords),
        cites_gold=given and any(_cites(citation, evidence) for citation in cited for evidence in gold),
    )


def _first(matches: Iterable[bool]) -> int | None:
    return next((place for place, match in enumerate(matches) if match), None)


def _cites(citation: Citation, evidence: Evidence) -> bool:
    found = is_document(citation.document.id, evidence.doc)
    return found and gives(citation.quote[:QUOTE_CHARACTERS], evidence.quote)


def _summary(judged: Sequence[_Judged], against: Evaluation | None = None) -> Evaluation:
    answerable = [row for row in judged if row.question.evidence]
    unanswerable = [row for row in judged if not row.question.evidence]
    types = sorted({row.question.type for row in answerable})
    groups = {"all": _scores(answerable)} if answerable else {}
    groups |= {name: _scores([row for row in answerable if row.question.type == name]) for name in types}
    return Evaluation(
        len(judged),
        groups,
        len(unanswerable),
        _share(row.abstained for row in unanswerable),
        auroc([row.confidence for row in answerable], [row.confidence for row in unanswerable]),
        against,
    )


def _scores(rows: Sequence[_Judged]) -> Scores:
    def share(values: Iterable[float]) -> float:
        return round(sum(values) / len(rows), 4)

    def hits(cutoff: int) -> float:
        return share(row.rank is not None and row.rank < cutoff for row in rows)

    return Scores(
        n=len(rows),
        hit_at_1=hits(1),
        hit_at_5=hits(5),
        hit_at_10=hits(10),
        mrr_at_10=share(0.0 if row.rank is None else 1 / (row.rank + 1) for row in rows),
        doc_at_5=share(row.document_rank is not None and row.document_rank < 5 for row in rows),
        answered=share(not row.abstained for row in rows),
        answer_right=_share(row.right for row in rows if row.question.keywords),
        cites_gold=share(row.cites_gold for row in rows),
    )


def _share(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 4) if found else None


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance that a positive value lies above a negative one, ties counting half.

    Source: Mann and Whitney, 1947: U / (n · m).
    """
    if not positive or not negative:
        return None
    above = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return round(above / (len(positive) * len(negative)), 4)
