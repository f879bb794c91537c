"""The pages by name, for links between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NoReturn

import streamlit as st

Name = Literal["ask", "search", "explore", "publications", "keep_current"]

_KEY = "pages"


def remember(pages: Mapping[Name, st.Page]) -> None:
    """Keep this run's pages for `link` and `go`."""
    st.session_state[_KEY] = dict(pages)


def offered(name: Name) -> bool:
    """Whether the person on the page may go there."""
    return name in st.session_state.get(_KEY, {})


def link(name: Name, label: str, query: Mapping[str, str] | None = None, icon: str | None = None) -> None:
    """A link to a page that keeps the visit. `label` is Markdown: corpus text goes through `literal`."""
    st.page_link(st.session_state[_KEY][name], label=label, icon=icon, query_params=dict(query or {}))


def go(name: Name, query: Mapping[str, str] | None = None) -> NoReturn:
    """Leave for another page at once."""
    st.switch_page(st.session_state[_KEY][name], query_params=dict(query or {}))
