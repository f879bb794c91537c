"""A source card: the quote marked inside its passage, and where to read more."""

from __future__ import annotations

from html import escape

import streamlit as st

from search27.app import formats, links, routes
from search27.app.markup import literal, marked, shifted
from search27.app.texts import Texts
from search27.types import Citation, DocumentInfo


def card(citation: Citation, anchor: str, texts: Texts) -> None:
    """Draw one citation; `anchor` is where the answer's number leads."""
    with st.container(border=True, key=f"card-{anchor}"):
        st.html(card_html(citation, anchor, texts))
        with st.container(horizontal=True, gap="medium"):
            routes.link(
                "publications",
                texts.open_publication,
                links.to_citation(citation),
                icon=":material/menu_book:",
            )
            _original(citation, texts)


def card_html(citation: Citation, anchor: str, texts: Texts) -> str:
    """Number, title, kind, date, place and the passage with its quote in `<mark>`."""
    span = shifted(citation.span, citation.passage.span.start)
    return (
        f'<section class="s27-source" id="{escape(anchor)}">'
        f"{heading_html(citation.document, formats.citation_place(citation, texts), texts, citation.number)}"
        f'<blockquote lang="{escape(citation.document.language)}">{marked(citation.passage.text, [span])}'
        "</blockquote></section>"
    )


def heading_html(document: DocumentInfo, place: str, texts: Texts, number: int | None = None) -> str:
    """Title line and the line of kind, date and place."""
    badge = f'<span class="s27-number">{number}</span> ' if number else ""
    facts = " · ".join(part for part in (formats.described(document, texts), place) if part)
    return f'<p class="s27-title">{badge}{escape(document.title)}</p><p class="s27-facts">{escape(facts)}</p>'


def _original(citation: Citation, texts: Texts) -> None:
    url = links.original(citation.document.url, citation.quote)
    if url:
        st.html(original_html(url, texts), width="content")


def original_html(url: str, texts: Texts) -> str:
    """Link to the original, in a new tab."""
    return f'<a class="s27-original" href="{escape(url)}" target="_blank">{escape(texts.open_original)} ↗</a>'


def newer(citation: Citation, anchor: str, texts: Texts) -> None:
    """A later publication's word on the same point."""
    st.caption(texts.answer_newer.format(date=formats.day(citation.document.date, texts)))
    card(citation, anchor, texts)


def publication_links(documents: tuple[DocumentInfo, ...], texts: Texts) -> None:
    """Titles that open their publication, each with kind and date."""
    for document in documents:
        label = f"{literal(document.title)} — {literal(formats.described(document, texts))}"
        routes.link("publications", label, links.to_document(document.id))
