"""The filter panel: years, kinds, programmes, authors and categories that there really are, with counts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from search27.app.facets import Facets, Value
from search27.app.texts import Texts
from search27.explore.atlas import Programme
from search27.types import Filters

_FIELDS = ("since", "until", "kinds", "programmes", "authors", "categories")


def panel(facets: Facets, scope: str, texts: Texts, programmes: Sequence[Programme] = ()) -> Filters:
    """Draw the panel behind one button and give what is chosen.

    Args:
        facets: Counts to show beside each value.
        scope: Keeps one page's choice apart from another's.
        texts: Catalogue of the language.
        programmes: The programmes that the facets count, with their publications.
    """
    if year := st.session_state.pop(f"{scope}-asked-year", None):
        st.session_state[f"{scope}-since"] = st.session_state[f"{scope}-until"] = year
    active = len(_chosen_fields(scope))
    label = texts.filters_active.format(n=active) if active else texts.filters
    with st.popover(label, icon=":material/tune:", key=f"{scope}-filters"):
        years = _years(facets, scope, texts)
        kinds = _several(facets.kinds, scope, "kinds", texts.filters_kinds, texts.kinds)
        named = _several(facets.programmes, scope, "programmes", texts.filters_programmes)
        authors = _several(facets.authors, scope, "authors", texts.filters_authors)
        categories = _several(facets.categories, scope, "categories", texts.filters_categories)
        if active:
            st.button(texts.remove_filters, on_click=clear, args=(scope,), key=f"{scope}-clear")
    documents = {found for item in programmes if item.name in named for found in item.documents}
    # No publication has the empty id: a programme that is no longer listed matches nothing, not everything.
    chosen = tuple(sorted(documents)) or (("",) if named else ())
    return Filters(years, kinds, authors, categories, chosen)


def clear(scope: str) -> None:
    """Forget what is chosen in a page's panel; for use as a callback."""
    for field in _FIELDS:
        st.session_state[f"{scope}-{field}"] = None if field in ("since", "until") else []


def ask_for_year(scope: str, year: int) -> None:
    """Have the panel narrow to one year when it is drawn next."""
    st.session_state[f"{scope}-asked-year"] = year


def _chosen_fields(scope: str) -> list[str]:
    return [field for field in _FIELDS if st.session_state.get(f"{scope}-{field}")]


def _years(facets: Facets, scope: str, texts: Texts) -> tuple[int | None, int | None]:
    if not facets.years:
        return None, None
    options = sorted({*facets.years, *_kept_years(scope)}, reverse=True)

    def named(year: int) -> str:
        return f"{year} ({facets.years.get(year, 0)})"

    chosen = []
    for column, field, label in zip(
        st.columns(2), ("since", "until"), (texts.filters_since, texts.filters_until), strict=True
    ):
        chosen.append(
            column.selectbox(
                label,
                options,
                index=None,
                format_func=named,
                placeholder=texts.filters_any_year,
                key=f"{scope}-{field}",
                persist_state="session",
            )
        )
    return chosen[0], chosen[1]


def _kept_years(scope: str) -> list[int]:
    """Years chosen before, which the facets at hand may not hold."""
    return [year for field in ("since", "until") if (year := st.session_state.get(f"{scope}-{field}"))]


def _several(
    counts: dict[Value, int], scope: str, field: str, label: str, names: dict[Value, str] | None = None
) -> tuple[Value, ...]:
    """Choose any of the values; nothing is drawn where there are none."""
    key = f"{scope}-{field}"
    options = [*counts, *(value for value in st.session_state.get(key) or [] if value not in counts)]
    if not options:
        return ()

    def named(value: Value) -> str:
        return f"{names[value] if names else value} ({counts.get(value, 0)})"

    if names is None:
        chosen = st.multiselect(label, options, format_func=named, key=key, persist_state="session")
    else:
        chosen = st.pills(
            label, options, selection_mode="multi", format_func=named, key=key, persist_state="session"
        )
    return tuple(chosen)
