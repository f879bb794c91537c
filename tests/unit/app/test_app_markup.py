from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.app.markup import literal, marked, merged, passage_html
from search27.types import Span

SPANS = st.lists(st.builds(Span, st.integers(-5, 60), st.integers(-5, 60)), max_size=6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](javascript:alert(1))", r"\[x\]\(javascript\:alert\(1\)\)"),
        ("$E=mc^2$", r"\$E\=mc\^2\$"),
        (":red[rouge] :material/home:", r"\:red\[rouge\] \:material\/home\:"),
        ("![i](https://a.fr/i.png)", r"\!\[i\]\(https\:\/\/a\.fr\/i\.png\)"),
        ("<b>*_`~#", r"\<b\>\*\_\`\~\#"),
        ("Un titre\n\n# Un autre", r"Un titre \# Un autre"),
        ("L’été à la 27e Région", "L’été à la 27e Région"),
    ],
)
def test_literal_escapes_all_markdown(text: str, expected: str) -> None:
    assert literal(text) == expected


@given(st.text())
def test_literal_keeps_the_words_and_one_line(text: str) -> None:
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", literal(text)) == " ".join(text.split())


def test_marked() -> None:
    assert marked("a <b> & c", [Span(2, 5)]) == "a <mark>&lt;b&gt;</mark> &amp; c"
    assert marked("abcdef", [Span(3, 9), Span(-2, 1), Span(1, 2)]) == "<mark>ab</mark>c<mark>def</mark>"
    assert marked("<script>", []) == "&lt;script&gt;"


@given(st.text(max_size=50), SPANS)
def test_marked_is_the_text_with_nothing_but_marks(text: str, spans: list[Span]) -> None:
    html = marked(text, spans)
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == unescape(text) or "&" in text
    assert not re.search(r"<(?!/?mark>)", html)
    assert html.count("<mark>") == html.count("</mark>") == len(merged(spans, len(text)))


@given(SPANS, st.integers(0, 50))
def test_merged_spans_are_sorted_apart_and_inside(spans: list[Span], length: int) -> None:
    result = merged(spans, length)
    covered = {n for span in spans for n in range(max(span.start, 0), min(span.end, length))}
    assert {n for span in result for n in range(span.start, span.end)} == covered
    assert all(one.end < other.start for one, other in pairwise(result))


def test_a_passage_has_no_blank_lines() -> None:
    assert passage_html("Titre\n\nTexte", [Span(0, 5)]) == "<mark>Titre</mark>\nTexte"
