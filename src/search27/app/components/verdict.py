"""Whether an answer helped: two buttons, a reason where it did not, and the way back."""

from __future__ import annotations

from datetime import date

import streamlit as st

from search27 import feedback
from search27.app.session import Turn, library, settings
from search27.app.texts import Texts

COMMENT_CHARACTERS = 1000


def controls(turn: Turn, place: int, texts: Texts) -> None:
    """Draw what the reader may say of the turn at `place`, or what was said."""
    kept: tuple[str, bool] | None = st.session_state.get(_key(place))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"verdict-row-{place}"):
        if kept:
            st.caption(texts.verdict_guards if kept[1] else texts.verdict_open)
            if st.button(
                texts.verdict_undo, key=f"verdict-undo-{place}", type="tertiary", icon=":material/undo:"
            ):
                feedback.withdraw(settings().feedback, kept[0])
                del st.session_state[_key(place)]
                st.rerun()
            return
        st.caption(texts.verdict_ask)
        if st.button(
            texts.verdict_yes, key=f"verdict-yes-{place}", type="tertiary", icon=":material/thumb_up:"
        ):
            _keep(turn, place, feedback.approval(turn.answer))
        wrong = st.button(
            texts.verdict_no, key=f"verdict-no-{place}", type="tertiary", icon=":material/thumb_down:"
        )
    if wrong or st.session_state.get(f"verdict-form-{place}"):
        st.session_state[f"verdict-form-{place}"] = True
        _form(turn, place, texts)


def _form(turn: Turn, place: int, texts: Texts) -> None:
    with st.form(f"verdict-why-{place}"):
        reason = st.radio(
            texts.verdict_why,
            feedback.REASONS,
            index=None,
            format_func=lambda name: texts.verdict_reasons[name],
        )
        passage = st.text_area(
            texts.verdict_passage,
            help=texts.verdict_passage_help.format(n=feedback.SHORTEST_PASSAGE),
            max_chars=COMMENT_CHARACTERS,
            height=80,
        )
        comment = st.text_area(texts.verdict_comment, max_chars=COMMENT_CHARACTERS, height=80)
        with st.container(horizontal=True):
            sent = st.form_submit_button(texts.verdict_send, type="primary")
            given_up = st.form_submit_button(texts.verdict_cancel, type="tertiary")
    if given_up:
        _close_form(place)
        st.rerun()
    if sent:
        found = feedback.passage_with(passage or "", library())
        if (passage or "").strip() and found is None:
            st.warning(texts.verdict_passage_absent, icon=":material/search_off:")
            return
        evidence = (found,) if found else ()
        _keep(turn, place, feedback.Verdict(False, reason or "", comment or "", evidence))


def _keep(turn: Turn, place: int, verdict: feedback.Verdict) -> None:
    generation = library().generation
    number = feedback.keep(settings().feedback, turn.answer, verdict, generation, date.today())
    st.session_state[_key(place)] = (number, verdict.guards)
    _close_form(place)
    st.rerun()


def _close_form(place: int) -> None:
    st.session_state.pop(f"verdict-form-{place}", None)


def _key(place: int) -> str:
    return f"verdict-{place}"
