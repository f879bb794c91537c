"""A source card: the quote marked inside its passage, its PDF page, and where to read more."""

from __future__ import annotations

from html import escape

import streamlit as st

from search27.app import formats, links, routes
from search27.app.components import page_view
from search27.app.markup import literal, passage_html, shifted
from search27.app.pdf_page import has_pages
from search27.app.texts import Texts
from search27.types import Citation, DocumentInfo


def card(citation: Citation, anchor: str, texts: Texts, numbered: bool = True) -> None:
    """Draw one citation; `anchor` is where the answer's number leads."""
    with st.container(border=True, key=f"card-{anchor}"):
        st.html(card_html(citation, anchor, texts, numbered))
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            if has_pages(citation):
                page_view.opener(citation, f"page-{anchor}", texts)
            _ways_on(
                links.to_citation(citation), links.original(citation.document.url, citation.quote), texts
            )


def ways_on(query: dict[str, str], original: str, texts: Texts) -> None:
    """Links to the publication's page and, where it has a web address, to the original."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        _ways_on(query, original, texts)


def _ways_on(query: dict[str, str], original: str, texts: Texts) -> None:
    routes.link("publications", texts.open_publication, query, icon=":material/menu_book:")
    if original:
        st.link_button(texts.open_original, original, type="tertiary", icon=":material/open_in_new:")


def card_html(citation: Citation, anchor: str, texts: Texts, numbered: bool = True) -> str:
    """Number, title, kind, date, place and the passage with its quote in `<mark>`."""
    heading = heading_html(
        citation.document, place(citation, texts), texts, citation.number if numbered else None
    )
    span = shifted(citation.span, citation.passage.span.start)
    language, body = escape(citation.document.language), passage_html(citation.passage.text, [span])
    return (
        f'<section class="s27-source" id="{escape(anchor)}">'
        f'{heading}<blockquote lang="{language}">{body}</blockquote></section>'
    )


def place(citation: Citation, texts: Texts) -> str:
    """Where the quote stands, and whose words it is where the publication quotes someone."""
    return " · ".join(formats.reference(citation, texts)[2:])


def heading_html(document: DocumentInfo, place: str, texts: Texts, number: int | None = None) -> str:
    """Title line and the line of kind, date and place."""
    badge = f'<span class="s27-number">{number}</span> ' if number else ""
    facts = " · ".join(part for part in (formats.described(document, texts), place) if part)
    title = f'<span lang="{escape(document.language)}">{escape(document.title)}</span>'
    return f'<p class="s27-title">{badge}{title}</p><p class="s27-facts">{escape(facts)}</p>'


def newer(citation: Citation, anchor: str, texts: Texts) -> None:
    """A later publication's word on the same point."""
    st.caption(texts.answer_newer.format(date=formats.day(citation.document.date, texts)))
    card(citation, anchor, texts, numbered=False)


def publication_links(documents: tuple[DocumentInfo, ...], scope: str, texts: Texts) -> None:
    """Titles that open their publication, each with kind and date."""
    with st.container(key=f"publication-list-{scope}", gap="xsmall"):
        for document in documents:
            label = f"**{literal(document.title)}** — {literal(formats.described(document, texts))}"
            routes.link("publications", label, links.to_document(document.id))
