"""An admin corrects a publication's title, date and kind."""

from __future__ import annotations

import datetime
from pathlib import Path

import streamlit as st

from search27.app import access
from search27.app.components import build
from search27.app.session import settings
from search27.app.texts import Texts
from search27.curation import Facts, correct
from search27.curation.correction import TITLE_CHARACTERS
from search27.curation.files import source_of
from search27.errors import SourceNotFound
from search27.extraction.meta import FIRST_YEAR, LAST_YEAR
from search27.types import KINDS, DocumentInfo


def panel(info: DocumentInfo, catalogue: Texts) -> None:
    """Draw the form, closed; nothing for a reader or where a file holds several publications."""
    if access.role() != "admin":
        return
    source = _source(settings().corpus, info.id)
    if source is None:
        return
    with st.expander(catalogue.correct_title, icon=":material/edit:"):
        if build.builds().running:
            st.caption(catalogue.correct_wait)
            build.progress()
            return
        facts = _form(info, catalogue)
        if facts is not None:
            correct(settings().corpus, source, facts)
            build.start()
        build.outcome(catalogue)


@st.cache_data(show_spinner=False, ttl=30)
def _source(corpus: Path, document_id: str) -> str | None:
    """The file to correct; None also where the corpus cannot be read, as its index still can."""
    try:
        return source_of(corpus, document_id)
    except SourceNotFound:
        return None


def _form(info: DocumentInfo, catalogue: Texts) -> Facts | None:
    """What to change, None until the reader saves a change."""
    with st.form(f"correct-{info.id}", border=False):
        title = st.text_input(catalogue.correct_name, info.title, max_chars=TITLE_CHARACTERS)
        date = st.date_input(
            catalogue.correct_date,
            info.date,
            min_value=datetime.date(FIRST_YEAR, 1, 1),
            max_value=datetime.date(LAST_YEAR, 12, 31),
            format="DD/MM/YYYY",
        )
        kind = st.selectbox(
            catalogue.correct_kind,
            KINDS,
            index=KINDS.index(info.kind),
            format_func=lambda value: catalogue.kinds[value],
        )
        st.caption(catalogue.correct_how)
        if not st.form_submit_button(catalogue.correct_save, type="primary", icon=":material/save:"):
            return None
    if not title.strip():
        st.warning(catalogue.correct_empty, icon=":material/warning:")
        return None
    facts = Facts(
        title if title != info.title else None,
        date if date != info.date else None,
        kind if kind != info.kind else None,
    )
    return facts if facts != Facts() else None
