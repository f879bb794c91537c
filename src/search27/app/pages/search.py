"""Passages for words or a question, with facets and order."""

from __future__ import annotations

import streamlit as st

from search27.app import formats
from search27.app.components import filters, hit
from search27.app.facets import by_date, facets_of
from search27.app.session import library, texts
from search27.app.texts import Texts
from search27.types import Filters, Hit

SCOPE = "search"
FOUND = 60
SHOWN = 10


def page() -> None:
    """Draw the page; the words stand in the address."""
    catalogue = texts()
    st.title(catalogue.search_title)
    st.html(f'<p class="s27-lead">{catalogue.search_lead}</p>')
    question = st.text_input(
        catalogue.search_label,
        placeholder=catalogue.search_placeholder,
        key="mots",
        bind="query-params",
        type="search",
        max_chars=500,
    )
    if not (question or "").strip():
        return
    found = library()
    with st.spinner(catalogue.searching):
        everything = found.search(question, FOUND)
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = filters.panel(facets_of(item.document for item in everything), SCOPE, catalogue)
        order = _order(catalogue)
    hits = found.search(question, FOUND, chosen) if chosen else everything
    if hits:
        _results(_sorted(hits, order, catalogue), question, catalogue)
    else:
        _nothing(chosen, catalogue)


def _order(catalogue: Texts) -> str:
    orders = [catalogue.sort_relevance, catalogue.sort_newest, catalogue.sort_oldest]
    return st.segmented_control(
        catalogue.search_sort,
        orders,
        default=orders[0],
        required=True,
        key=f"search-order-{catalogue.language}",
        label_visibility="collapsed",
        persist_state="session",
    )


def _sorted(hits: list[Hit], order: str, catalogue: Texts) -> list[Hit]:
    if order == catalogue.sort_relevance:
        return hits
    return by_date(hits, newest_first=order == catalogue.sort_newest)


def _results(hits: list[Hit], question: str, catalogue: Texts) -> None:
    shown = st.session_state.setdefault("search-shown", {}).get(question, SHOWN)
    st.caption(formats.count(len(hits), catalogue.search_found_one, catalogue.search_found_many, catalogue))
    for place, item in enumerate(hits[:shown]):
        hit.card(item, question, place, catalogue)
    if len(hits) > shown:
        st.button(catalogue.show_more, on_click=_show_more, args=(question, shown + SHOWN))


def _show_more(question: str, shown: int) -> None:
    st.session_state["search-shown"] = {question: shown}


def _nothing(chosen: Filters, catalogue: Texts) -> None:
    st.subheader(catalogue.search_none)
    st.write(catalogue.search_none_filtered if chosen else catalogue.search_none_hint)
    if chosen:
        st.button(catalogue.remove_filters, on_click=filters.clear, args=(SCOPE,), key="search-unfilter")
