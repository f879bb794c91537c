"""What a visit shares: settings, the open library, the language, and the questions asked so far."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

import streamlit as st

from search27.app.texts import Texts, texts_in
from search27.config import Settings, load_settings
from search27.errors import IndexNotFound
from search27.library import Library
from search27.types import Answer, Filters, Hit

LANGUAGE = "lang"
WARM_UP_QUESTION = "27e Région"

_log = logging.getLogger("search27.app")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question asked in this visit, the filters it was asked with and its answer.

    Attributes:
        nearby: Passages found for the question, best first.
        typed: What the reader wrote where the question was completed from the conversation, else `""`.
        follows: Place of the turn before it in the conversation, None for a first question.
    """

    question: str
    filters: Filters
    answer: Answer
    nearby: tuple[Hit, ...] = ()
    typed: str = ""
    follows: int | None = None


def texts() -> Texts:
    """Catalogue of the language chosen in this visit."""
    return texts_in(st.session_state.get(LANGUAGE) or "fr")


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """Settings of the whole app, read once."""
    return load_settings()


def has_index() -> bool:
    """Whether something has been indexed; cheap, so that a page can show before its library is open."""
    try:
        Library.current_generation(settings().index)
    except IndexNotFound:
        return False
    return True


def library() -> Library:
    """The library of the index's current generation, shared by all visits.

    Raises:
        IndexNotFound: No index has been built yet.
        IndexCorrupt: The index differs from its manifest.
        IndexIncompatible: Another format or encoder made it.
    """
    index = settings().index
    generation = Library.current_generation(index)
    with st.spinner(texts().loading):
        return _open(str(index), generation)


@st.cache_resource(show_spinner=False, max_entries=2)
def _open(index: str, generation: str) -> Library:
    """Open once for each generation: a rebuild is seen at the next interaction."""
    opened = Library.open(index, settings())
    _log.info("Opened %s of %s", generation, index)
    threading.Thread(target=opened.search, args=(WARM_UP_QUESTION, 1), daemon=True).start()
    return opened


def search(question: str, k: int, filters: Filters | None = None) -> list[Hit]:
    """Passages for a question; looked up once, however often a page is drawn anew."""
    opened = library()
    return _search(opened, str(settings().index), opened.generation, question, k, filters)


@st.cache_data(show_spinner=False, max_entries=100, ttl="1h")
def _search(
    _library: Library, index: str, generation: str, question: str, k: int, filters: Filters | None
) -> list[Hit]:
    return _library.search(question, k, filters)


def turns() -> list[Turn]:
    """Questions of this visit, oldest first."""
    found: list[Turn] = st.session_state.setdefault("turns", [])
    return found


def current_turn() -> Turn | None:
    """The question on show, None before the first one."""
    place = current_place()
    return turns()[place] if place is not None else None


def current_place() -> int | None:
    """Place of the question on show, None before the first one."""
    place: int | None = st.session_state.get("turn")
    return place if place is not None and place < len(turns()) else None


def conversation() -> tuple[Answer, ...]:
    """Answers that lead up to the question on show and its own, oldest first."""
    answers: list[Answer] = []
    place = current_place()
    while place is not None:
        answers.append(turns()[place].answer)
        place = turns()[place].follows
    return tuple(reversed(answers))


def show_turn(place: int | None) -> None:
    """Put a question of this visit on show, or none."""
    st.session_state["turn"] = place
