"""The app's frame: pages, sidebar, style and language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from search27.app import access, routes, scripts
from search27.app.components import sidebar
from search27.app.incidents import explained
from search27.app.pages import ask, explore, keep_current, login, publications, search, welcome
from search27.app.session import has_index, texts
from search27.app.texts import Texts

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")


def run() -> None:
    """Draw the page that the reader is on."""
    st.set_page_config(page_title="search27", page_icon=str(ICON), layout="centered")
    above, below = st.sidebar.container(), st.sidebar.container()
    with below:
        sidebar.language()
    st.html(STYLE)
    with explained():
        _draw(texts(), above)
    with below:
        scripts.run(scripts.PAGE_LANGUAGE[texts().language])


def _draw(catalogue: Texts, above: DeltaGenerator) -> None:
    """Draw the page as far as the person may see it; a visitor finds the login at every address."""
    role = access.role()
    pages = {
        name: page for name, page in _pages(catalogue).items() if name != "keep_current" or role == "admin"
    }
    routes.remember(pages)
    page = st.navigation(list(pages.values()), position="hidden" if role == "visitor" else "sidebar")
    if role == "visitor":
        login.page()
        return
    with explained():
        page.run()
    with above:
        sidebar.history(catalogue)
        sidebar.corpus(catalogue)
        sidebar.account(catalogue)


def _pages(catalogue: Texts) -> dict[routes.Name, st.Page]:
    return {
        "ask": st.Page(
            _needs_index(ask.page, "ask"), title=catalogue.nav_ask, icon=":material/forum:", default=True
        ),
        "search": st.Page(
            _needs_index(search.page, "search"),
            title=catalogue.nav_search,
            icon=":material/search:",
            url_path="rechercher",
        ),
        "explore": st.Page(
            _needs_index(explore.page, "explore"),
            title=catalogue.nav_explore,
            icon=":material/explore:",
            url_path="explorer",
        ),
        "publications": st.Page(
            _needs_index(publications.page, "publications"),
            title=catalogue.nav_publications,
            icon=":material/library_books:",
            url_path="publications",
        ),
        "keep_current": st.Page(
            keep_current.page,
            title=catalogue.nav_keep_current,
            icon=":material/update:",
            url_path="tenir-a-jour",
        ),
    }


def _needs_index(page: Callable[[], None], name: str) -> Callable[[], None]:
    """The page, or the welcome page while nothing has been indexed."""

    def wrapped() -> None:
        if has_index():
            page()
        else:
            welcome.page()

    wrapped.__name__ = name
    return wrapped
