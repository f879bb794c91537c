import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.answer.model_text import cited_sentences, plain_text


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Voir [le site](https://exemple.org/a) [1].", "Voir le site [1]."),
        ("Voir le site [1](https://exemple.org/a) et [2, 3](b).", "Voir le site [1] et [2, 3]."),
        ("![image](http://x.y/z.png) Texte [1].", "Texte [1]."),
        ("<b>Gras</b> et **fort** `code`", "Gras et fort code"),
        ("<think>secret</think>Réponse [1].", "Réponse [1]."),
        ("Je réfléchis [1].</think>Réponse [1].", "Réponse [1]."),
        ("# Titre\n- Point [1].", "Titre\nPoint [1]."),
        ("1. Un fait [1].\n2) Un autre [2].", "Un fait [1].\n\nUn autre [2]."),
        ("1998. Un fait [1].", "1998. Un fait [1]."),
        ("3.5 agents [1].", "3.5 agents [1]."),
        ("12. [1]", "12. [1]"),
        ("a\x1b[31mrouge\u202e", "a[31mrouge"),
        ("Allez sur www.exemple.org ou javascript:alert(1)", "Allez sur  ou )"),
    ],
)
def test_plain_text(raw: str, plain: str) -> None:
    assert plain_text(raw) == plain


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        ("Un fait [1]. Un autre [2].", [("Un fait.", (1,)), ("Un autre.", (2,))]),
        ("Un fait. [1] Un autre. [2]", [("Un fait.", (1,)), ("Un autre.", (2,))]),
        ("Un fait [1, 2].", [("Un fait.", (1, 2))]),
        ("Un fait [1][3] sans plus.", [("Un fait sans plus.", (1, 3))]),
        ("Sans source.", [("Sans source.", ())]),
        ("[La Synchro](https://x.org) ouvre [1].", [("La Synchro ouvre.", (1,))]),
        ("Ce n’est [pas](http://a.b) un lieu [1].", [("Ce n’est pas un lieu.", (1,))]),
        ("« Un lieu […] sobre » [1].", [("« Un lieu […] sobre ».", (1,))]),
        ("1. Un fait [1]\n2. Un autre [2]", [("Un fait", (1,)), ("Un autre", (2,))]),
        ("", []),
        ("[1]", []),
    ],
)
def test_sentences_with_their_numbers(raw: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    assert cited_sentences(raw) == sentences


@given(st.text())
def test_no_markup_is_left(raw: str) -> None:
    for sentence, _ in cited_sentences(raw):
        assert "<" not in sentence
        assert "://" not in sentence
        assert not {unicodedata.category(character) for character in sentence} & {"Cc", "Cs"}
