"""Below the navigation: what the corpus holds, the visit's questions, and the language."""

from __future__ import annotations

import streamlit as st

from search27.app import access, formats, markup, routes
from search27.app.session import LANGUAGE, library, show_turn, turns
from search27.app.texts import LANGUAGES, Texts
from search27.errors import IndexStoreError

SHOWN_QUESTIONS = 12
SHOWN_CHARACTERS = 60


def language() -> None:
    """The language switch; the address keeps the choice, as `lang`."""
    st.segmented_control(
        "Langue / Language",
        LANGUAGES,
        default=LANGUAGES[0],
        required=True,
        key=LANGUAGE,
        bind="query-params",
        label_visibility="collapsed",
    )


def history(catalogue: Texts) -> None:
    """Questions of this visit, newest first; a click shows the answer again."""
    if not turns():
        return
    st.header(catalogue.sidebar_history)
    for place, turn in list(enumerate(turns()))[-SHOWN_QUESTIONS:][::-1]:
        if st.button(_shortened(turn.question), key=f"turn-{place}", type="tertiary"):
            show_turn(place)
            routes.go("ask", {"q": turn.question})


def _shortened(question: str) -> str:
    short = question if len(question) <= SHOWN_CHARACTERS else question[: SHOWN_CHARACTERS - 1].rstrip() + "…"
    return markup.literal(short)


def corpus(catalogue: Texts) -> None:
    """How many publications there are, over which years, and the word of caution."""
    try:
        documents = library().documents()
    except IndexStoreError:
        return
    held = formats.publications(len(documents), catalogue)
    years = sorted({document.date.year for document in documents if document.date})
    if len(years) > 1:
        held = catalogue.sidebar_corpus.format(documents=held, first=years[0], last=years[-1])
    st.caption(held)
    st.caption(catalogue.app_credit)


def account(catalogue: Texts) -> None:
    """Who logged in, and the way out; nothing without login."""
    person = access.name()
    if person:
        st.text(catalogue.login_who.format(name=person))
        st.button(catalogue.login_leave, type="tertiary", icon=":material/logout:", on_click=st.logout)
