"""The kept generations of the index, and the way back to one of them."""

from __future__ import annotations

import streamlit as st

from search27 import ingest
from search27.app import formats
from search27.app.components import confirm
from search27.app.session import settings
from search27.app.texts import Texts
from search27.library import Library
from search27.types import Generation

_DONE = "version-restored"


def panel(catalogue: Texts) -> None:
    """Draw the versions, newest first."""
    st.write(catalogue.versions_lead)
    if st.session_state.pop(_DONE, None):
        st.success(catalogue.versions_done, icon=":material/check_circle:")
    for generation in Library.history(settings().index):
        with st.container(border=True, key=f"version-{generation.name}"):
            _version(generation, catalogue)


def _version(generation: Generation, catalogue: Texts) -> None:
    date, time = formats.moment(generation.built_at, catalogue)
    documents = formats.publications(generation.documents, catalogue)
    st.text(f"{catalogue.keep_built_at.format(date=date, time=time)} · {documents}")
    if generation.current:
        st.badge(catalogue.versions_current, icon=":material/check:")
        return
    question = catalogue.versions_question.format(date=date, time=time, documents=documents)
    if confirm.button(
        catalogue.versions_button,
        question,
        catalogue.versions_agree,
        f"version-{generation.name}",
        ":material/history:",
    ):
        ingest.rollback(settings().index, generation.name, settings())
        st.session_state[_DONE] = True
        st.rerun()
