from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search27.config import Settings
from search27.embedding import exported
from search27.embedding.bundled import bundled_folder
from search27.embedding.encoder import Encoder, PassageInput, SentenceTransformerEncoder, Vectors
from search27.embedding.openvino import OpenVinoEncoder, open_encoder
from search27.embedding.session import TokenSession, passage_numerics
from search27.errors import EncoderUnavailable
from search27.types import Span

PAGE = "La commune ouvre un atelier. On y parle d'eau, de forêts et de budget !\n"
TEXTS = ["Un mot", PAGE, PAGE * 10, PAGE * 60]


@pytest.fixture(scope="module")
def openvino(settings: Settings) -> Encoder:
    encoder = open_encoder("bundled", settings.cache)
    assert isinstance(encoder, OpenVinoEncoder)
    return encoder


def _inputs() -> list[PassageInput]:
    return [PassageInput(text, (Span(0, 6), Span(2, len(text)))) for text in TEXTS]


def _agreement(ours: Vectors, theirs: Vectors) -> float:
    """Least cosine between rows."""
    return float((ours * theirs).sum(axis=1).min())


def test_passages_and_windows_equal_pytorch(openvino: Encoder, encoder: SentenceTransformerEncoder) -> None:
    ours = openvino.encode_passages(_inputs(), lambda _: None)
    theirs = encoder.encode_passages(_inputs(), lambda _: None)
    exact = openvino.identity.numerics == "float32"
    least = 1 - 1e-6 if exact else 0.9995
    assert _agreement(ours.passages, theirs.passages) > least
    assert _agreement(ours.windows, theirs.windows) > least
    for own, other in zip(ours.tokens, theirs.tokens, strict=True):
        assert (own["start"] == other["start"]).all()
        assert np.abs(own["vector"].astype(int) - other["vector"]).max() <= (1 if exact else 12)


@pytest.mark.parametrize("question", ["Qu'est-ce que La Synchro ?", "", "\ud800 ?", "budget " * 600])
def test_questions_equal_pytorch(
    openvino: Encoder, encoder: SentenceTransformerEncoder, question: str
) -> None:
    ours, theirs = openvino.encode_query(question), encoder.encode_query(question)
    assert np.abs(ours.vector - theirs.vector).max() < 1e-4
    assert ours.tokens == pytest.approx(theirs.tokens, abs=1e-3)


def test_identity_and_token_counts_equal_pytorch(
    openvino: Encoder, encoder: SentenceTransformerEncoder
) -> None:
    assert openvino.identity.understands(encoder.identity)
    assert openvino.identity.numerics == passage_numerics()
    assert openvino.count_tokens(TEXTS) == encoder.count_tokens(TEXTS)


def test_questions_and_passages_are_encoded_without_pytorch(openvino: Encoder, settings: Settings) -> None:
    code = (
        "import sys; from pathlib import Path; from search27.embedding.openvino import open_encoder;"
        "from search27.embedding.encoder import PassageInput;"
        f"encoder = open_encoder('bundled', Path({str(settings.cache)!r})); encoder.encode_query('budget');"
        "encoder.encode_passages([PassageInput('budget', ())] * 3, print);"
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


FIRST_USE_BY_MANY = """
import sys
from pathlib import Path
sys.setswitchinterval(1e-6)
from search27.embedding.session import TokenSession
assert len(list(TokenSession(Path(sys.argv[1])).encode_batches([["budget"]] * 8))) == 8
"""


def test_threads_that_use_the_model_first_at_the_same_time_do_not_wait_for_each_other(
    settings: Settings,
) -> None:
    command = [sys.executable, "-c", FIRST_USE_BY_MANY, str(bundled_folder(settings.cache, "bundled"))]
    for _ in range(8):
        run = subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": "4"}, check=False, timeout=120)
        assert run.returncode == 0


def test_openvino_reports_nothing_to_its_maker(tmp_path: Path) -> None:
    code = "import sys; import search27.embedding.session; sys.exit(sys.modules['openvino_telemetry'] is not None)"
    environment = {**os.environ, "HOME": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    assert not list(tmp_path.iterdir())


def test_any_other_encoder_runs_in_pytorch(settings: Settings) -> None:
    encoder = open_encoder("some/model", settings.cache)
    assert type(encoder) is SentenceTransformerEncoder


def test_a_failing_export_leaves_nothing_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="cannot be exported"):
        exported.exported_model(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]


def test_an_exported_model_lies_beside_the_converted_one(openvino: Encoder, settings: Settings) -> None:
    openvino.encode_query("budget")
    folder = bundled_folder(settings.cache, "bundled")
    assert (folder / exported.MODEL).stat().st_size < 10_000_000 < (folder / exported.WEIGHTS).stat().st_size


@pytest.mark.parametrize("name", ["tokenizer.json", exported.WORDS, exported.MODEL, exported.WEIGHTS])
def test_damaged_files_are_named_with_what_to_do(
    openvino: Encoder, settings: Settings, tmp_path: Path, name: str
) -> None:
    openvino.encode_query("budget")
    whole = bundled_folder(settings.cache, "bundled")
    for path in whole.iterdir():
        if path.is_file() and path.name != name:
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / name).write_bytes((whole / name).read_bytes()[:1000])
    with pytest.raises(EncoderUnavailable, match="Remove that folder"):
        TokenSession(tmp_path).encode_question("budget")
