"""Guided tours: a topic or a programme in a few texts, each with the words that show it best."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from search27.app.components import choice
from search27.app.components.excerpt import quoted
from search27.app.markup import literal
from search27.app.texts import Texts
from search27.explore.atlas import Atlas, Tour
from search27.types import DocumentInfo

KEY = "parcours"


def draw(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    """Draw the tours to choose from, then the chosen one."""
    if not atlas.tours:
        st.info(texts.tours_none)
        return
    st.write(texts.tours_lead)
    by_name = {" · ".join(tour.title): tour for tour in atlas.tours}
    name = choice.one_of(KEY, texts.tours_choose, list(by_name), default=next(iter(by_name)))
    if name:
        _tour(by_name[name], infos, texts)


def _tour(tour: Tour, infos: Mapping[str, DocumentInfo], texts: Texts) -> None:
    subject = tour.title[0] if tour.subject == "programme" else ", ".join(tour.title)
    st.header(texts.tour_title.format(subject=literal(subject), n=len(tour.steps)))
    for number, step in enumerate(tour.steps, 1):
        with st.container(border=True, key=f"tour-{number}"):
            st.caption(texts.tour_step.format(number=number, total=len(tour.steps)))
            quoted(step, infos, f"tour-{number}", texts)
