"""Manifestations of one work: copies by their words, translations by their vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import INFO

from search27.index.works import find_twins, load, save
from search27.types import DocumentInfo

NUMBERS = [f"mot{number}" for number in range(400)]


def info(name: str, language: str = "fr") -> DocumentInfo:
    return DocumentInfo(name, INFO.title, language=language)


def words(first: int, last: int) -> str:
    return " ".join(NUMBERS[first:last])


def far_apart(rows: int) -> np.ndarray:
    return np.eye(rows, 12, dtype=np.float32)


def test_a_copy_cut_elsewhere_overlaps_passage_by_passage() -> None:
    texts = [words(0, 100), words(100, 200), words(0, 60), words(60, 160), words(160, 200)]
    document_of = np.array([0, 0, 1, 1, 1])
    pairs = find_twins([info("a"), info("b")], document_of, texts, far_apart(5))
    assert pairs == [(0, 2), (0, 3), (1, 3), (1, 4)]


def test_a_quotation_makes_no_copy() -> None:
    texts = [words(0, 200), words(180, 200) + " " + words(200, 380)]
    assert find_twins([info("a"), info("b")], np.array([0, 1]), texts, far_apart(2)) == []


def test_boilerplate_makes_no_copy() -> None:
    texts = [words(0, 60)] * 25
    assert (
        find_twins([info(str(n)) for n in range(25)], np.arange(25), texts, np.eye(25, dtype=np.float32))
        == []
    )


def test_a_translation_is_each_others_nearest() -> None:
    """Passages 0–2 in French, 3–5 their translations, 6–8 English on other subjects."""
    subjects = np.eye(6, dtype=np.float32)
    vectors = np.concatenate([subjects[:3], subjects[:3] * 0.9, subjects[3:]])
    infos = [info("fr"), info("en", "en"), info("autre", "en")]
    pairs = find_twins(infos, np.repeat(np.arange(3), 3), [words(n, n + 9) for n in range(0, 81, 9)], vectors)
    assert pairs == [(0, 3), (1, 4), (2, 5)]


def test_texts_in_two_languages_on_one_subject_are_no_translation() -> None:
    """All three English passages are nearest to the same French one."""
    subjects = np.eye(6, dtype=np.float32)
    vectors = np.concatenate([subjects[:3], subjects[[0, 0, 0]] + 0.5 * subjects[3:]])
    infos = [info("fr"), info("en", "en")]
    texts = [words(n, n + 9) for n in range(0, 54, 9)]
    assert find_twins(infos, np.repeat(np.arange(2), 3), texts, vectors) == []


def test_documents_without_passages_and_none_at_all() -> None:
    assert find_twins([info("a"), info("b", "en")], np.array([0]), ["un"], far_apart(1)) == []
    assert find_twins([], np.zeros(0, np.int64), [], np.zeros((0, 12), np.float32)) == []


def test_pairs_are_kept_both_ways(tmp_path: Path) -> None:
    save([(0, 2), (0, 3)], tmp_path / "twins.json")
    assert load(tmp_path / "twins.json") == {0: {2, 3}, 2: {0}, 3: {0}}


@given(st.lists(st.text(alphabet="ab c", max_size=60), max_size=6))
def test_any_texts_give_pairs_of_different_documents(texts: list[str]) -> None:
    rows = len(texts)
    infos = [info(str(n), "fr" if n % 2 else "en") for n in range(rows)]
    pairs = find_twins(infos, np.arange(rows), texts, np.ones((rows, 4), np.float32))
    assert all(0 <= one < other < rows for one, other in pairs)
