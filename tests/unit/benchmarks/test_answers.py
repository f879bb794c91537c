from __future__ import annotations

from benchmarks.answers import BINS, reliability


def test_groups_rise_in_confidence_and_count_what_has_an_answer() -> None:
    confidences = [n / (2 * BINS) for n in range(2 * BINS)]
    rows = reliability(confidences, [value >= 0.5 for value in confidences])
    assert [row["n"] for row in rows] == [2] * BINS
    assert [row["confidence"] for row in rows] == sorted(row["confidence"] for row in rows)
    assert [row["answerable"] for row in rows] == [0.0] * (BINS // 2) + [1.0] * (BINS // 2)


def test_fewer_questions_than_groups() -> None:
    assert reliability([0.25], [True]) == [{"n": 1, "confidence": 0.25, "answerable": 1.0}]
