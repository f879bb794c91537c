"""A quote of the atlas with its publication, and the link to the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from search27.app import formats, links, routes
from search27.app.markup import literal
from search27.app.texts import Texts
from search27.explore.atlas import Excerpt
from search27.types import DocumentInfo


def quoted(excerpt: Excerpt, infos: Mapping[str, DocumentInfo], key: str, texts: Texts) -> None:
    """Draw title, kind and date as a link to where the quote stands, then the quote."""
    info = infos[excerpt.document_id]
    with st.container(key=f"publication-list-{key}", gap="xsmall"):
        label = f"**{literal(info.title)}** — {literal(formats.described(info, texts))}"
        routes.link("publications", label, links.to_excerpt(excerpt))
        st.html(
            f'<div class="s27-source"><blockquote lang="{escape(info.language)}">'
            f"{escape(excerpt.text)}</blockquote></div>"
        )
