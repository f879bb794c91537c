"""A real, if untrained, cross-encoder reads the best passages again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

from search27 import Library
from search27.config import Settings, load_settings
from search27.embedding.bundled import bundled_folder
from search27.errors import EncoderUnavailable
from search27.reranker import RERANKED, Reranker

QUESTION = "Comment gérer une forêt comme un commun ?"


@pytest.fixture(scope="module")
def cross_encoder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small layers with random weights over the bundled encoder's vocabulary."""
    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(settings.cache, "bundled-base"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
        initializer_range=1.0,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_the_reranker_orders_the_first_places_and_leaves_the_others(
    starter_index: Path, starter_library: Library, cross_encoder: Path
) -> None:
    plain = starter_library._retriever.retrieve(QUESTION)
    reading = Library.open(starter_index, load_settings(reranker=str(cross_encoder)))
    reranked = reading._retriever.retrieve(QUESTION)
    assert set(reranked.positions[:RERANKED]) == set(plain.positions[:RERANKED])
    assert reranked.positions[RERANKED:].tolist() == plain.positions[RERANKED:].tolist()
    assert reranked.score.tolist() == plain.score.tolist()
    texts = [p.text for p in reading._store.passages(reranked.positions[:RERANKED].tolist())]
    scores = Reranker(str(cross_encoder)).scores(QUESTION, texts)
    assert np.all(np.diff(scores) <= 1e-5)
    assert scores.std() > 0


def test_a_missing_reranker_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="absent"):
        Reranker(str(tmp_path / "absent")).scores("q", ["t"])
