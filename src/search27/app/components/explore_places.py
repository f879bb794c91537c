"""The places that publications name, and which ones name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import streamlit as st

from search27.app import formats
from search27.app.components import choice, listing
from search27.app.texts import Texts
from search27.explore.atlas import Atlas, PlaceKind
from search27.types import DocumentInfo

KEY = "lieu"
KINDS: tuple[PlaceKind, ...] = ("town", "department", "region")


def draw(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    """Draw the places of one kind, then the publications that name the chosen one."""
    by_name = {place.name: place for place in atlas.places}
    kinds = [kind for kind in KINDS if any(place.kind == kind for place in atlas.places)]
    if not kinds:
        st.info(texts.places_none)
        return
    st.write(texts.places_lead)
    linked = by_name.get(st.query_params.get(KEY, ""))
    kind = choice.one_of(
        "type",
        texts.places_kind,
        kinds,
        lambda code: texts.place_kinds[cast(PlaceKind, code)],
        default=linked.kind if linked else kinds[0],
        tabs=True,
    )
    name = choice.one_of(
        KEY,
        texts.places_choose,
        [place.name for place in atlas.places if place.kind == kind],
        lambda item: f"{item} ({len(by_name[item].documents)})",
    )
    if name:
        found = by_name[name]
        st.header(found.name)
        st.caption(texts.named_in.format(documents=formats.publications(len(found.documents), texts)))
        listing.publications(found.documents, infos, f"place-{name}", texts)
