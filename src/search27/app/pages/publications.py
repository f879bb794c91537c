"""All publications, and one of them in full with the cited words marked."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from search27.app import formats, links, routes, scripts
from search27.app.components import citation, correction, surroundings
from search27.app.reader import cited_span, document_html
from search27.app.session import library, texts
from search27.app.texts import Texts
from search27.errors import SourceNotFound
from search27.french.words import fold
from search27.types import Document, DocumentInfo, Passage

SHOWN = 40


def page() -> None:
    """Draw the publication that the address names, or the list of all."""
    document_id = st.query_params.get("doc")
    if document_id:
        _publication(document_id, texts())
    else:
        _all(texts())


def _all(catalogue: Texts) -> None:
    st.title(catalogue.publications_title)
    st.html(f'<p class="s27-lead">{catalogue.publications_lead}</p>')
    words = st.text_input(
        catalogue.publications_filter,
        placeholder=catalogue.publications_filter,
        key="titre",
        type="search",
        bind="query-params",
        label_visibility="collapsed",
    )
    documents = _newest_first(library().documents(), words or "")
    if not documents:
        st.write(catalogue.publications_none)
        return
    st.caption(formats.publications(len(documents), catalogue))
    shown = st.session_state.get("publications-shown", SHOWN)
    citation.publication_links(tuple(documents[:shown]), "all", catalogue)
    if len(documents) > shown:
        st.button(catalogue.show_more, on_click=_show_more, args=(shown + SHOWN,))


def _show_more(shown: int) -> None:
    st.session_state["publications-shown"] = shown


def _newest_first(documents: list[DocumentInfo], words: str) -> list[DocumentInfo]:
    wanted = [fold(word) for word in words.split()]
    found = [item for item in documents if all(word in fold(item.title) for word in wanted)]
    return sorted(found, key=lambda item: (item.date or date.min, item.id), reverse=True)


def _publication(document_id: str, catalogue: Texts) -> None:
    routes.link("publications", catalogue.publication_back, icon=":material/arrow_back:")
    try:
        document = library().publication(document_id)
    except SourceNotFound:
        st.title(catalogue.publications_title)
        st.warning(catalogue.publication_unknown, icon=":material/help:")
        st.text(catalogue.publication_unknown_hint.format(document=document_id))
        return
    _head(document, catalogue)
    correction.panel(document.info, catalogue)
    surroundings.draw(document.info, catalogue)
    quote = st.query_params.get("quote", "")
    passage = _passage(document_id, st.query_params.get("passage", ""))
    cited = cited_span(document, passage, quote)
    if cited:
        st.caption(catalogue.publication_quote_marked)
    elif quote:
        st.warning(catalogue.publication_moved, icon=":material/edit_note:")
    st.html(document_html(document, cited, catalogue))
    if cited:
        scripts.run(scripts.SHOW_CITED)


def _passage(document_id: str, number: str) -> Passage | None:
    try:
        return library().passage(f"{document_id}#{number}")
    except SourceNotFound:
        return None


def _head(document: Document, catalogue: Texts) -> None:
    info = document.info
    facts = [formats.described(info, catalogue)]
    if info.modified and info.modified != info.date:
        facts.append(catalogue.publication_modified.format(date=formats.day(info.modified, catalogue)))
    if info.authors:
        facts.append(catalogue.publication_by.format(authors=", ".join(info.authors)))
    facts += info.categories
    st.html(
        f'<h1 class="s27-heading" lang="{escape(info.language)}">{escape(info.title)}</h1>'
        f'<p class="s27-facts">{escape(" · ".join(facts))}</p>'
    )
    url = links.original(info.url)
    if url:
        st.link_button(catalogue.open_original, url, type="tertiary", icon=":material/open_in_new:")
    if document.warnings:
        with st.expander(catalogue.publication_warnings):
            st.text("\n".join(formats.remark(item, catalogue) for item in document.warnings))
