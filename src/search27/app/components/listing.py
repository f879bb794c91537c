"""A list of publications that grows on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from search27.app.components.citation import publication_links
from search27.app.texts import Texts
from search27.types import DocumentInfo

SHOWN = 15


def publications(ids: Sequence[str], infos: Mapping[str, DocumentInfo], scope: str, texts: Texts) -> None:
    """Titles that open their publication, `SHOWN` at first; `scope` tells lists apart."""
    key = f"listed-{scope}"
    shown = st.session_state.get(key, SHOWN)
    publication_links(tuple(infos[item] for item in ids[:shown]), scope, texts)
    if len(ids) > shown:
        st.button(texts.show_more, on_click=_show_more, args=(key, shown + SHOWN), key=f"more-{scope}")


def _show_more(key: str, shown: int) -> None:
    st.session_state[key] = shown
