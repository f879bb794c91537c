from __future__ import annotations

import json
import random
import runpy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.errors import ConfigError
from search27.evaluation import auroc, evaluate, fold, holds, is_document, read_questions
from search27.types import Answer, Citation, DocumentInfo, Filters, Hit, Passage, Span

GOLD = "Le tram relie la gare au port en vingt minutes."
OTHER = "Une halle accueille des ateliers de couture."


def make_hit(document: str, text: str, score: float = 1.0) -> Hit:
    return Hit(
        score, Passage(f"{document}#0", document, text, Span(0, len(text))), DocumentInfo(document, document)
    )


def make_citation(document: str, quote: str, number: int = 1) -> Citation:
    hit = make_hit(document, quote)
    return Citation(number, quote, hit.passage.span, hit.passage, hit.document)


def make_answer(text: str, *citations: Citation, confidence: float = 0.8) -> Answer:
    return Answer("", text, citations=citations, abstained=not citations, confidence=confidence)


class Recorded:
    """A library whose hits and answers are known beforehand."""

    def __init__(self, results: dict[str, tuple[list[Hit], Answer]]) -> None:
        self.results = results

    def search(self, question: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        return self.results[question][0][:k]

    def ask(self, question: str) -> Answer:
        return self.results[question][1]


def write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    evidence = [{"doc": "7", "quote": GOLD}]
    return write_lines(
        tmp_path / "questions.jsonl",
        [
            {
                "id": 1,
                "type": "fact",
                "question": "Tram ?",
                "evidence": evidence,
                "keywords": [["20", "vingt"]],
            },
            {"id": 2, "type": "fact", "question": "Port ?", "evidence": evidence},
            {"id": 3, "type": "concept", "question": "Gare ?", "evidence": evidence},
            {"id": 4, "type": "unanswerable", "question": "Prix ?", "evidence": []},
        ],
    )


def test_scores_are_those_counted_by_hand(questions: Path) -> None:
    gold, other = make_hit("site/7", GOLD), make_hit("site/8", OTHER)
    library = Recorded(
        {
            "Tram ?": ([gold, other], make_answer(GOLD, make_citation("site/7", GOLD), confidence=0.9)),
            "Port ?": ([other, gold], make_answer(OTHER, make_citation("site/8", OTHER), confidence=0.6)),
            "Gare ?": ([other], make_answer("", confidence=0.2)),
            "Prix ?": ([other], make_answer("", confidence=0.2)),
        }
    )
    result = evaluate(library, questions)
    assert list(result.groups) == ["all", "concept", "fact"]
    fact = result.groups["fact"]
    assert (fact.n, fact.hit_at_1, fact.hit_at_5, fact.hit_at_10) == (2, 0.5, 1.0, 1.0)
    assert (fact.mrr_at_10, fact.doc_at_5) == (0.75, 1.0)
    assert (fact.answered, fact.answer_right, fact.cites_gold) == (1.0, 1.0, 0.5)
    concept = result.groups["concept"]
    assert (concept.hit_at_10, concept.doc_at_5, concept.answered, concept.answer_right) == (0, 0, 0, None)
    assert result.groups["all"].hit_at_5 == 0.6667
    assert (result.questions, result.unanswerable, result.abstained) == (4, 1, 1.0)
    assert result.confidence_auroc == 0.8333  # 0.9 and 0.6 above 0.2, one tie
    assert result.against is None


def test_two_libraries_are_measured_side_by_side(questions: Path) -> None:
    names = ("Tram ?", "Port ?", "Gare ?", "Prix ?")
    finds = Recorded({name: ([make_hit("7", GOLD)], make_answer("")) for name in names})
    misses = Recorded({name: ([], make_answer("")) for name in names})
    steps: list[tuple[int, int]] = []
    result = evaluate(finds, questions, misses, lambda done, total: steps.append((done, total)))
    assert result.against is not None
    assert (result.groups["all"].hit_at_1, result.against.groups["all"].hit_at_1) == (1.0, 0.0)
    assert steps == [(number, 8) for number in range(1, 9)]


def test_documents_count_once_each_and_only_the_first_five(questions: Path) -> None:
    crowded = [make_hit("site/8", OTHER)] * 9 + [make_hit("site/7", OTHER)]
    sixth = [make_hit(f"autre/{number}", OTHER) for number in range(100, 105)] + [make_hit("site/7", OTHER)]
    library = Recorded(
        {
            "Tram ?": (crowded, make_answer("")),
            "Port ?": (sixth, make_answer("")),
            "Gare ?": ([], make_answer("")),
            "Prix ?": ([], make_answer("")),
        }
    )
    assert evaluate(library, questions).groups["fact"].doc_at_5 == 0.5


@pytest.mark.parametrize(
    ("citation", "counts"),
    [
        (make_citation("site/7", GOLD), True),
        (make_citation("site/8", GOLD), False),
        (make_citation("site/7", "Le tram relie la gare au port"), True),
        (make_citation("site/7", "Le tram relie"), False),
        (make_citation("site/7", OTHER * 12 + GOLD), False),
    ],
    ids=["whole", "another document", "seven words of ten", "three words", "beyond 400 characters"],
)
def test_a_citation_counts_where_it_quotes_the_evidence(
    questions: Path, citation: Citation, counts: bool
) -> None:
    names = ("Tram ?", "Port ?", "Gare ?", "Prix ?")
    library = Recorded({name: ([], make_answer("Oui.", citation)) for name in names})
    assert evaluate(library, questions).groups["all"].cites_gold == float(counts)


def test_folding_makes_typography_plain() -> None:
    assert fold("L\u2019\u00c9t\u00e9") == "l'ete"
    assert fold("inno-\nvation publi\u00adque") == "innovation publique"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("On dit que le TRAM relie la gare au port.", True),  # 7 words of 10
        ("Le tram relie la gare au", True),  # 6 words of 10
        ("Le tram relie la gare", False),
        ("La gare au port : le tram relie", False),
        ("", False),
    ],
)
def test_a_text_holds_a_quote_from_sixty_percent_of_its_words(text: str, held: bool) -> None:
    assert holds(text, GOLD) is held


@given(
    st.lists(st.text("abcdeé", min_size=1, max_size=6), min_size=3, max_size=12), st.text(" xyz", max_size=9)
)
def test_a_text_holds_what_it_contains(words: list[str], around: str) -> None:
    quote = " ".join(words)
    assert holds(f"{around} {quote} {around}", quote)


@pytest.mark.parametrize(
    ("found", "gold", "same"),
    [
        ("wordpress/10042", "10042", True),
        ("10042", "10042", True),
        ("wordpress/110042", "10042", False),
        ("notes/rapport-activite-2025.txt", "rapport-2025", True),
        ("rapport-activite-2025-synthese.pdf", "rapport-2025", False),
        ("rapport-activite-2024.pdf", "rapport-2025", False),
    ],
)
def test_a_document_is_known_by_the_end_of_its_id(found: str, gold: str, same: bool) -> None:
    assert is_document(found, gold) is same


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_auroc_of_swapped_classes_is_the_complement(positive: list[float], negative: list[float]) -> None:
    area, swapped = auroc(positive, negative), auroc(negative, positive)
    assert area is not None
    assert swapped is not None
    assert area + swapped == pytest.approx(1, abs=1e-4)


def test_auroc_needs_both_classes() -> None:
    assert auroc([0.5], []) is None


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1, 2]",
        '{"id": "2", "evidence": []}',
        '{"id": "2", "question": " ", "evidence": []}',
        '{"id": "2", "question": "Quoi ?"}',
        '{"id": "2", "question": "Quoi ?", "evidence": ["7"]}',
        '{"id": "2", "question": "Quoi ?", "evidence": [], "keywords": [[3]]}',
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"id": "1", "question": "Quand ?", "evidence": []}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="line 3 is not a question"):
        read_questions(path)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n")
    with pytest.raises(ConfigError, match="holds no question"):
        read_questions(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_questions(tmp_path / "absent.jsonl")


@pytest.mark.corpus
def test_judges_like_the_benchmark_scorer(shared: Path, tmp_path: Path) -> None:
    """On results made by chance from gold quotes, whole or cut, the figures are the scorer's own."""
    chance = random.Random(27)
    rows = [json.loads(line) for line in (shared / "bench27/train.jsonl").read_text("utf-8").splitlines()]
    rows = chance.sample(rows, 400)
    pool = [evidence for row in rows for evidence in row["evidence"]]

    def extract(row: dict[str, Any]) -> tuple[str, str]:
        source = chance.choice(row["evidence"] if row["evidence"] and chance.random() < 0.4 else pool)
        words = source["quote"].split()
        start = chance.randrange(len(words))
        kept = words[start : start + chance.randint(1, len(words))] if chance.random() < 0.5 else words
        return f"wordpress/{source['doc']}", " ".join(kept)

    results, run = {}, []
    for row in rows:
        hits = [make_hit(*extract(row)) for _ in range(chance.randint(0, 15))]
        cited = [make_citation(*extract(row), number) for number in range(1, chance.randint(1, 6))]
        text = row["answer"] if chance.random() < 0.5 else "".join(citation.quote for citation in cited)
        answer = make_answer(text, *cited, confidence=chance.random())
        results[row["question"]] = (hits, answer)
        run.append(_as_run(row["id"], hits, answer))
    theirs = runpy.run_path(str(shared / "bench27/score.py"))["score"](rows, run)
    ours = evaluate(Recorded(results), write_lines(tmp_path / "questions.jsonl", rows))
    assert ours.confidence_auroc == theirs.pop("confidence_auroc")
    assert ours.abstained == theirs.pop("unanswerable")["abstained"]
    assert set(ours.groups) == set(theirs)
    for name, scores in ours.groups.items():
        for metric in (
            "hit@1",
            "hit@5",
            "hit@10",
            "mrr@10",
            "doc@5",
            "answered",
            "answer_right",
            "cites_gold",
            "n",
        ):
            assert getattr(scores, metric.replace("@", "_at_")) == theirs[name][metric], (name, metric)


def _as_run(question_id: str, hits: list[Hit], answer: Answer) -> dict[str, Any]:
    return {
        "id": question_id,
        "hits": [{"document": hit.document.id, "text": hit.passage.text} for hit in hits],
        "answer": {
            "text": answer.text,
            "abstained": answer.abstained,
            "confidence": answer.confidence,
            "citations": [{"document": c.document.id, "quote": c.quote} for c in answer.citations],
        },
    }
