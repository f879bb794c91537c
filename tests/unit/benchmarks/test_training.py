from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks" / "training"))

import adapter

import data

WORDS = st.lists(
    st.sampled_from(["forêt", "Commun", "l’État", "2025", "agent·es", "à"]), min_size=8, max_size=30
)


@given(WORDS, st.integers(0, 4), st.integers(4, 8))
def test_a_hashed_quote_is_found_again_in_its_document(words: list[str], start: int, size: int) -> None:
    text, quote = " ".join(words), " ".join(words[start : start + size])
    folded = data.words(quote)
    evidence = {"doc": "1", "words": len(folded), "sha256": data._digest(folded)}
    assert data.locate(evidence, text) == " ".join(folded)


def test_a_quote_that_is_not_there_is_not_found() -> None:
    evidence = {"doc": "1", "words": 2, "sha256": data._digest(["autre", "texte"])}
    assert data.locate(evidence, "une forêt en commun") is None


def test_pairs_of_full_rank_stand_for_the_delta() -> None:
    delta = np.arange(12, dtype=np.float32).reshape(3, 4) / 10
    pairs = adapter.compress({"w": delta}, rank=3)
    assert adapter.expand(pairs)["w"] == pytest.approx(delta, abs=2e-3)


def test_a_cut_keeps_the_largest_change() -> None:
    delta = np.diag([5.0, 0.1]).astype(np.float32)
    pairs = adapter.compress({"w": delta}, rank=1)
    assert pairs["w.A"].shape == (1, 2)
    assert adapter.expand(pairs)["w"] == pytest.approx(np.diag([5.0, 0.0]), abs=2e-3)
