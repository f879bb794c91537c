"""The home page: a question, its answer, and the way to the sources."""

from __future__ import annotations

import streamlit as st

from search27.app.components import answer, filters
from search27.app.facets import facets_of
from search27.app.markup import literal
from search27.app.session import Turn, current_turn, library, show_turn, texts, turns
from search27.app.texts import Texts
from search27.types import DocumentInfo, Filters

SCOPE = "ask"
QUESTION_CHARACTERS = 500
EXAMPLES = 4
EXAMPLE_CHARACTERS = 70


def page() -> None:
    """Draw the page; the address's `q` is the question on show."""
    catalogue = texts()
    linked = _linked_question()
    head = st.container()
    # Inside a container the field stands where it is drawn; at the page's foot it would scroll answers away.
    with st.container():
        typed = st.chat_input(catalogue.ask_placeholder, key="question", max_chars=QUESTION_CHARACTERS)
    if not (typed or linked or current_turn()):
        head.title(catalogue.ask_title)
        head.html(f'<p class="s27-lead">{catalogue.ask_lead}</p>')
    documents = library().documents()
    with st.container(horizontal=True):
        chosen = filters.panel(facets_of(documents), SCOPE, catalogue)
        if current_turn():
            st.button(catalogue.ask_new, on_click=_start_over, icon=":material/add:", type="tertiary")
    if question := typed or linked:
        _ask(question, chosen, catalogue)
    picked = _shown(catalogue) if current_turn() else _example(documents, catalogue)
    if picked:
        _ask(picked, chosen, catalogue)


def _linked_question() -> str | None:
    """The address's question where it is new; one asked before in this visit is shown again."""
    question = st.query_params.get("q", "").strip()[:QUESTION_CHARACTERS]
    turn = current_turn()
    if not question or (turn and turn.question == question):
        return None
    asked = [place for place, item in enumerate(turns()) if item.question == question]
    if asked:
        show_turn(asked[-1])
        return None
    return question


def _ask(question: str, chosen: Filters, catalogue: Texts) -> None:
    """Answer, remember and show."""
    question = question.strip()
    if not question:
        st.info(catalogue.ask_empty)
        return
    answer.heading(question)
    with st.spinner(catalogue.answering):
        found = library().ask(question, chosen)
    turns().append(Turn(question, chosen, found))
    show_turn(len(turns()) - 1)
    st.query_params["q"] = question
    st.rerun()


def _shown(catalogue: Texts) -> str | None:
    turn = current_turn()
    if turn is None:
        return None
    st.query_params["q"] = turn.question
    return answer.show(turn, turns().index(turn), SCOPE, catalogue)


def _start_over() -> None:
    show_turn(None)
    st.query_params.pop("q", None)


def _example(documents: list[DocumentInfo], catalogue: Texts) -> str | None:
    """Questions to begin with, made of titles; gives the one that the reader picked."""
    picked = None
    titles = example_titles(documents)
    if titles:
        st.caption(catalogue.ask_examples)
    for number, title in enumerate(titles):
        question = catalogue.ask_example.format(title=title)
        if st.button(literal(question), key=f"example-{number}", width="stretch"):
            picked = question
    return picked


def example_titles(documents: list[DocumentInfo]) -> list[str]:
    """Short titles spread over the years, newest first; always the same for the same corpus."""
    dated = sorted(
        (document for document in documents if document.date and len(document.title) <= EXAMPLE_CHARACTERS),
        key=lambda document: (str(document.date), document.id),
        reverse=True,
    )
    step = max(len(dated) // EXAMPLES, 1)
    return [document.title for document in dated[::step][:EXAMPLES]]
