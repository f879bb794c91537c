from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.config import Settings
from search27.embedding.encoder import BATCH_TOKENS, PassageInput, SentenceTransformerEncoder, _batches
from search27.embedding.tokens import DIMENSION, likeness
from search27.errors import EncoderUnavailable
from search27.types import Span

TEXTS = (
    "La Synchro. Les écoles et les praticiens se retrouvent. Une première édition a eu lieu en décembre.",
    "Forêts. Une forêt privée peut-elle être un commun ? Le programme l'a exploré dans les Vosges.",
    "Budget. Le total est de 540 000 €.",
)


def _inputs() -> list[PassageInput]:
    return [PassageInput(text, (Span(0, text.index(".") + 1), Span(0, len(text)))) for text in TEXTS]


def test_passages_and_windows_are_unit_rows_in_order(encoder: SentenceTransformerEncoder) -> None:
    done: list[int] = []
    encoded = encoder.encode_passages(_inputs(), done.append)
    vectors, windows = encoded.passages, encoded.windows
    assert vectors.shape == (3, 384)
    assert windows.shape == (6, 384)
    assert vectors.dtype == windows.dtype == np.float32
    assert np.linalg.norm(np.concatenate([vectors, windows]), axis=1) == pytest.approx(np.ones(9), abs=1e-5)
    assert done[-1] == 3


def test_a_passage_alone_or_among_others_has_the_same_vector(encoder: SentenceTransformerEncoder) -> None:
    together = encoder.encode_passages(_inputs(), lambda _: None)
    alone = encoder.encode_passages(_inputs()[1:2], lambda _: None)
    assert alone.passages[0] == pytest.approx(together.passages[1], abs=1e-4)
    assert alone.windows == pytest.approx(together.windows[2:4], abs=1e-4)


def test_a_passage_vector_is_what_sentence_transformers_gives(encoder: SentenceTransformerEncoder) -> None:
    vectors = encoder.encode_passages(_inputs(), lambda _: None).passages
    expected = encoder._model.encode(list(TEXTS), prompt="passage: ", normalize_embeddings=True)
    assert vectors == pytest.approx(expected, abs=1e-4)


def test_the_window_over_a_whole_passage_is_close_to_the_passage(encoder: SentenceTransformerEncoder) -> None:
    encoded = encoder.encode_passages(_inputs(), lambda _: None)
    assert ((encoded.windows[1::2] * encoded.passages).sum(axis=1) > 0.98).all()


def test_windows_beyond_the_limit_get_a_vector_too(encoder: SentenceTransformerEncoder) -> None:
    text = "commun " * 2000
    encoded = encoder.encode_passages(
        [PassageInput(text, (Span(len(text) - 20, len(text)),))], lambda _: None
    )
    assert np.isfinite(encoded.passages).all()
    assert np.linalg.norm(encoded.windows[0]) == pytest.approx(1, abs=1e-5)


def test_a_question_finds_its_passage(encoder: SentenceTransformerEncoder) -> None:
    vectors = encoder.encode_passages(_inputs(), lambda _: None).passages
    for question, expected in (
        ("Qui gère les bois ?", 1),
        ("How much money?", 2),
        ("formation des agents", 0),
    ):
        assert int(np.argmax(vectors @ encoder.encode_query(question).vector)) == expected


def test_nothing_gives_empty_arrays(encoder: SentenceTransformerEncoder) -> None:
    encoded = encoder.encode_passages([], lambda _: None)
    assert encoded.passages.shape == encoded.windows.shape == (0, 384)
    assert encoded.tokens == []


def test_an_unknown_encoder_offline_says_what_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda _: None)  # it tries again at once
    with pytest.raises(EncoderUnavailable, match="bundled"):
        SentenceTransformerEncoder("no-such-organisation/no-such-model", settings.cache).encode_query("?")


@given(st.lists(st.integers(1, 512), max_size=200))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int]) -> None:
    batches = _batches(lengths)
    assert sorted(number for batch in batches for number in batch) == list(range(len(lengths)))
    for batch in batches:
        assert max(lengths[n] for n in batch) * len(batch) <= max(BATCH_TOKENS, max(lengths))


def test_a_lone_surrogate_in_a_question_is_encoded(encoder: SentenceTransformerEncoder) -> None:
    assert np.linalg.norm(encoder.encode_query("forêt \ud800 ?").vector) == pytest.approx(1, abs=1e-5)


def test_tokens_know_where_they_start_and_what_stands_before_the_text(
    encoder: SentenceTransformerEncoder,
) -> None:
    title, text = "Forêts\n", "Les habitants gèrent la forêt."
    records = encoder.encode_passages([PassageInput(title + text, (), len(title))], lambda _: None).tokens[0]
    starts = records["start"].tolist()
    assert starts == sorted(starts)
    assert starts.count(-1) >= 1
    words = {text[start:].split()[0] for start in starts if start >= 0}
    assert {"habitants", "gèrent", "forêt."} <= words


def test_a_question_is_likest_to_the_passage_that_answers_it_token_by_token(
    encoder: SentenceTransformerEncoder,
) -> None:
    records = encoder.encode_passages(_inputs(), lambda _: None).tokens
    query = encoder.encode_query("Qui gère les bois ?").tokens
    assert np.linalg.norm(query, axis=1) == pytest.approx(np.ones(len(query)), abs=1e-5)
    scores = [likeness(query, part).max(axis=1).mean() for part in records]
    assert int(np.argmax(scores)) == 1


def test_an_encoder_without_a_token_space_keeps_no_tokens(settings: Settings) -> None:
    base = SentenceTransformerEncoder("bundled-base", settings.cache)
    assert base.encode_query("budget").tokens.shape == (0, DIMENSION)
    assert [len(part) for part in base.encode_passages(_inputs(), lambda _: None).tokens] == [0, 0, 0]


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_other_weights_in_a_folder_are_another_revision(tmp_path: Path, name: str) -> None:
    revisions = set()
    for weights in (b"one", b"two"):
        (tmp_path / name).write_bytes(weights)
        revisions.add(SentenceTransformerEncoder(str(tmp_path), tmp_path)._revision())
    assert len(revisions) == 2
