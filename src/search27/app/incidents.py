"""Errors in plain words, with a number that is also in the log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from search27.app import routes
from search27.app.session import texts
from search27.app.texts import Texts
from search27.errors import (
    ConfigError,
    EncoderUnavailable,
    IndexCorrupt,
    IndexIncompatible,
    IndexStoreError,
    MissingExtra,
    Search27Error,
    SourceError,
    SourceNotFound,
)

_log = logging.getLogger("search27.app")


@contextmanager
def explained() -> Iterator[None]:
    """Show any error raised inside as a box, and log it with its traceback."""
    try:
        yield
    except Exception as error:
        show(error)
        if isinstance(error, IndexStoreError) and routes.offered("keep_current"):
            routes.link("keep_current", texts().nav_keep_current)


def show(error: Exception) -> None:
    """Log an error under a new number and show it with that number."""
    number = secrets.token_hex(4)
    _log.error("Incident %s", number, exc_info=error, extra={"incident": number})
    known = isinstance(error, Search27Error)
    catalogue = texts()
    st.error(message_for(error, catalogue), icon=":material/error:")
    st.caption(catalogue.error_id.format(id=number))
    if known:
        with st.expander(catalogue.error_details):
            st.text(str(error))


def message_for(error: Exception, catalogue: Texts) -> str:
    """What an error means for the reader."""
    if isinstance(error, EncoderUnavailable):
        return catalogue.error_encoder
    if isinstance(error, IndexCorrupt | IndexIncompatible):
        return catalogue.error_index
    if isinstance(error, ConfigError):
        return catalogue.error_settings
    if isinstance(error, SourceNotFound):
        return catalogue.error_corpus
    if isinstance(error, SourceError):
        return catalogue.error_source
    if isinstance(error, MissingExtra):
        return catalogue.error_extra
    return catalogue.error_other if isinstance(error, Search27Error) else catalogue.error_unexpected
