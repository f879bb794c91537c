"""What the index holds, what could not be read, and the update."""

from __future__ import annotations

import streamlit as st

from search27.app import formats, incidents
from search27.app.components import build
from search27.app.session import library, settings, texts
from search27.app.texts import Texts
from search27.errors import IndexNotFound, IndexStoreError
from search27.types import IndexStatus

MEGABYTE = 1e6


def page() -> None:
    """Draw the page."""
    catalogue = texts()
    st.title(catalogue.keep_title)
    st.write(catalogue.keep_lead)
    try:
        status = library().status()
    except IndexNotFound:
        _build_only(catalogue.keep_build_first, catalogue)
        return
    except IndexStoreError as error:
        incidents.show(error)
        _build_only(catalogue.keep_rebuild, catalogue)
        return
    st.subheader(catalogue.keep_holds)
    _holdings(status, catalogue)
    st.write(catalogue.keep_how)
    _corpus_folder(catalogue.keep_corpus)
    build.controls(catalogue.keep_rebuild)
    build.failures(status.failed, catalogue)
    _details(status, catalogue)


def _build_only(label: str, catalogue: Texts) -> None:
    """What can be done while there is no index to read."""
    st.write(catalogue.keep_how)
    _corpus_folder(catalogue.keep_corpus)
    build.controls(label)


def _corpus_folder(sentence: str) -> None:
    st.text(sentence.format(corpus=settings().corpus.resolve()))


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
