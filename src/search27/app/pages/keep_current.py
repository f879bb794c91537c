"""What the index holds, the update, and all that an admin changes in the corpus."""

from __future__ import annotations

import streamlit as st

from search27.app import formats, incidents
from search27.app.components import build, removal, site, upload, versions
from search27.app.session import library, texts
from search27.app.texts import Texts
from search27.errors import IndexNotFound, IndexStoreError
from search27.types import IndexStatus

MEGABYTE = 1e6


def page() -> None:
    """Draw the page."""
    catalogue = texts()
    st.title(catalogue.keep_title)
    st.html(f'<p class="s27-lead">{catalogue.keep_lead}</p>')
    status, label = _status(catalogue)
    if status is not None:
        _holdings(status, catalogue)
    build.controls(label)
    if not build.builds().running:
        _sections(catalogue)
    if status is not None:
        build.failures(status.failed, catalogue)
        _details(status, catalogue)


def _status(catalogue: Texts) -> tuple[IndexStatus | None, str]:
    """What the index holds, None where there is none or it cannot be read; and what an update is called."""
    try:
        return library().status(), catalogue.keep_rebuild
    except IndexNotFound:
        st.info(catalogue.welcome_title, icon=":material/info:")
        return None, catalogue.keep_build_first
    except IndexStoreError as error:
        incidents.show(error)
        return None, catalogue.keep_rebuild


def _sections(catalogue: Texts) -> None:
    """One of the things to do at a time; the choice outlasts an update."""
    panels = {
        catalogue.keep_add: upload.panel,
        catalogue.keep_site: site.panel,
        catalogue.keep_remove: removal.panel,
        catalogue.keep_versions: versions.panel,
    }
    chosen = st.segmented_control(
        catalogue.keep_sections,
        list(panels),
        default=catalogue.keep_add,
        required=True,
        key=f"keep-section-{catalogue.language}",
        persist_state="session",
    )
    with incidents.explained(), st.container(key="keep-section"):
        panels[chosen](catalogue)


def _holdings(status: IndexStatus, catalogue: Texts) -> None:
    documents = formats.publications(status.documents, catalogue)
    passages = formats.passages(status.passages, catalogue)
    date, time = formats.moment(status.built_at, catalogue)
    st.markdown(f"**{documents}**, {passages}")
    st.caption(catalogue.keep_built_at.format(date=date, time=time))


def _details(status: IndexStatus, catalogue: Texts) -> None:
    with st.expander(catalogue.keep_details):
        st.text(catalogue.keep_encoder.format(encoder=status.encoder))
        st.text(catalogue.keep_size.format(size=formats.decimal(status.bytes / MEGABYTE, catalogue)))
        st.text(catalogue.keep_generation.format(generation=status.generation))
