"""What stands around a publication: programmes it names, publications that link to it, and alike ones."""

from __future__ import annotations

import streamlit as st

from search27.app import formats, links, routes
from search27.app.components.citation import publication_links
from search27.app.markup import literal
from search27.app.session import library
from search27.app.texts import Texts
from search27.types import DocumentInfo


def draw(info: DocumentInfo, texts: Texts) -> None:
    """Draw links to programmes, and lists that open; what there is none of is left out."""
    found = library()
    infos = {item.id: item for item in found.documents()}
    named = [item.name for item in found.atlas.programmes if info.id in item.documents]
    if named:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.caption(texts.publication_programmes, width="content")
            for name in named:
                routes.link("explore", literal(name), links.to_explore("programmes", "programme", name))
    citing = tuple(infos[item] for item in found.atlas.cited_by.get(info.id, ()))
    if citing:
        label = formats.count(len(citing), texts.publication_cited_one, texts.publication_cited_many, texts)
        with st.expander(label, icon=":material/link:"):
            publication_links(citing, "cited-by", texts)
    alike = tuple(infos[item] for item in found.atlas.related.get(info.id, ()))
    if alike:
        with st.expander(texts.publication_related, icon=":material/join_inner:"):
            publication_links(alike, "related", texts)
