"""The choice to let a language model write the answer, where one is set up."""

from __future__ import annotations

import streamlit as st

from search27.app.markup import literal
from search27.app.texts import Texts
from search27.types import GeneratorInfo

_TOLD = "generator-told"


def switch(generator: GeneratorInfo | None, texts: Texts) -> bool:
    """Draw the switch; nothing leaves for another machine before the reader has read where it goes."""
    if generator is None:
        return False
    on = st.toggle(
        texts.generate,
        help=texts.generate_help.format(model=literal(generator.model)),
        key="generate",
        persist_state="session",
    )
    if not on or not generator.remote or st.session_state.get(_TOLD):
        return on
    st.warning(texts.generate_remote.format(host=literal(generator.host)), icon=":material/cloud_upload:")
    st.button(texts.generate_agreed, on_click=_tell, key="generate-agreed")
    return False


def _tell() -> None:
    st.session_state[_TOLD] = True
