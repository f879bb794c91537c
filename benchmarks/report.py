"""Write docs/evaluation.md and its plots from the result files.

    python -m benchmarks.report [--out DIR] [--docs DIR]

A section whose result file is not there yet says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.options import read_options, run
from benchmarks.plots import (
    ordered_types,
    plot_latency,
    plot_quality,
    plot_reliability,
    plot_scale,
    plot_speed,
)
from benchmarks.results_file import read_results
from search27.errors import ConfigError

QUALITY, LATENCY = "evaluation-quality.png", "evaluation-latency.png"
SPEED, SCALE = "evaluation-speed.png", "evaluation-scale.png"
RELIABILITY = "evaluation-reliability.png"
NOT_MEASURED = "Not measured yet."
BUSY = 0.25
"""Cores taken by other work, above which times are not to be trusted."""
MEASURES = ("hit_at_1", "hit_at_5", "hit_at_10", "mrr_at_10", "doc_at_5")
TABLES = {
    "years": "Held-out years",
    "cross_validation": "Cross-validation by document",
    "answers": "Answers and abstention",
    "speed": "Speed",
    "numerics": "Numbers that the encoder computes in",
    "scale": "Growth on one machine",
    "milvus": "Milvus beside the index's own files",
}
"""Result files that hold one table (`benchmarks/README.md`), and the title of their section."""

INTRODUCTION = """\
# Evaluation

How well search27 finds what a question asks for, how fast, and beside what. This page is written by
`python -m benchmarks.report` from `benchmarks/results/*.json`; change it there.

- **hit@k**: share of questions for which one of the first *k* passages holds the gold quote, or a run of 60 % of its
  words; only a passage's first 1,200 characters count. **mrr@10**: mean of 1 / rank of the first such passage.
  **doc@5**: a gold document is among the first five distinct ones. `search27 evaluate` computes the same figures.
- Questions carry the type that their authors gave them. A *multi* question has gold quotes in several documents; any
  one of them counts as found. Questions that the corpus cannot answer count only under “Answers and abstention”.
- Nothing is tuned on the questions kept for measuring (`dev.jsonl`); what is learned is learned on others.
"""
PEERS_NOTES = """\
All systems get the same extracted texts, run on the CPU and are asked one question after the other, after ten to warm
up, for 30 passages. *Build* runs from texts to a searchable index, loading the encoder included (search27's includes
extraction as well); *size* is on disk, with the texts that hits show.

- Every peer uses multilingual-e5-small as published, with its `query: ` and `passage: ` prompts. Dense e5, BM25, their
  fusion and txtai rank search27's own passages, each indexed under its document's title and heading.
- txtai runs hybrid with equal weights, its default. It does not cut texts, hence search27's passages.
- LlamaIndex cuts the texts itself and gets the titles as metadata, no headings. It runs first with its default chunks
  (1,024 tokens, 200 in common), which are longer than the 1,200 characters that are judged and than the 512 tokens
  that the encoder reads, then with chunks of 240 tokens, title included: about the size of search27's passages.
- search27 runs with its default settings, hence with what it ships of an adapted encoder and learned weights. These
  come from questions about the same site's publications; the peers have neither.
"""
VERIFIER_NOTES = """\
They are the French answers of the training questions, from the half of the publications that
the bars were not set on, against the passages that hold their evidence, those beside them and the opening of the
publication, where people and places are introduced. Then one thing is changed in each answer found supported.
*Caught*: found unsupported. *Precision*: where as many sentences are changed as are right.
"""


def render(results: Mapping[str, Any]) -> str:
    """The whole page; `results` holds the content of each result file under its name, where there is one."""
    sections = [
        INTRODUCTION,
        _section("Beside other systems", results.get("peers"), _peers),
        _section("Typed in a hurry", results.get("robustness"), _robustness),
        *(
            _section(title, results.get(name), WRITERS.get(name, _plain_table))
            for name, title in TABLES.items()
        ),
        _section("Verifying generated answers", results.get("verifier"), _verifier),
        _section("Tried, kept or dropped", results.get("experiments"), _experiments),
        "## Measure it again\n\n```sh\nmake bench\n```\n\n"
        "The steps are described in [`benchmarks/README.md`](../benchmarks/README.md).\n",
    ]
    return "\n".join(sections)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table: the first column to the left, numbers to the right."""
    lines = [columns, [":--"] + ["--:"] * (len(columns) - 1), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _section(title: str, data: Any, write: Any) -> str:
    return f"## {title}\n\n{write(data) if data else NOT_MEASURED + chr(10)}"


def _circumstances(data: Mapping[str, Any]) -> str:
    machine = data["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    return (
        f"Measured on {data['date']}: {machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}; {versions}.\n"
    )


def _peers(data: Mapping[str, Any]) -> str:
    systems, corpus = data["systems"], data["corpus"]
    columns = [
        "",
        "hit@1",
        "hit@5",
        "hit@10",
        "mrr@10",
        "doc@5",
        "p50 ms",
        "p95 ms",
        "build s",
        "size MB",
        "units",
    ]
    rows = [
        [
            _name(name),
            *(row["scores"]["all"][measure] for measure in MEASURES),
            f"{row['p50_ms']:.1f}",
            f"{row['p95_ms']:.1f}",
            None if row["build_seconds"] is None else f"{row['build_seconds']:.0f}",
            f"{row['index_bytes'] / 1e6:.1f}",
            row["units"],
        ]
        for name, row in systems.items()
    ]
    types = ordered_types(systems)
    by_type = [
        [_name(name), *(row["scores"].get(group, {}).get("hit_at_5") for group in types)]
        for name, row in systems.items()
    ]
    return (
        f"{corpus['documents']} publications, {corpus['passages']} passages, {data['questions']} questions.\n\n"
        f"{table(columns, rows)}\n{PEERS_NOTES}\n{_circumstances(data)}{_busy(systems)}\n"
        f"### By type of question\n\nhit@5:\n\n{table(['', *types], by_type)}\n"
        f"![hit@5 of each system for each type of question](images/{QUALITY})\n\n"
        f"### Latency\n\n![Median and 95th percentile of one search](images/{LATENCY})\n\n"
        "```sh\npython -m benchmarks.peers\n```\n"
    )


def _name(system: str) -> str:
    return f"**{system}**" if system == "search27" else system


def _busy(systems: Mapping[str, Any]) -> str:
    """A warning where other work kept the machine busy: the times are then too long."""
    busy = dict.fromkeys(row["stack"] for row in systems.values() if (row["other_load"] or 0) > BUSY)
    if not busy:
        return ""
    return f"\n**Other work kept the machine busy during {', '.join(busy)}: these times are too long.**\n"


def _robustness(data: Mapping[str, Any]) -> str:
    clean = data["hit_at_5"]["clean"]
    types = ordered_types({"clean": {"scores": clean}})
    rows = [
        [
            noise,
            *(hits.get(group) for group in types),
            f"{100 * data['falls'][noise]:+.1f}" if noise in data["falls"] else None,
            f"{100 * data['allowed'][noise]:.0f}" if noise in data["allowed"] else None,
        ]
        for noise, hits in data["hit_at_5"].items()
    ]
    return (
        "hit@5 of search27 on the questions as written, and with the accents stripped, in lower case, or with one\n"
        "typo in the longest word (two letters swapped, one dropped, doubled or hit beside: the question's id\n"
        "decides). *Fall* is in points, negative where the noise helped.\n\n"
        f"{table(['', *types, 'fall', 'at most'], rows)}\n{_circumstances(data)}\n"
        "```sh\npython -m benchmarks.robustness\n```\n"
    )


def _plain_table(data: Mapping[str, Any]) -> str:
    try:
        columns = list(dict.fromkeys(name for row in data["rows"] for name in row))
        rows = [[row.get(name) for name in columns] for row in data["rows"]]
        note, command = data.get("note", ""), data["command"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            "A result file of one table lacks its form: "
            '{"note": "…", "command": "…", "rows": [{"method": "…", "hit@5": 0.5}]}, see benchmarks/README.md.'
        ) from error
    return f"{note}\n\n{table(columns, rows)}\n```sh\n{command}\n```\n".lstrip()


def _speed(data: Mapping[str, Any]) -> str:
    return f"{_plain_table(data)}\n![How much faster search27 is](images/{SPEED})\n\n{_circumstances(data)}"


def _scale(data: Mapping[str, Any]) -> str:
    picture = f"![Latency, memory, disk and build time by number of passages](images/{SCALE})"
    return f"{_plain_table(data)}\n{picture}\n\n{_circumstances(data)}"


def _measured_table(data: Mapping[str, Any]) -> str:
    return f"{_plain_table(data)}\n{_circumstances(data)}"


def _answers(data: Mapping[str, Any]) -> str:
    picture = f"![Share of questions that the corpus answers, by confidence](images/{RELIABILITY})"
    return f"{_plain_table(data)}\n{picture}\n\n{_circumstances(data)}"


WRITERS = {
    "answers": _answers,
    "speed": _speed,
    "scale": _scale,
    "numerics": _measured_table,
    "milvus": _measured_table,
}
"""Tables that come with a picture, or with what they were measured on."""


def _verifier(data: Mapping[str, Any]) -> str:
    rows = [
        [name, row["n"], _percent(row["recall"]), _percent(row["precision"])]
        for name, row in data["corruptions"].items()
    ]
    reasons = ", ".join(f"{reason} {_percent(share)}" for reason, share in data["reasons"].items())
    return (
        f"{data['sentences']} answers. {VERIFIER_NOTES}\n"
        f"- Called unsupported though right: **{_percent(data['false_alarms'])}** ({reasons}; several may hold).\n"
        f"- The same without the opening passages: {_percent(data['false_alarms_narrow'])}.\n"
        f"- Caught when set against passages of another subject: {_percent(data['strangers'])}.\n\n"
        f"{table(['changed', 'n', 'caught', 'precision'], rows)}\n{_circumstances(data)}\n"
        f"```sh\n{data['command']}\n```\n"
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _experiments(data: Sequence[Mapping[str, Any]]) -> str:
    rows = [[row["what"], row["figure"], row["decision"], f"`{row['command']}`"] for row in data]
    return table(["what", "figure", "decision", "command"], rows).replace("--:", ":--")


def read_all(folder: Path) -> dict[str, Any]:
    """Every result file of a folder by its name, absent ones left out."""
    names = ("peers", "robustness", *TABLES, "verifier", "experiments")
    return {name: read_results(folder / f"{name}.json") for name in names}


def write_report(results_folder: Path, docs: Path) -> Path:
    """Write the page and its plots, and return the page's path."""
    results = read_all(results_folder)
    page = docs / "evaluation.md"
    page.write_text(render(results), encoding="utf-8")
    if results["peers"]:
        plot_quality(results["peers"]["systems"], docs / "images" / QUALITY)
        plot_latency(results["peers"]["systems"], docs / "images" / LATENCY)
    if results["answers"]:
        plot_reliability(results["answers"]["reliability"], docs / "images" / RELIABILITY)
    if results["speed"]:
        plot_speed(results["speed"]["rows"], docs / "images" / SPEED)
    if results["scale"]:
        plot_scale(results["scale"]["rows"], docs / "images" / SCALE)
    return page


def main() -> None:
    options = read_options("Write docs/evaluation.md.")
    print(f"Written: {write_report(options.out, options.docs)}")


if __name__ == "__main__":
    run(main)
