"""A follow-up question in its complete form, to be confirmed or changed before it is asked."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from search27.app.asking import QUESTION_CHARACTERS
from search27.app.texts import Texts

_PENDING = "pending-question"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The question to ask, and what was typed where that is something else."""

    question: str
    typed: str = ""


def propose(typed: str, complete: str) -> None:
    """Keep a question until the reader has confirmed it."""
    st.session_state[_PENDING] = typed, complete


def waiting() -> bool:
    """Whether a question waits for the reader's word."""
    return _PENDING in st.session_state


def forget() -> None:
    """Ask nothing of it."""
    st.session_state.pop(_PENDING, None)


def confirmed(texts: Texts) -> Confirmed | None:
    """Draw the question that waits, if any; gives what the reader settled on."""
    if not waiting():
        return None
    typed, complete = st.session_state[_PENDING]
    with st.form("pending", enter_to_submit=True):
        edited = st.text_area(texts.followup_label, complete, max_chars=QUESTION_CHARACTERS, height=80)
        st.caption(texts.followup_help)
        with st.container(horizontal=True):
            agreed = st.form_submit_button(texts.followup_ask, type="primary")
            as_typed = st.form_submit_button(texts.followup_as_typed, type="secondary")
            st.form_submit_button(texts.followup_cancel, type="tertiary", on_click=forget)
    question = " ".join((edited or "").split())
    if agreed and question:
        return Confirmed(question, typed if question != typed else "")
    return Confirmed(typed) if as_typed else None
