"""Adding files: chosen, examined, agreed to, then indexed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from search27.app import formats
from search27.app.components import build
from search27.app.session import settings
from search27.app.texts import Texts
from search27.curation import Offer, accept, examine
from search27.extraction.formats import SUFFIXES

TOTAL_BYTES = 300_000_000
MEGABYTE = 1_000_000

_ROUND = "upload-round"
_EXAMINED = "upload-examined"


def panel(catalogue: Texts) -> None:
    """Draw the field, what was found about each file, and the button that adds them."""
    st.write(catalogue.upload_lead)
    st.html(field_style(catalogue))
    files = st.file_uploader(
        catalogue.upload_label,
        type=[suffix.removeprefix(".") for suffix in SUFFIXES],
        accept_multiple_files=True,
        key=f"upload-{st.session_state.setdefault(_ROUND, 0)}",
    )
    if not files:
        st.session_state.pop(_EXAMINED, None)
        st.caption(catalogue.keep_how)
        st.text(catalogue.keep_corpus.format(corpus=settings().corpus.resolve()))
        return
    if sum(file.size for file in files) > TOTAL_BYTES:
        st.warning(catalogue.upload_too_much.format(size=TOTAL_BYTES // MEGABYTE), icon=":material/warning:")
        return
    offers = _examined(files, catalogue)
    chosen = [offer for number, offer in enumerate(offers) if _row(offer, number, catalogue)]
    if not chosen:
        st.caption(catalogue.upload_none)
        return
    label = formats.count(len(chosen), catalogue.upload_add_one, catalogue.upload_add_many, catalogue)
    if st.button(label, type="primary", icon=":material/upload:"):
        _add(chosen)


def field_style(catalogue: Texts) -> str:
    """Style sheet that puts our words in the place of the field's own, which Streamlit has in English only."""
    field = "[data-testid=stFileUploaderDropzone]"
    button = f"{field} > span button [data-testid=stMarkdownContainer]"
    hint = f"{field} > [data-testid=stFileUploaderDropzoneInstructions]"
    return (
        # Out of sight and not away: the words in the style sheet are no name for some screen readers.
        f"<style>{button} p {{ position: absolute; width: 1px; height: 1px; overflow: hidden; "
        f"clip-path: inset(50%); }} {hint} > * {{ display: none; }} "
        f"{button}::after {{ content: {_quoted(catalogue.upload_choose)}; }} "
        f"{hint}::after {{ content: {_quoted(catalogue.upload_drop)}; }}</style>"
    )


def _quoted(text: str) -> str:
    """A CSS string. Source: CSS Syntax Module Level 3, section 4.3.5."""
    return '"' + "".join(c if c.isalnum() or c in " ,." else f"\\{ord(c):x} " for c in text) + '"'


def _examined(
    files: Sequence[st.runtime.uploaded_file_manager.UploadedFile], catalogue: Texts
) -> list[Offer]:
    """What was found about these very files; examined once, not at each interaction."""
    ids = tuple(file.file_id for file in files)
    known = st.session_state.get(_EXAMINED)
    if known is None or known[0] != ids:
        with st.spinner(catalogue.upload_reading):
            found = list(examine(settings().corpus, [(file.name, file.getvalue()) for file in files]))
        st.session_state[_EXAMINED] = known = (ids, found)
    offers: list[Offer] = known[1]
    return offers


def _row(offer: Offer, number: int, catalogue: Texts) -> bool:
    """Draw one file; gives whether it is to be added."""
    with st.container(border=True, key=f"offer-{number}"):
        st.text(offer.name)
        for info in offer.publications[:3]:
            st.text(f"{info.title} · {formats.described(info, catalogue)}")
        if offer.failure is not None:
            st.text(formats.failure(offer.failure, catalogue))
        elif offer.verdict == "refused":
            st.text(catalogue.upload_name)
        if offer.verdict == "duplicate":
            st.text(catalogue.upload_duplicate.format(id=offer.same_as))
        if offer.verdict == "replaces":
            return st.checkbox(catalogue.upload_replace, key=f"replace-{st.session_state[_ROUND]}-{number}")
    return offer.verdict == "new"


def _add(chosen: list[Offer]) -> None:
    for offer in chosen:
        accept(settings().corpus, offer, replace=offer.verdict == "replaces")
    st.session_state[_ROUND] += 1
    st.session_state.pop(_EXAMINED, None)
    build.start()
