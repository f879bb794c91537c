"""Charts as Vega-Lite specifications; each says in words what it shows, and a list beside it says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from search27.app import formats
from search27.app.texts import Texts
from search27.explore.atlas import Atlas, Programme, Topic
from search27.types import DocumentInfo

PICKED = "picked"
MAP_HEIGHT = 560
ROW_HEIGHT = 26
YEARS_HEIGHT = 120
PAPER_AND_INK = {"light": ("#fdfcfa", "#1f2326"), "dark": ("#15191c", "#e9e7e2")}
"""Background and text of the theme (`streamlit.toml`), for labels that stand on points."""

_SCALE = {"domain": [-0.02, 1.02], "nice": False, "zero": False}
_NO_AXIS: dict[str, Any] = {"axis": None}


def topic_name(topic: Topic) -> str:
    """The words that name a topic."""
    return " · ".join(topic.terms)


def map_of(atlas: Atlas, infos: Mapping[str, DocumentInfo], texts: Texts) -> str | None:
    """The map of publications; gives the id of the one that was clicked."""
    names = [topic_name(topic) for topic in atlas.topics]
    points = [
        {
            "id": point.document_id,
            "x": point.x,
            "y": point.y,
            "topic": names[point.topic],
            "title": infos[point.document_id].title,
            "facts": formats.described(infos[point.document_id], texts),
        }
        for point in atlas.points
    ]
    labels = [{"x": topic.x, "y": topic.y, "label": list(topic.terms[:2])} for topic in atlas.topics]
    alt = texts.map_alt.format(documents=formats.publications(len(points), texts), topics=len(names))
    return _clicked(_map_spec(points, labels, names, texts), "id", MAP_HEIGHT, alt, "chart-map")


def _map_spec(
    points: list[dict[str, Any]], labels: list[dict[str, Any]], names: list[str], texts: Texts
) -> dict[str, Any]:
    axes = {axis: {"field": axis, "type": "quantitative", "scale": _SCALE, **_NO_AXIS} for axis in "xy"}
    tooltip = [
        {"field": "title", "title": texts.map_title},
        {"field": "facts", "title": texts.map_date},
        {"field": "topic", "title": texts.map_topic},
    ]
    colour = {"field": "topic", "scale": {"domain": names}, "legend": None}
    text = {"type": "text", "fontSize": 13, "fontWeight": 600, "lineHeight": 15, "baseline": "middle"}
    paper, ink = _paper_and_ink()
    halo = {**text, "stroke": paper, "strokeWidth": 4, "strokeJoin": "round", "strokeOpacity": 0.85}
    text = {**text, "fill": ink}
    written = {**axes, "text": {"field": "label"}}
    return {
        "layer": [
            {
                "data": {"values": points},
                "params": [_by("id")],
                "mark": {"type": "circle", "size": 70, "opacity": 0.75, "cursor": "pointer"},
                "encoding": {**axes, "color": colour, "tooltip": tooltip},
            },
            {"data": {"values": labels}, "mark": halo, "encoding": written},
            {"data": {"values": labels}, "mark": text, "encoding": written},
        ],
        "config": {"view": {"stroke": None}},
    }


def programmes(shown: Sequence[Programme], texts: Texts) -> str | None:
    """Years in which publications name each programme; gives the name of the one that was clicked."""
    rows = [
        {"programme": item.name, "year": year, "count": number}
        for item in shown
        for year, number in item.years
    ]
    encoding = {
        "x": {
            "field": "year",
            "type": "quantitative",
            "title": None,
            "axis": {"format": "d", "tickMinStep": 1, "grid": True},
            "scale": {"zero": False, "nice": False, "padding": 12},
        },
        "y": {
            "field": "programme",
            "type": "nominal",
            "title": None,
            "sort": [item.name for item in shown],
            "axis": {"labelLimit": 150, "grid": True, "ticks": False},
        },
        "size": {"field": "count", "type": "quantitative", "scale": {"range": [30, 420]}, "legend": None},
        "tooltip": [
            {"field": "programme", "title": texts.programme},
            {"field": "year", "title": texts.year},
            {"field": "count", "title": texts.nav_publications},
        ],
    }
    spec = {
        "data": {"values": rows},
        "params": [_by("programme")],
        "mark": {"type": "circle", "opacity": 0.85, "cursor": "pointer"},
        "encoding": encoding,
    }
    alt = texts.programmes_alt.format(n=len(shown))
    return _clicked(spec, "programme", ROW_HEIGHT * len(shown) + 40, alt, "chart-programmes")


def years(counts: Mapping[int, int], key: str, texts: Texts) -> str | None:
    """Publications found by year; gives the year that was clicked."""
    every = range(min(counts), max(counts) + 1)
    rows = [{"year": str(year), "count": counts.get(year, 0)} for year in every]
    spec = {
        "data": {"values": rows},
        "params": [_by("year")],
        "mark": {"type": "bar", "cursor": "pointer", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {
                "field": "year",
                "type": "ordinal",
                "title": None,
                "axis": {"labelAngle": 0, "labelOverlap": True},
            },
            "y": {"field": "count", "type": "quantitative", "title": None, "axis": None},
            "tooltip": [
                {"field": "year", "title": texts.year},
                {"field": "count", "title": texts.nav_publications},
            ],
        },
        "config": {"view": {"stroke": None}},
    }
    said = ", ".join(f"{year} : {number}" for year, number in sorted(counts.items()))
    return _clicked(spec, "year", YEARS_HEIGHT, texts.years_alt.format(years=said), key)


def _paper_and_ink() -> tuple[str, str]:
    return PAPER_AND_INK["dark" if st.context.theme.type == "dark" else "light"]


def _by(field: str) -> dict[str, Any]:
    return {"name": PICKED, "select": {"type": "point", "fields": [field]}}


def _clicked(spec: dict[str, Any], field: str, height: int, alt: str, key: str) -> str | None:
    """Draw a chart and give the field's value of the mark that was clicked just now."""
    spec["config"] = {
        **spec.get("config", {}),
        "axis": {"labelColor": _paper_and_ink()[1], "labelFontSize": 12},
    }
    state = st.vega_lite_chart(spec=spec, width="stretch", height=height, key=key, on_select="rerun", alt=alt)
    chosen = state.selection.get(PICKED) or []
    value = str(chosen[0][field]) if chosen and field in chosen[0] else None
    former = st.session_state.get(f"{key}-seen")
    st.session_state[f"{key}-seen"] = value
    return value if value != former else None
