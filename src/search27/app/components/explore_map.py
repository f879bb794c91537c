"""The map of publications and, for keyboards and screen readers, the same as lists by topic."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from search27.app import links, routes
from search27.app.components import charts, choice, listing
from search27.app.texts import Texts
from search27.explore.atlas import Atlas
from search27.types import DocumentInfo


def draw(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    """Draw the map; a click on a point opens its publication."""
    st.write(texts.map_lead)
    if clicked := charts.map_of(atlas, infos, texts):
        routes.go("publications", links.to_document(clicked))
    st.header(texts.map_list)
    place = choice.one_of(
        "theme",
        texts.map_choose,
        [str(number) for number in range(1, len(atlas.topics) + 1)],
        lambda number: _labelled(atlas, int(number)),
    )
    if place:
        members = atlas.topics[int(place) - 1].documents
        listing.publications(members, infos, f"topic-{place}", texts)


def _labelled(atlas: Atlas, number: int) -> str:
    topic = atlas.topics[number - 1]
    return f"{charts.topic_name(topic)} ({len(topic.documents)})"
