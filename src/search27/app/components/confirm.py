"""Buttons that ask again before something is taken away or replaced."""

from __future__ import annotations

import streamlit as st

from search27.app.session import texts


def button(label: str, question: str, consent: str, key: str, icon: str | None = None) -> bool:
    """A button that opens a question below it; True in the run in which the reader consents.

    It stays while the question is open, so that the keyboard's focus is not lost with it.

    Args:
        label: Of the first button.
        question: Plain text, shown once the first button is pressed.
        consent: Label of the second button.
        key: Tells it apart from others on the page.
        icon: Of the first button.
    """
    state = f"{key}-state"
    if st.session_state.get(state) == "agreed":
        del st.session_state[state]
        return True
    st.button(label, key=f"{key}-open", icon=icon, on_click=_set, args=(state, "asking"))
    if st.session_state.get(state) != "asking":
        return False
    with st.container(border=True, key=f"confirm-{key}"):
        st.text(question)
        with st.container(horizontal=True):
            st.button(consent, key=f"{key}-agree", type="primary", on_click=_set, args=(state, "agreed"))
            st.button(texts().confirm_cancel, key=f"{key}-cancel", on_click=_set, args=(state, ""))
    return False


def _set(name: str, value: str) -> None:
    st.session_state[name] = value
