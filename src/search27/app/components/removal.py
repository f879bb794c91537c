"""Taking a publication out of the corpus, and putting it back."""

from __future__ import annotations

import streamlit as st

from search27.app import formats
from search27.app.components import build, confirm
from search27.app.session import library, settings
from search27.app.texts import Texts
from search27.curation import discard, discarded, restore
from search27.curation.files import source_of
from search27.errors import IndexStoreError
from search27.types import DocumentInfo

SHOWN = 10


def panel(catalogue: Texts) -> None:
    """Draw the choice of a publication and the trash."""
    st.write(catalogue.remove_lead)
    names = _names(catalogue)
    chosen = st.selectbox(
        catalogue.remove_label,
        list(names),
        index=None,
        format_func=lambda document_id: names[document_id],
        placeholder=catalogue.remove_placeholder,
        key="remove-choice",
    )
    if chosen is not None:
        _remove(chosen, names[chosen], catalogue)
    _trash(catalogue)


def _names(catalogue: Texts) -> dict[str, str]:
    """Publications and files that could not be read, by id."""
    try:
        found = library()
    except IndexStoreError:
        return {}
    documents = sorted(found.documents(), key=_newest_first, reverse=True)
    names = {row.id: f"{row.id} · {catalogue.remove_unread}" for row in found.status().failed}
    return {
        **{item.id: f"{item.title} · {formats.described(item, catalogue)}" for item in documents},
        **{key: name for key, name in names.items() if key not in {item.id for item in documents}},
    }


def _newest_first(document: DocumentInfo) -> str:
    return str(document.date or "")


def _remove(document_id: str, name: str, catalogue: Texts) -> None:
    corpus = settings().corpus
    source = source_of(corpus, document_id)
    if source is None:
        st.info(catalogue.remove_shared.format(id=document_id), icon=":material/info:")
        return
    question = catalogue.remove_question.format(title=name, file=source)
    if confirm.button(
        catalogue.remove_button,
        question,
        catalogue.remove_agree,
        f"remove-{document_id}",
        ":material/delete:",
    ):
        discard(corpus, source)
        build.start()


def _trash(catalogue: Texts) -> None:
    items = discarded(settings().corpus)[:SHOWN]
    if not items:
        return
    st.header(catalogue.trash_title)
    for item in items:
        date, time = formats.moment(item.removed_at, catalogue)
        with st.container(border=True, key=f"trash-{item.stamp}-{items.index(item)}"):
            st.text(f"{item.id}\n{catalogue.trash_removed.format(date=date, time=time)}")
            if st.button(
                catalogue.trash_restore,
                key=f"restore-{item.stamp}-{item.id}",
                icon=":material/restore_from_trash:",
            ):
                restore(settings().corpus, item)
                build.start()
