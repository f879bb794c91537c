from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search27.explore.layout import drawn, plane
from search27.explore.topics import grouped
from search27.index.dense import normalised


def test_the_main_axis_comes_first_and_its_largest_value_is_positive() -> None:
    positions = plane(np.array([[0, 0, 0], [-4, 0, 0], [4, 1, 0]], np.float32))
    assert np.ptp(positions[:, 0]) > 7.9 > np.ptp(positions[:, 1])
    assert positions[np.argmax(np.abs(positions[:, 0])), 0] > 0


@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 3))
def test_everything_lies_in_the_unit_square_and_topics_keep_apart(count: int, topics: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = normalised(random.normal(size=(count, 8)).astype(np.float32))
    groups, centres = grouped(vectors, min(topics, count))
    points, middles = drawn(vectors, groups, centres)
    assert points.min() >= 0
    assert points.max() <= 1
    assert len(points) == count
    assert len(middles) == min(topics, count)
    assert np.isfinite(points).all()


def test_the_most_typical_stands_nearest_to_the_middle() -> None:
    vectors = normalised(np.array([[1, 0, 0], [1, 0.3, 0], [1, -0.5, 0.2]], np.float32))
    centre = np.array([[1, 0, 0]], np.float32)
    points, middles = drawn(vectors, np.zeros(3, np.int64), centre)
    distances = np.linalg.norm(points - middles[0], axis=1)
    assert list(np.argsort(distances)) == [0, 1, 2]
