from __future__ import annotations

import pytest

from search27.types import Answer, Sentence, Verdict


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        ([("ils dessinent des outils ;", 1)], ["… ils dessinent des outils ;"]),
        ([("Élus et agents.", 1), ("ils dessinent.", 2)], ["Élus et agents.", "… ils dessinent."]),
        ([("Deux voies ;", 1), ("ou une seule.", 1)], ["Deux voies ;", "ou une seule."]),
        ([("« chez nous », dit-elle.", 1), ("27 régions.", 2)], ["« chez nous », dit-elle.", "27 régions."]),
    ],
)
def test_a_quote_that_begins_within_a_sentence_opens_with_an_ellipsis(
    sentences: list[tuple[str, int]], shown: list[str]
) -> None:
    quoted = tuple(Sentence(text, (number,), "verbatim") for text, number in sentences)
    answer = Answer("?", "", quoted)
    assert [sentence.text for sentence in answer.shown] == shown
    assert answer.sentences == quoted, "what is verbatim stays so"


@pytest.mark.parametrize("verdict", ["supported", "unsupported"])
def test_what_a_language_model_writes_is_shown_as_it_is(verdict: Verdict) -> None:
    written = (Sentence("les agents dessinent.", (1,), verdict),)
    assert Answer("?", "", written).shown == written
