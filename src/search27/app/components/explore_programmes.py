"""The programmes over the years, and what publications say of each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from search27.app import formats
from search27.app.components import charts, choice, listing
from search27.app.components.excerpt import quoted
from search27.app.markup import literal
from search27.app.texts import Texts
from search27.explore.atlas import Atlas, Programme
from search27.explore.programmes import LIST, written_list
from search27.types import DocumentInfo

KEY = "programme"


def draw(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    """Draw the timeline, the programme that is chosen, and the way to correct the list."""
    shown = [item for item in atlas.programmes if item.documents]
    if not shown:
        st.info(texts.programmes_none)
    else:
        st.write(texts.programmes_lead)
        if clicked := charts.programmes(shown, texts):
            choice.choose(KEY, clicked)
        chosen = choice.one_of(KEY, texts.programmes_choose, [item.name for item in shown])
        for item in shown:
            if item.name == chosen:
                _programme(item, atlas, infos, texts)
        with st.expander(texts.as_table):
            st.html(_table(shown, texts))
    _list(atlas, texts)


def _programme(item: Programme, atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    st.header(literal(item.name))
    for definition in atlas.glossary:
        if definition.term == item.name and not definition.expansion:
            quoted(definition.quote, infos, "programme-quote", texts)
    st.caption(texts.named_in.format(documents=formats.publications(len(item.documents), texts)))
    listing.publications(item.documents, infos, f"programme-{item.name}", texts)


def _table(shown: list[Programme], texts: Texts) -> str:
    heads = (texts.programme, texts.named_by_year, texts.nav_publications)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = [
        f'<tr><th scope="row">{escape(item.name)}</th>'
        f"<td>{', '.join(f'{year} ({count})' for year, count in item.years)}</td><td>{len(item.documents)}</td></tr>"
        for item in shown
    ]
    return f'<div class="s27-table"><table><tr>{head}</tr>{"".join(rows)}</table></div>'


def _list(atlas: Atlas, texts: Texts) -> None:
    """Where the list comes from, and how staff change it."""
    with st.expander(texts.programmes_edit):
        origin = texts.programmes_listed if atlas.listed else texts.programmes_proposed
        st.write(f"{origin} {texts.programmes_how.format(name=LIST)}")
        st.download_button(
            texts.programmes_download, written_list(atlas.programmes), file_name=LIST, mime="application/yaml"
        )
