from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from search27.embedding import vector_cache
from search27.embedding.encoder import Encoded, EncoderIdentity, PassageInput, Query
from search27.embedding.tokens import DIMENSION, TOKEN
from search27.embedding.vector_cache import FILE, KEPT_DAYS, CachedEncoder
from search27.types import Span

IDENTITY = EncoderIdentity("counting", "1", 2, "", "")


class CountingEncoder:
    """Writes lengths and window starts into vectors, a token a character, and what it was asked into `asked`."""

    max_tokens = 512

    def __init__(self, identity: EncoderIdentity = IDENTITY) -> None:
        self.identity = identity
        self.asked: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode_query(self, question: str) -> Query:
        return Query(np.array([len(question), 0], np.float32), np.zeros((0, DIMENSION), np.float32))

    def encode_passages(self, inputs: Sequence[PassageInput], progress: Callable[[int], None]) -> Encoded:
        self.asked += [item.text for item in inputs]
        progress(len(inputs))
        passages = [[len(item.text), 1] for item in inputs]
        windows = [[window.start, 2] for item in inputs for window in item.windows]
        tokens = [np.full(len(item.text), len(item.text), TOKEN) for item in inputs]
        return Encoded(np.array(passages, np.float32), np.array(windows, np.float32).reshape(-1, 2), tokens)


ONE = PassageInput("a", (Span(0, 1),))
TWO = PassageInput("bb", (Span(0, 1), Span(1, 2)))
BARE = PassageInput("ccc", ())


def _lists(encoded: Encoded) -> tuple[list[list[float]], list[list[float]]]:
    return encoded.passages.tolist(), encoded.windows.tolist()


def test_only_what_is_new_is_encoded_and_rows_keep_their_order(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    CachedEncoder(first, tmp_path).encode_passages([TWO], lambda _: None)
    done: list[int] = []
    arrays = CachedEncoder(second, tmp_path).encode_passages([ONE, TWO, BARE], done.append)
    assert _lists(arrays) == ([[1, 1], [2, 1], [3, 1]], [[0, 2], [0, 2], [1, 2]])
    assert [part["start"].tolist() for part in arrays.tokens] == [[1], [2, 2], [3, 3, 3]]
    assert second.asked == ["a", "ccc"]
    assert done == [1, 3]


def test_another_encoder_numerics_or_window_shares_nothing(tmp_path: Path) -> None:
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages([ONE], lambda _: None)
    for identity in (replace(IDENTITY, revision="2"), replace(IDENTITY, numerics="int8")):
        other = CountingEncoder(identity)
        CachedEncoder(other, tmp_path).encode_passages([ONE], lambda _: None)
        assert other.asked == ["a"]
    same = CountingEncoder()
    CachedEncoder(same, tmp_path).encode_passages([PassageInput("a", (Span(0, 2),))], lambda _: None)
    assert same.asked == ["a"]


def test_a_stopped_run_keeps_the_slices_it_had_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "SLICE", 1)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(CountingEncoder(), tmp_path).encode_passages([ONE, TWO, BARE], stop)
    again = CountingEncoder()
    CachedEncoder(again, tmp_path).encode_passages([ONE, TWO, BARE], lambda _: None)
    assert again.asked == ["bb", "ccc"]


def test_a_damaged_cache_costs_encoding_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_bytes(b"not a database" * 100)
    encoder = CountingEncoder()
    with caplog.at_level(logging.WARNING):
        arrays = CachedEncoder(encoder, tmp_path).encode_passages([ONE], lambda _: None)
    assert _lists(arrays) == ([[1, 1]], [[0, 2]])
    assert "delete that file" in caplog.text


def test_vectors_of_another_size_are_not_taken(tmp_path: Path) -> None:
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages([ONE], lambda _: None)
    with sqlite3.connect(tmp_path / FILE) as cache:
        cache.execute("UPDATE vectors SET vectors = ?", (b"1234",))
    encoder = CountingEncoder()
    arrays = CachedEncoder(encoder, tmp_path).encode_passages([ONE], lambda _: None)
    assert _lists(arrays) == ([[1, 1]], [[0, 2]])
    assert encoder.asked == ["a"]


def test_what_nobody_used_for_long_is_dropped(tmp_path: Path) -> None:
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages([ONE, TWO], lambda _: None)
    with sqlite3.connect(tmp_path / FILE) as cache:
        cache.execute("UPDATE vectors SET used = ?", (date.today().toordinal() - KEPT_DAYS - 1,))
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages([TWO], lambda _: None)
    with sqlite3.connect(tmp_path / FILE) as cache:
        assert cache.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_nothing_gives_empty_arrays(tmp_path: Path) -> None:
    encoded = CachedEncoder(CountingEncoder(), tmp_path).encode_passages([], lambda _: None)
    assert encoded.passages.shape == encoded.windows.shape == (0, 2)
