"""Explore: tours, map, programmes, glossary and places, for whoever does not know yet what to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from search27.app.components import (
    choice,
    explore_glossary,
    explore_map,
    explore_places,
    explore_programmes,
    explore_tours,
)
from search27.app.session import library, texts
from search27.app.texts import Texts
from search27.explore.atlas import Atlas
from search27.types import DocumentInfo

Section = Callable[[Atlas, Mapping[str, DocumentInfo], Texts], None]

SECTIONS: dict[str, Section] = {
    "parcours": explore_tours.draw,
    "carte": explore_map.draw,
    "programmes": explore_programmes.draw,
    "glossaire": explore_glossary.draw,
    "lieux": explore_places.draw,
}


def page() -> None:
    """Draw the page; the address says which section, and what of it."""
    catalogue = texts()
    st.title(catalogue.explore_title)
    st.html(f'<p class="s27-lead">{catalogue.explore_lead}</p>')
    found = library()
    if not found.atlas.points:
        st.info(catalogue.explore_none)
        return
    chosen = choice.one_of(
        "voir",
        catalogue.explore_section,
        list(SECTIONS),
        catalogue.explore_sections.__getitem__,
        default="parcours",
        tabs=True,
    )
    infos = {info.id: info for info in found.documents()}
    SECTIONS[chosen or "parcours"](found.atlas, infos, catalogue)
