"""What a first visit sees before anything is indexed."""

from __future__ import annotations

import streamlit as st

from search27.app import access
from search27.app.components import build
from search27.app.session import settings, texts


def page() -> None:
    """Draw the page."""
    catalogue = texts()
    st.title(catalogue.welcome_title)
    st.write(catalogue.welcome_lead)
    if access.role() != "admin":
        st.write(catalogue.welcome_reader)
        return
    st.text(catalogue.welcome_corpus.format(corpus=settings().corpus.resolve()))
    build.controls(catalogue.keep_build_first)
