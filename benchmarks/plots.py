"""The pictures of docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from search27.errors import MissingExtra

TYPES = ("all", "fact", "keyword", "newcomer", "multi", "english", "concept")
OURS = "search27"
OUR_COLOUR = "#b3261e"
COLOURS = ("#4e79a7", "#a0cbe8", "#7f7f7f", "#59a14f", "#b07aa1", "#d7b5a6", "#e9b44c")
"""Of the others, in order; they differ in lightness too, for print and for the colour-blind."""


def ordered_types(systems: Mapping[str, Any]) -> list[str]:
    """Question types that were measured: the usual ones first, others after them by name."""
    found = {group for row in systems.values() for group in row["scores"]}
    return [name for name in TYPES if name in found] + sorted(found.difference(TYPES))


def plot_quality(systems: Mapping[str, Any], path: Path) -> None:
    """Grouped bars: hit@5 of each system for each type of question."""
    groups = ordered_types(systems)
    figure, axes = _axes((11, 5))
    width = 0.84 / len(systems)
    for number, (name, colour) in enumerate(_coloured(list(systems))):
        scores = systems[name]["scores"]
        places = [place + (number - (len(systems) - 1) / 2) * width for place in range(len(groups))]
        heights = [scores.get(group, {}).get("hit_at_5", 0.0) for group in groups]
        axes.bar(places, heights, width, label=name, color=colour)
    counts = next(iter(systems.values()))["scores"]
    labels = [f"{group}\n(n = {counts[group]['n']})" if group in counts else group for group in groups]
    axes.set_xticks(range(len(groups)), labels)
    axes.set_ylim(0, 1)
    axes.set_ylabel("hit@5: share of questions answered in the first five")
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2), ncols=3, frameon=False)
    _save(figure, path)


def plot_latency(systems: Mapping[str, Any], path: Path) -> None:
    """Median and 95th percentile of the time that one search takes, on a logarithmic scale."""
    names = list(systems)[::-1]
    figure, axes = _axes((9, 0.6 * len(names) + 1.4))
    colours = dict(_coloured(list(systems)))
    for place, name in enumerate(names):
        p50, p95 = systems[name]["p50_ms"], systems[name]["p95_ms"]
        axes.plot([p50, p95], [place, place], color=colours[name], linewidth=3)
        axes.plot(p50, place, "o", color=colours[name], markersize=9)
        axes.plot(p95, place, "|", color=colours[name], markersize=16, markeredgewidth=3)
        axes.annotate(
            f"{p50:.1f} / {p95:.1f}", (max(p50, p95), place), (10, 0), textcoords="offset points", va="center"
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.25, y=0.1)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("milliseconds a search: median (dot) and 95th percentile (bar)")
    axes.grid(axis="x", alpha=0.3)
    _save(figure, path)


def plot_speed(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Bars: how many times better search27 is in each comparison."""
    compared = [row for row in rows if "times" in row][::-1]
    figure, axes = _axes((9, 0.5 * len(compared) + 1.2))
    bars = axes.barh(
        [row["measure"] for row in compared], [row["times"] for row in compared], color=OUR_COLOUR
    )
    axes.bar_label(bars, [f"{row['times']:.1f} ×" for row in compared], padding=6)
    axes.axvline(1, color="black", linewidth=1)
    axes.margins(x=0.15)
    axes.set_xlabel("times as fast as the other")
    _save(figure, path)


def plot_reliability(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Confidence of groups of questions against the share of them that the corpus answers."""
    figure, axes = _axes((6, 5))
    axes.plot((0, 1), (0, 1), color="black", linewidth=1, linestyle="--", label="perfectly calibrated")
    axes.plot(
        [row["confidence"] for row in rows],
        [row["answerable"] for row in rows],
        "o-",
        color=OUR_COLOUR,
        label=OURS,
    )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("mean confidence of the group")
    axes.set_ylabel("share that the corpus answers")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    _save(figure, path)


def plot_scale(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Curves over the number of passages, both axes logarithmic."""
    figure, axes = _axes((9, 5))
    passages = [row["passages"] for row in rows]
    for name, colour in zip(
        ("p50 ms", "p95 ms", "build s", "search MB", "disk MB"), (OUR_COLOUR, *COLOURS), strict=False
    ):
        axes.plot(passages, [row[name] for row in rows], "o-", label=name, color=colour)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("passages")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    _save(figure, path)


def _axes(size: tuple[float, float]) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("bench", "Drawing the plots") from error
    figure = Figure(size, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    return figure, axes


def _coloured(names: Sequence[str]) -> list[tuple[str, str]]:
    others = iter(COLOURS * (len(names) // len(COLOURS) + 1))
    return [(name, OUR_COLOUR if name == OURS else next(others)) for name in names]


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, metadata={"Software": None})
