"""Passages for words, a question or another passage, with facets, years and order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from search27.app import formats
from search27.app.components import charts, filters, hit
from search27.app.facets import by_date, by_publication, facets_of
from search27.app.markup import literal
from search27.app.session import library, search, texts
from search27.app.texts import Texts
from search27.errors import SourceNotFound
from search27.types import Filters, Hit

SCOPE = "search"
FOUND = 60
SHOWN = 10
OFFERED = 6


def page() -> None:
    """Draw the page; the words, or the passage to start from, stand in the address."""
    catalogue = texts()
    st.title(catalogue.search_title)
    if passage_id := st.query_params.get("comme"):
        _similar(passage_id, catalogue)
        return
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
        _offers(catalogue)
        return
    st.session_state["search-words"] = question
    found = library()
    with st.spinner(catalogue.searching):
        everything = search(question, FOUND)
    with st.container(horizontal=True, vertical_alignment="center"):
        facets = facets_of((item.document for item in everything), found.atlas.programmes)
        chosen = filters.panel(facets, SCOPE, catalogue, found.atlas.programmes)
        order, grouped = _order(catalogue), _view(catalogue)
    hits = search(question, FOUND, chosen) if chosen else everything
    if hits:
        _results(_sorted(hits, order, catalogue), question, grouped, catalogue)
    else:
        _nothing(chosen, catalogue)


def _similar(passage_id: str, catalogue: Texts) -> None:
    """Passages of other publications that come nearest to the one in the address."""
    st.button(catalogue.search_back, on_click=_back, type="tertiary", icon=":material/arrow_back:")
    try:
        hits = library().similar(passage_id, FOUND)
        passage = library().passage(passage_id)
    except SourceNotFound:
        st.warning(catalogue.search_like_gone, icon=":material/help:")
        return
    st.header(catalogue.search_like_title)
    hit.card(Hit(0.0, passage, library().info(passage.document_id)), catalogue)
    st.header(catalogue.search_like_found)
    _cards(by_publication(hits), "", passage_id, catalogue)


def _back() -> None:
    """Return to the words that were searched before."""
    st.query_params.clear()
    st.session_state["mots"] = st.session_state.get("search-words", "")


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


def _view(catalogue: Texts) -> bool:
    """Whether hits are to be grouped by publication."""
    return st.toggle(catalogue.search_grouped, key="search-grouped", persist_state="session")


def _sorted(hits: list[Hit], order: str, catalogue: Texts) -> list[Hit]:
    if order == catalogue.sort_relevance:
        return hits
    return by_date(hits, newest_first=order == catalogue.sort_newest)


def _results(hits: list[Hit], question: str, grouped: bool, catalogue: Texts) -> None:
    groups = by_publication(hits)
    passages = formats.count(len(hits), catalogue.search_found_one, catalogue.search_found_many, catalogue)
    st.caption(
        catalogue.search_found_in.format(
            passages=passages, documents=formats.publications(len(groups), catalogue)
        )
    )
    if not any(hit.matching_spans(item.passage.text, question) for item in hits):
        st.info(catalogue.search_no_word)
    _years(hits, question)
    _cards(groups if grouped else [[item] for item in hits], question, question, catalogue)


def _years(hits: Sequence[Hit], question: str) -> None:
    """Publications found by year; a click on a year narrows the search to it."""
    dated = {item.document.id: item.document.date.year for item in hits if item.document.date}
    counts = Counter(dated.values())
    if len(counts) < 2:
        return
    # The key holds the question: a year that was clicked for other words says nothing about these.
    clicked = charts.years(counts, f"chart-years-{question}", texts())
    if clicked:
        filters.ask_for_year(SCOPE, int(clicked))
        st.rerun()


def _cards(groups: list[list[Hit]], question: str, scope: str, catalogue: Texts) -> None:
    shown = st.session_state.setdefault("search-shown", {}).get(scope, SHOWN)
    for place, found in enumerate(groups[:shown]):
        hit.group(found, question, place, catalogue)
    if len(groups) > shown:
        st.button(catalogue.show_more, on_click=_show_more, args=(scope, shown + SHOWN))


def _show_more(scope: str, shown: int) -> None:
    st.session_state["search-shown"] = {scope: shown}


def _nothing(chosen: Filters, catalogue: Texts) -> None:
    st.header(catalogue.search_none)
    st.write(catalogue.search_none_filtered if chosen else catalogue.search_none_hint)
    if chosen:
        st.button(catalogue.remove_filters, on_click=filters.clear, args=(SCOPE,), key="search-unfilter")
    _offers(catalogue)


def _offers(catalogue: Texts) -> None:
    """Words to begin with: the publications' own topics and programmes."""
    atlas = library().atlas
    words = [topic.terms[0] for topic in atlas.topics if topic.terms]
    named = sorted(atlas.programmes, key=lambda item: -len(item.documents))
    words += [item.name for item in named if item.documents][:OFFERED]
    if not words:
        return
    st.caption(catalogue.search_offers)
    with st.container(horizontal=True, gap="small"):
        for place, word in enumerate(words):
            st.button(literal(word), key=f"search-offer-{place}", on_click=_take, args=(word,))


def _take(word: str) -> None:
    st.session_state["mots"] = word
