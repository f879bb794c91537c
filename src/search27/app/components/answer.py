"""An answer: its sentences with numbers, its sources, or the plain word that the corpus does not say."""

from __future__ import annotations

from html import escape

import streamlit as st

from search27.app import export, formats
from search27.app.components import citation, filters
from search27.app.markup import literal
from search27.app.session import Turn
from search27.app.texts import Texts
from search27.types import Answer


def show(turn: Turn, place: int, scope: str, texts: Texts) -> str | None:
    """Draw a turn; gives the question that the reader picked from the suggestions."""
    heading(turn.question)
    if turn.answer.abstained:
        return _abstention(turn, place, scope, texts)
    st.html(sentences_html(turn.answer, place, texts))
    _footer(turn.answer, place, texts)
    st.subheader(texts.answer_sources)
    for item in turn.answer.citations:
        citation.card(item, anchor(place, item.number), texts)
    for number, item in enumerate(turn.answer.newer, 1):
        citation.newer(item, f"newer-{place}-{number}", texts)
    return None


def heading(question: str) -> None:
    """The question as it was asked."""
    st.html(f'<h1 class="s27-question">{escape(question)}</h1>')


def anchor(place: int, number: int) -> str:
    """Id of a source card on the page."""
    return f"source-{place}-{number}"


def sentences_html(answer: Answer, place: int, texts: Texts) -> str:
    """The sentences, escaped, each followed by links to its sources."""
    pieces = []
    for sentence in answer.sentences:
        numbers = "".join(
            f'<a class="s27-cite" href="#{anchor(place, n)}" '
            f'aria-label="{escape(texts.answer_source.format(number=n))}">[{n}]</a>'
            for n in sentence.citations
        )
        pieces.append(f"<span>{escape(sentence.text)}</span>&nbsp;{numbers}")
    return f'<div class="s27-answer"><p>{" ".join(pieces)}</p></div>'


def _footer(answer: Answer, place: int, texts: Texts) -> None:
    text = export.markdown(answer, texts)
    with st.container(horizontal=True, vertical_alignment="center", key=f"answer-foot-{place}"):
        level = formats.confidence(answer.confidence, texts)
        st.caption(texts.answer_confidence.format(level=level), width="stretch")
        with st.popover(texts.answer_copy, icon=":material/content_copy:", type="tertiary"):
            st.caption(texts.answer_copy_help)
            st.code(text, language=None, wrap_lines=True, height=240)
        st.download_button(
            texts.answer_export,
            text,
            file_name=f"{texts.answer_file}-{place + 1}.md",
            mime="text/markdown",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"export-{place}",
        )


def _abstention(turn: Turn, place: int, scope: str, texts: Texts) -> str | None:
    st.info(texts.abstained_title, icon=":material/info:")
    if turn.filters:
        st.caption(texts.abstained_filtered)
        st.button(texts.remove_filters, on_click=filters.clear, args=(scope,), key=f"unfilter-{place}")
    if turn.answer.nearest:
        st.subheader(texts.abstained_nearest)
        citation.publication_links(turn.answer.nearest, f"nearest-{place}", texts)
    picked = None
    if turn.answer.suggestions:
        st.subheader(texts.abstained_suggestions)
        for number, suggestion in enumerate(turn.answer.suggestions):
            if st.button(literal(suggestion), key=f"suggestion-{place}-{number}"):
                picked = suggestion
    return picked
