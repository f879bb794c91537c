"""Copy an answer with its sources, or download it for Word, a note or a bibliography."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from search27.app.export.bibliography import bibtex, csl_json
from search27.app.export.markdown import markdown
from search27.app.export.word import word
from search27.app.texts import Texts
from search27.types import Answer

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def controls(answer: Answer, place: int, texts: Texts) -> None:
    """Draw both buttons; files are made when they are asked for."""
    with st.popover(texts.answer_copy, icon=":material/content_copy:", type="tertiary"):
        st.caption(texts.answer_copy_help)
        st.code(markdown(answer, texts), language=None, wrap_lines=True, height=240)
    with st.popover(texts.answer_export, icon=":material/download:", type="tertiary"):
        _download(texts.export_word, "docx", WORD, lambda: word(answer, texts), place, texts)
        _download(texts.export_markdown, "md", "text/markdown", lambda: markdown(answer, texts), place, texts)
        if answer.citations:
            st.caption(texts.export_bibliography)
            _download("BibTeX", "bib", "application/x-bibtex", lambda: bibtex(answer, texts), place, texts)
            csl = "application/vnd.citationstyles.csl+json"
            _download("CSL-JSON", "json", csl, lambda: csl_json(answer, texts), place, texts)


def _download(
    label: str, suffix: str, mime: str, content: Callable[[], str | bytes], place: int, texts: Texts
) -> None:
    st.download_button(
        label,
        content,
        file_name=f"{texts.answer_file}-{place + 1}.{suffix}",
        mime=mime,
        on_click="ignore",
        type="tertiary",
        icon=":material/description:",
        key=f"export-{suffix}-{place}",
    )
