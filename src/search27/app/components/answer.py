"""An answer: its sentences with numbers, its sources, or the plain word that the corpus does not say."""

from __future__ import annotations

from html import escape

import streamlit as st

from search27.app import formats
from search27.app.components import citation, filters, take_along, verdict
from search27.app.markup import literal
from search27.app.related import related_questions
from search27.app.session import Turn
from search27.app.texts import Texts
from search27.types import Answer, Sentence


def show(turn: Turn, place: int, scope: str, texts: Texts) -> str | None:
    """Draw a turn; gives the question that the reader picked from those offered."""
    heading(turn.question)
    if turn.typed:
        st.caption(texts.ask_completed.format(typed=literal(turn.typed)))
    if turn.answer.notice:
        st.info(literal(turn.answer.notice), icon=":material/info:")
    if turn.answer.abstained:
        return _abstention(turn, place, scope, texts)
    st.html(sentences_html(turn.answer, place, texts))
    _withheld(turn.answer, texts)
    _footer(turn, place, texts)
    st.header(texts.answer_sources)
    for item in turn.answer.citations:
        citation.card(item, anchor(place, item.number), texts)
    for number, item in enumerate(turn.answer.newer, 1):
        citation.newer(item, f"newer-{place}-{number}", texts)
    return _offered(related_questions(turn.answer, turn.nearby, texts), texts.answer_related, place)


def heading(question: str) -> None:
    """The question as it was asked."""
    st.html(f'<h1 class="s27-question">{escape(question)}</h1>')


def draft_html(draft: str, texts: Texts) -> str:
    """What a language model has written so far, said to be unverified."""
    if not draft.strip():
        return '<div class="s27-draft"></div>'
    return f'<div class="s27-draft"><p class="s27-facts">{escape(texts.ask_draft)}</p><p>{escape(draft)}</p></div>'


def anchor(place: int, number: int) -> str:
    """Id of a source card on the page."""
    return f"source-{place}-{number}"


def sentences_html(answer: Answer, place: int, texts: Texts) -> str:
    """The sentences, escaped, each followed by links to its sources.

    Where a language model wrote some of them, the quoted ones stand between quotation marks.
    """
    mixed = any(sentence.verdict != "verbatim" for sentence in answer.sentences)
    pieces = []
    for sentence in answer.shown:
        numbers = "".join(
            f'<a class="s27-cite" href="#{anchor(place, n)}" '
            f'aria-label="{escape(texts.answer_source.format(number=n))}">[{n}]</a>'
            for n in sentence.citations
        )
        pieces.append(f"{_sentence_html(sentence, mixed, answer, texts)}&nbsp;{numbers}")
    quotes = any(sentence.verdict == "verbatim" for sentence in answer.sentences)
    told = texts.answer_legend if quotes else texts.answer_written
    legend = f'<p class="s27-facts">{escape(told)}</p>' if mixed else ""
    return f'<div class="s27-answer"><p>{" ".join(pieces)}</p></div>{legend}'


def _sentence_html(sentence: Sentence, mixed: bool, answer: Answer, texts: Texts) -> str:
    """One sentence; a quoted one in the language of its publication."""
    if sentence.verdict != "verbatim":
        return f'<span class="s27-{sentence.verdict}">{escape(sentence.text)}</span>'
    language = next(c.document.language for c in answer.citations if c.number in sentence.citations)
    text = texts.answer_quoted.format(text=sentence.text) if mixed else sentence.text
    return f'<span class="s27-verbatim" lang="{escape(language)}">{escape(text)}</span>'


def _withheld(answer: Answer, texts: Texts) -> None:
    """Sentences of the language model that nothing supports, folded away."""
    number = len(answer.withheld)
    if not number:
        return
    with st.expander(
        formats.count(number, texts.withheld_one, texts.withheld_many, texts), icon=":material/block:"
    ):
        st.caption(texts.withheld_lead)
        for sentence in answer.withheld:
            st.text(sentence.text)


def _footer(turn: Turn, place: int, texts: Texts) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"answer-foot-{place}"):
        level = formats.confidence(turn.answer.confidence, texts)
        st.caption(texts.answer_confidence.format(level=level), width="stretch")
        take_along.controls(turn.answer, place, texts)
    verdict.controls(turn, place, texts)


def _abstention(turn: Turn, place: int, scope: str, texts: Texts) -> str | None:
    st.info(texts.abstained_title, icon=":material/info:")
    _withheld(turn.answer, texts)
    if turn.filters:
        st.caption(texts.abstained_filtered)
        st.button(texts.remove_filters, on_click=filters.clear, args=(scope,), key=f"unfilter-{place}")
    if turn.answer.nearest:
        st.header(texts.abstained_nearest)
        citation.publication_links(turn.answer.nearest, f"nearest-{place}", texts)
    picked = _offered(turn.answer.suggestions, texts.abstained_suggestions, place)
    verdict.controls(turn, place, texts)
    return picked


def _offered(questions: tuple[str, ...], title: str, place: int) -> str | None:
    """Questions to go on with; gives the one that was picked."""
    picked = None
    if questions:
        st.header(title)
    for number, question in enumerate(questions):
        if st.button(literal(question), key=f"suggestion-{place}-{number}"):
            picked = question
    return picked
