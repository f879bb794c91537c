from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from search27.config import Settings
from search27.embedding.bundled import READER_NAME, bundled_folder
from search27.embedding.encoder import PassageInput
from search27.embedding.exported import APART_LAYERS, HEAD
from search27.embedding.reader import UNREAD, Reader
from search27.types import Span

QUESTION = "Combien d'agents compte l'équipe ?"
SENTENCES = ("L'équipe compte douze agents.", "Elle est née à Mulhouse.", "Le jardin est ouvert.")


def _passage(*sentences: str, context: str = "Un titre\n") -> PassageInput:
    text, spans = context, []
    for sentence in sentences:
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + " "
    return PassageInput(text, tuple(spans), len(context))


@pytest.fixture(scope="module")
def reader(settings: Settings) -> Reader:
    return Reader(settings.cache)


def test_each_sentence_has_a_score_and_the_answering_one_the_best(reader: Reader) -> None:
    one, other = reader.scores(QUESTION, [_passage(*SENTENCES), _passage(SENTENCES[2])])
    assert (one.shape, other.shape) == ((3,), (1,))
    assert int(np.argmax(one)) == 0
    assert one[0] > other[0]


def test_scores_do_not_depend_on_what_is_read_beside(reader: Reader) -> None:
    passages = [_passage(*SENTENCES), _passage(*SENTENCES * 6), _passage(SENTENCES[1])]
    together = reader.scores(QUESTION, passages)
    alone = [reader.scores(QUESTION, [passage])[0] for passage in passages]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=0.05)


def test_a_sentence_beyond_the_longest_text_counts_as_no_answer(reader: Reader) -> None:
    [scores] = reader.scores(QUESTION, [_passage("mot " * 600, SENTENCES[0])])
    assert scores[0] != UNREAD
    assert scores[1] == UNREAD


def test_nothing_to_read_gives_nothing(reader: Reader) -> None:
    assert reader.scores(QUESTION, []) == []
    assert reader.scores(QUESTION, [PassageInput("Rien.", ())])[0].shape == (0,)


def test_it_scores_as_the_model_that_was_trained(reader: Reader, settings: Settings) -> None:
    """The exported graph and the plain PyTorch of the training give the same, within bfloat16's steps."""
    import torch
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks" / "training"))
    from model import Encoder  # type: ignore[import-not-found]

    folder = bundled_folder(settings.cache, READER_NAME)
    encoder, head = Encoder(folder, APART_LAYERS), load_file(str(folder / HEAD))
    passage = _passage(*SENTENCES)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    asked, told = (tokenizer.encode(text) for text in (f"query: {QUESTION}", f"passage: {passage.text}"))
    with torch.inference_mode():
        pair = np.concatenate(encoder.lower([asked.ids, told.ids]))
        tokens = encoder.upper([pair])[0][0]
    question, text = tokens[: len(asked.ids)], tokens[len(asked.ids) :]
    expected = []
    for span in passage.windows:
        inside = [a < span.end + 9 and b > span.start + 9 and b > a for a, b in told.offsets]
        mean = text[torch.tensor(inside)].mean(0)
        alike = torch.cosine_similarity(mean, question.mean(0), dim=0)
        score = mean @ head["reader.sentence"].float() + question[0] @ head["reader.whole"].float()
        expected.append(float(score + head["reader.likeness"] * alike + head["reader.bias"]))
    assert reader.scores(QUESTION, [passage])[0] == pytest.approx(expected, abs=0.1)
