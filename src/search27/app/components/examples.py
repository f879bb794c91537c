"""Questions to begin with, made of the publications' titles."""

from __future__ import annotations

import streamlit as st

from search27.app.markup import literal
from search27.app.texts import Texts
from search27.types import DocumentInfo

EXAMPLES = 4
EXAMPLE_CHARACTERS = 70


def offer(documents: list[DocumentInfo], catalogue: Texts) -> str | None:
    """Draw them; gives the one that the reader picked."""
    picked = None
    titles = example_titles(documents)
    if titles:
        st.caption(catalogue.ask_examples)
    for number, title in enumerate(titles):
        question = catalogue.ask_example.format(title=title)
        if st.button(literal(question), key=f"example-{number}", width="stretch"):
            picked = question
    return picked


def example_titles(documents: list[DocumentInfo]) -> list[str]:
    """Short titles spread over the years, newest first; always the same for the same corpus."""
    dated = sorted(
        (document for document in documents if document.date and len(document.title) <= EXAMPLE_CHARACTERS),
        key=lambda document: (str(document.date), document.id),
        reverse=True,
    )
    step = max(len(dated) // EXAMPLES, 1)
    return [document.title for document in dated[::step][:EXAMPLES]]
