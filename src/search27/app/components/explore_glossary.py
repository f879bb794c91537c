"""Acronyms and programmes with the sentence that defines them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from search27.app import formats
from search27.app.components.excerpt import quoted
from search27.app.texts import Texts
from search27.explore.atlas import Atlas, Definition
from search27.french.words import fold
from search27.types import DocumentInfo

SHOWN = 20


def draw(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    """Draw the entries that hold the words typed, `SHOWN` at first."""
    st.write(texts.glossary_lead)
    words = st.text_input(
        texts.glossary_filter,
        placeholder=texts.glossary_filter,
        key="sigle",
        bind="query-params",
        type="search",
        max_chars=100,
        label_visibility="collapsed",
    )
    found = [item for item in atlas.glossary if _matches(item, words or "")]
    if not found:
        st.info(texts.glossary_none)
    shown = st.session_state.get("glossary-shown", SHOWN)
    for place, item in enumerate(found[:shown]):
        _entry(item, place, infos, texts)
    if len(found) > shown:
        st.button(texts.show_more, on_click=_show_more, args=(shown + SHOWN,), key="glossary-more")


def _show_more(shown: int) -> None:
    st.session_state["glossary-shown"] = shown


def _matches(item: Definition, words: str) -> bool:
    text = fold(f"{item.term} {item.expansion}")
    return all(fold(word) in text for word in words.split())


def _entry(item: Definition, place: int, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    used = texts.named_in.format(documents=formats.publications(len(item.documents), texts))
    expansion = f" — {escape(item.expansion)}" if item.expansion else ""
    with st.container(border=True, key=f"glossary-{place}"):
        st.html(
            f'<div class="s27-source"><h2 class="s27-title">{escape(item.term)}{expansion}</h2>'
            f'<p class="s27-facts">{escape(used)}</p></div>'
        )
        quoted(item.quote, infos, f"glossary-{place}", texts)
