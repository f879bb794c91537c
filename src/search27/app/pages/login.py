"""What a visitor sees where login is on."""

from __future__ import annotations

import streamlit as st

from search27.app.session import texts


def page() -> None:
    """Draw the page."""
    catalogue = texts()
    st.title(catalogue.login_title)
    st.html(f'<p class="s27-lead">{catalogue.login_lead}</p>')
    st.button(catalogue.login_button, type="primary", icon=":material/login:", on_click=st.login)
