from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.errors import IndexCorrupt
from search27.index import dense, inverted
from search27.index.dense import MIN_WHITENED, DenseIndex, Projection, normalised


def _vectors(n: int, dim: int = 8, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    cone = np.ones(dim) * 3
    return normalised((random.normal(size=(n, dim)) * np.arange(1, dim + 1) + cone).astype(np.float32))


def test_plain_search_finds_by_cosine() -> None:
    index = DenseIndex.build(np.eye(3, dtype=np.float32), None)
    positions, scores = index.search(np.array([0.8, 0.6, 0.0], np.float32), 2)
    assert positions.tolist() == [0, 1]
    assert scores.tolist() == pytest.approx([0.8, 0.6])


def test_only_allowed_positions_are_found_and_minus_one_is_dropped() -> None:
    index = DenseIndex.build(np.eye(3, dtype=np.float32), None)
    positions, scores = index.search(np.array([1.0, 0.0, 0.0], np.float32), 3, np.array([1]))
    assert positions.tolist() == [1]
    assert len(scores) == 1


def test_few_vectors_or_no_query_mean_mean_plain_cosine() -> None:
    assert Projection.fit(_vectors(MIN_WHITENED - 1), np.zeros(8, np.float32)).identity
    assert Projection.fit(_vectors(MIN_WHITENED), None).identity
    assert not Projection.fit(_vectors(MIN_WHITENED), np.zeros(8, np.float32)).identity


def test_whitening_opens_the_cone() -> None:
    vectors = _vectors(MIN_WHITENED)
    projected = Projection.fit(vectors, vectors.mean(axis=0)).passages(vectors)
    assert np.linalg.norm(projected, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)
    assert np.abs((projected @ projected.T).mean()) < 0.05 < (vectors @ vectors.T).mean()


def test_spread_is_the_standard_deviation_of_all_scores() -> None:
    vectors = _vectors(500)
    index = DenseIndex.build(vectors, None)
    query = _vectors(1, seed=1)[0]
    assert index.spread(query) == pytest.approx(float((vectors @ query).std()), rel=1e-3)


def test_means_of_groups_by_hand() -> None:
    index = DenseIndex.build(np.eye(4, dtype=np.float32), None)
    means = index.means(np.array([0, 0, 2, 2]))
    assert means.tolist() == [[0.5, 0.5, 0, 0], [0, 0, 0, 0], [0, 0, 0.5, 0.5]]


def test_saved_and_loaded_index_gives_the_same_answers(tmp_path: Path) -> None:
    vectors = _vectors(MIN_WHITENED)
    index = DenseIndex.build(vectors, vectors.mean(axis=0))
    index.save(tmp_path, "passages")
    again = DenseIndex.load(tmp_path, "passages")
    query = again.projection.queries(_vectors(1, seed=2))[0]
    assert again.spread(query) == index.spread(query)
    for one, other in zip(index.search(query, 5), again.search(query, 5), strict=True):
        assert one.tolist() == other.tolist()


def test_garbage_is_a_corrupt_index(tmp_path: Path) -> None:
    DenseIndex.build(np.eye(2, dtype=np.float32), None).save(tmp_path, "passages")
    (tmp_path / "passages.faiss").write_bytes(b"not an index")
    with pytest.raises(IndexCorrupt, match=r"passages\.faiss"):
        DenseIndex.load(tmp_path, "passages")
    (tmp_path / "passages.faiss").unlink()
    (tmp_path / "passages.vectors.npy").write_bytes(b"not vectors")
    with pytest.raises(IndexCorrupt, match=r"passages\.vectors\.npy"):
        DenseIndex.load(tmp_path, "passages")


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 1000))
def test_scores_at_positions_equal_searched_scores(n: int, k: int, seed: int) -> None:
    index = DenseIndex.build(_vectors(n, seed=seed), None)
    query = _vectors(1, seed=seed + 1)[0]
    positions, scores = index.search(query, k)
    assert len(positions) == min(n, k)
    assert index.scores(query, positions).tolist() == pytest.approx(scores.tolist(), abs=1e-5)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Vectors beyond the limit of exact search, which is lowered for the test."""
    monkeypatch.setattr(inverted, "EXACT_LIMIT", 1000)
    random = np.random.default_rng(5)
    centres = random.normal(size=(60, 24))
    return normalised(centres[random.integers(60, size=4000)] + 0.7 * random.normal(size=(4000, 24)))


def test_inverted_lists_find_what_exact_search_finds(many: np.ndarray) -> None:
    index = DenseIndex.build(many, None)
    assert isinstance(index.proposer, inverted.InvertedLists)
    assert index.proposer.index.nlist == 128
    queries = inverted.sampled_queries(many, np.random.default_rng(9))
    shares = []
    for query in queries:
        positions, scores = index.search(query, 10)
        assert scores.tolist() == pytest.approx((many[positions] @ query).tolist(), abs=1e-6)
        assert (np.diff(scores) <= 0).all()
        shares.append(len(set(positions) & set(np.argsort(-(many @ query))[:10])) / 10)
    assert np.mean(shares) >= 0.97


def test_inverted_lists_keep_to_what_is_allowed(many: np.ndarray) -> None:
    index = DenseIndex.build(many, None)
    query = many[7]
    few, lots = np.arange(0, 4000, 100), np.arange(0, 4000, 2)
    for allowed in (few, lots):
        positions, _ = index.search(query, 10, allowed)
        expected = allowed[np.argsort(-(many[allowed] @ query))[:10]]
        assert set(positions) <= set(allowed)
        assert len(set(positions) & set(expected)) >= 9


def test_a_saved_index_with_lists_reads_its_vectors_from_disk(many: np.ndarray, tmp_path: Path) -> None:
    index = DenseIndex.build(many, None)
    index.save(tmp_path, "windows")
    again = DenseIndex.load(tmp_path, "windows")
    assert isinstance(again.vectors, np.memmap)
    query = many[3]
    for one, other in zip(index.search(query, 20), again.search(query, 20), strict=True):
        assert one.tolist() == other.tolist()
    assert again.spread(query) == pytest.approx(index.spread(query))


def test_moments_taken_in_parts_are_those_of_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "ROWS_AT_ONCE", 7)
    vectors = _vectors(50)
    mean, covariance = dense.moments(vectors)
    assert mean == pytest.approx(vectors.mean(axis=0), abs=1e-6)
    assert covariance == pytest.approx(np.cov(vectors, rowvar=False, bias=True), abs=1e-6)
