"""BM25 over French tokens."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.errors import IndexCorrupt
from search27.french import analyse
from search27.index.lexical import K1, B, LexicalIndex

TEXTS = ["Le jardin des élus, le jardin partagé", "Une élue et des habitants", "Le budget de la ville", ""]


def bm25(count: int, length: int, containing: int) -> float:
    """One word's score in a text of `length` words, among the 4 texts of 8 words in all."""
    idf = log(1 + (4 - containing + 0.5) / (containing + 0.5))
    return idf * count / (count + K1 * (1 - B + B * length / (8 / 4)))


def test_scores_are_those_of_the_formula() -> None:
    index = LexicalIndex.build(TEXTS)
    assert index.scores("jardin") == pytest.approx([bm25(2, 4, 1), 0, 0, 0])
    assert index.scores("L’élu") == pytest.approx([bm25(1, 4, 2), bm25(1, 2, 2), 0, 0])
    assert index.scores("budget, jardin") == pytest.approx([bm25(2, 4, 1), 0, bm25(1, 2, 1), 0])


@pytest.mark.parametrize("query", ["", "le la les", "inconnu", "?!"])
def test_a_query_without_known_words_scores_zero(query: str) -> None:
    scores = LexicalIndex.build(TEXTS).scores(query)
    assert scores.dtype == np.float32
    assert scores.tolist() == [0.0] * 4


@pytest.mark.parametrize("texts", [[], [""], ["le la", "?"]])
def test_texts_without_words_can_be_indexed(texts: list[str], tmp_path: Path) -> None:
    LexicalIndex.build(texts).save(tmp_path)
    index = LexicalIndex.load(tmp_path)
    assert len(index) == len(texts)
    assert index.scores("jardin").tolist() == [0.0] * len(texts)


def test_a_saved_index_gives_the_same_scores(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path / "new")
    loaded = LexicalIndex.load(tmp_path / "new")
    assert len(loaded) == len(index) == 4
    for query in ("jardin des habitants", "budget", "rien"):
        assert loaded.scores(query).tolist() == index.scores(query).tolist()


def test_the_same_texts_give_the_same_files(tmp_path: Path) -> None:
    for name in ("first", "second"):
        LexicalIndex.build(TEXTS).save(tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert all(name.endswith((".npy", ".json")) for name in names)
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()


def test_a_missing_folder_is_a_corrupt_index(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="search27 build"):
        LexicalIndex.load(tmp_path / "none")


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\x80\x04N.", b"\x93NUMPY"])
def test_damage_to_any_file_is_a_typed_error(damage: bytes, tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(damage)
        with pytest.raises(IndexCorrupt):
            LexicalIndex.load(tmp_path)
        path.write_bytes(whole)


def test_a_pickled_array_is_refused(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    np.save(tmp_path / "data.csc.index.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(IndexCorrupt):
        LexicalIndex.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "values"),
    [("data", [1.0]), ("indices", [0, 1, 0, 1, 1, 2, 9]), ("indptr", [0, 1])],
)
def test_files_at_odds_are_refused(name: str, values: list[float], tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    path = tmp_path / f"{name}.csc.index.npy"
    np.save(path, np.array(values, dtype=np.load(path).dtype))
    with pytest.raises(IndexCorrupt):
        LexicalIndex.load(tmp_path)


@given(
    st.lists(st.sampled_from(["jardin", "élus", "le", "budget 2012", "ville"]), min_size=1, max_size=8),
    st.text(),
)
def test_scores_are_finite_and_never_negative(texts: list[str], query: str) -> None:
    scores = LexicalIndex.build(texts).scores(query + " jardin élu")
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


def test_weights_summed_over_a_query_are_its_scores() -> None:
    index = LexicalIndex.build(["forêt commune", "la forêt, la forêt", "", "commune rurale"])
    vocabulary = index.vocabulary()
    query = analyse("forêt commune commune absente")
    numbers = [vocabulary[token][0] for token in query if token in vocabulary]
    rows = list(index.weights())
    sums = [sum(row.get(number, 0.0) for number in numbers) for row in rows]
    assert sums == pytest.approx(index.scores("forêt commune commune absente").tolist(), abs=1e-6)
    assert rows[2] == {}
    assert [vocabulary[token][1] for token in analyse("forêt commune rurale")] == [2, 2, 1]
