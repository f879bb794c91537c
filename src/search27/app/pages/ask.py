"""The home page: a question, its answer, and the way to the sources."""

from __future__ import annotations

import streamlit as st

from search27.app.asking import QUESTION_CHARACTERS, Asking
from search27.app.components import answer, examples, filters, followup, generation
from search27.app.facets import facets_of
from search27.app.session import (
    Turn,
    conversation,
    current_place,
    current_turn,
    library,
    show_turn,
    texts,
    turns,
)
from search27.app.texts import Texts
from search27.types import Filters

SCOPE = "ask"
POLL_SECONDS = 0.1

_ASKING = "asking"
_STOPPED = "stopped"


def page() -> None:
    """Draw the page; the address's `q` is the question on show."""
    catalogue = texts()
    linked = _linked_question()
    head = st.container()
    # Inside a container the field stands where it is drawn; at the page's foot it would scroll answers away.
    with st.container():
        placeholder = catalogue.ask_followup if current_turn() else catalogue.ask_placeholder
        typed = st.chat_input(placeholder, key="question", max_chars=QUESTION_CHARACTERS)
    if not (typed or linked or current_turn() or _ASKING in st.session_state):
        head.title(catalogue.ask_title)
        head.html(f'<p class="s27-lead">{catalogue.ask_lead}</p>')
    documents = library().documents()
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = filters.panel(facets_of(documents), SCOPE, catalogue)
        generate = generation.switch(library().generator, catalogue)
        if current_turn():
            st.button(catalogue.ask_new, on_click=_start_over, icon=":material/add:", type="tertiary")
    if typed is not None:
        _take(typed, chosen, generate, catalogue)
    elif linked:
        _start(linked, chosen)
    _body(chosen, generate, catalogue)


def _body(chosen: Filters, generate: bool, catalogue: Texts) -> None:
    """A question on its way, one to be confirmed, the turn on show, or questions to begin with."""
    if _ASKING in st.session_state:
        _progress(catalogue)
        return
    if st.session_state.pop(_STOPPED, False):
        st.info(catalogue.ask_stopped, icon=":material/stop_circle:")
    picked = followup.confirmed(catalogue)
    if followup.waiting():
        if picked:
            followup.forget()
            _start(picked.question, chosen, generate, picked.typed)
            st.rerun()
        return
    turn, place = current_turn(), current_place()
    if turn is None or place is None:
        question = examples.offer(library().documents(), catalogue)
    else:
        st.query_params["q"] = turn.question
        question = answer.show(turn, place, SCOPE, catalogue)
    if question:
        _start(question, chosen, generate)
        st.rerun()


def _linked_question() -> str | None:
    """The address's question where it is new; one asked before in this visit is shown again."""
    question = st.query_params.get("q", "").strip()[:QUESTION_CHARACTERS]
    turn, asking = current_turn(), st.session_state.get(_ASKING)
    if not question or (turn and turn.question == question) or asking:
        return None
    asked = [place for place, item in enumerate(turns()) if item.question == question]
    if asked:
        show_turn(asked[-1])
        return None
    return question


def _take(typed: str, chosen: Filters, generate: bool, catalogue: Texts) -> None:
    """Ask what was typed; a follow-up that leans on the conversation is shown in full before it counts."""
    question = " ".join(typed.split())
    if not question:
        st.info(catalogue.ask_empty)
        return
    complete = library().resolve(question, conversation())[:QUESTION_CHARACTERS]
    if complete == question:
        followup.forget()
        _start(question, chosen, generate)
    else:
        _stop()
        followup.propose(question, complete)


def _start(question: str, chosen: Filters, generate: bool = False, typed: str = "") -> None:
    """Set a question on its way, instead of one that may still be."""
    _stop()
    st.session_state.pop(_STOPPED, None)
    asking = Asking(library(), question, chosen, generate)
    st.session_state[_ASKING] = asking, typed, current_place()


def _progress(catalogue: Texts) -> None:
    """Wait for the answer, then remember and show it. The page can be used, and left, meanwhile."""
    asking, typed, follows = st.session_state[_ASKING]
    answer.heading(asking.question)
    st.button(catalogue.ask_stop, on_click=_stop_or_leave, key="stop", icon=":material/stop_circle:")
    draft = st.empty()
    with st.spinner(_doing(asking, catalogue)):
        while not asking.wait(POLL_SECONDS):
            # Streamlit hears of a click only when something is drawn.
            draft.html(answer.draft_html(asking.draft, catalogue))
    del st.session_state[_ASKING]
    if asking.error is not None:
        raise asking.error
    turns().append(Turn(asking.question, asking.filters, asking.answer, asking.nearby, typed, follows))
    show_turn(len(turns()) - 1)
    st.query_params["q"] = asking.question
    st.rerun()


def _doing(asking: Asking, catalogue: Texts) -> str:
    if asking.stopped:
        return catalogue.ask_stopping
    return catalogue.generating if asking.generate else catalogue.answering


def _stop_or_leave() -> None:
    """A written answer is cut short, which leaves the verbatim one; a second click leaves the question."""
    if _ASKING in st.session_state:
        asking: Asking = st.session_state[_ASKING][0]
        if asking.generate and not asking.stopped:
            asking.stop()
        else:
            _stop()


def _stop() -> None:
    """Wait no longer for the question on its way; the address no longer asks it."""
    if _ASKING in st.session_state:
        asking: Asking = st.session_state.pop(_ASKING)[0]
        asking.stop()
        st.session_state[_STOPPED] = True
        st.query_params.pop("q", None)


def _start_over() -> None:
    _stop()
    followup.forget()
    show_turn(None)
    st.query_params.pop("q", None)
