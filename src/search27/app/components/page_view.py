"""The cited page of a PDF as it is printed, the quote marked, in a dialog that turns pages."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from search27.app import formats, pdf_page, scripts
from search27.app.incidents import explained
from search27.app.session import library, settings
from search27.app.texts import Texts
from search27.curation.files import find
from search27.types import Citation, PageRef

_NUMBER = "page-view-number"


def opener(citation: Citation, key: str, texts: Texts) -> None:
    """A button that opens the page on which the quote begins."""
    first = citation.pages[0]
    label = texts.page_open.format(page=formats.pages([first], texts))
    if st.button(label, key=key, type="tertiary", icon=":material/find_in_page:"):
        st.session_state[_NUMBER] = first.number
        st.dialog(texts.page_title, width="medium")(_dialog)(citation, texts)


def _dialog(citation: Citation, texts: Texts) -> None:
    with explained():
        document = library().publication(citation.document.id)
        number: int = st.session_state[_NUMBER]
        shown = next(
            (span.page for span in document.pages if span.page.number == number), PageRef(number, str(number))
        )
        quote = pdf_page.part_on_page(citation, document, number)
        facts = f"{formats.described(citation.document, texts)} · {formats.pages([shown], texts)}"
        title = escape(citation.document.title)
        st.html(f'<p class="s27-title">{title}</p><p class="s27-facts">{escape(facts)}</p>')
        path = find(settings().corpus, citation.document.id).path.resolve()
        with st.spinner(texts.page_drawing):
            image = _drawn(str(path), path.stat().st_mtime_ns, number, quote)
        if quote:
            st.caption(texts.page_marked if image.found else texts.page_not_found)
        _turn(number, image.pages, texts)
        if image.found:
            st.html(_anchor(image.top))
        st.image(image.jpeg, alt=texts.page_alt.format(number=number, title=citation.document.title))
        if image.found:
            scripts.run(scripts.SHOW_MARKED)


def _anchor(top: float) -> str:
    """A place over the image that follows, so many of its widths below its top; percentages of a padding are widths."""
    return f'<div style="height:0"><div style="padding-top:{top:.2%}"><span id="{scripts.MARKED}"></span></div></div>'


def _turn(number: int, pages: int, texts: Texts) -> None:
    """Both buttons stay enabled at the ends: one that is disabled would lose the keyboard's focus."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-view-turn"):
        for label, icon, to in (
            (texts.page_before, ":material/chevron_left:", max(number - 1, 1)),
            (texts.page_after, ":material/chevron_right:", min(number + 1, pages)),
        ):
            st.button(label, icon=icon, type="tertiary", on_click=_go, args=(to,), key=label)
        st.caption(texts.page_of.format(number=number, pages=pages))


def _go(number: int) -> None:
    st.session_state[_NUMBER] = number


@st.cache_data(show_spinner=False, max_entries=64)
def _drawn(path: str, modified: int, number: int, quote: str) -> pdf_page.PageImage:
    """Drawn once for each page, quote and state of the file."""
    return pdf_page.draw(Path(path), number, quote)
