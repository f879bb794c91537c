"""A choice of one among a few that stands in the address by its code, whatever the language of its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from search27.app.markup import literal


def one_of(
    name: str,
    label: str,
    options: Sequence[str],
    labelled: Callable[[str], str] = str,
    default: str | None = None,
    tabs: bool = False,
) -> str | None:
    """Draw the choice and give what is chosen; the address's `name` follows it, and a new one sets it.

    Streamlit's own binding writes labels, which differ by language, into the address.

    Args:
        name: Parameter of the address.
        label: What is asked; hidden for tabs.
        options: Codes.
        labelled: Label of a code.
        default: Chosen at first, None for nothing; with one, something is always chosen.
        tabs: Draw as one bar instead of separate pills.
    """
    key = f"choice-{name}"
    asked = st.query_params.get(name)
    if asked in options and (key not in st.session_state or st.session_state.get(f"{key}-seen") != asked):
        st.session_state[key] = asked
    elif key not in st.session_state or st.session_state[key] not in (*options, None):
        st.session_state[key] = default
    draw = st.segmented_control if tabs else st.pills
    chosen: str | None = draw(
        label,
        options,
        required=default is not None,
        format_func=lambda code: literal(labelled(code)),
        key=key,
        label_visibility="collapsed" if tabs else "visible",
    )
    st.session_state[f"{key}-seen"] = chosen
    if chosen is None:
        st.query_params.pop(name, None)
    elif chosen != asked:
        st.query_params[name] = chosen
    return chosen


def choose(name: str, value: str) -> None:
    """Set a choice that is drawn later in this run."""
    st.session_state[f"choice-{name}"] = value
    st.session_state[f"choice-{name}-seen"] = st.query_params.get(name)
