from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.plots import ordered_types
from benchmarks.report import NOT_MEASURED, TABLES, render, table, write_report

from search27.errors import ConfigError

HERE: dict[str, Any] = {
    "date": "2026-01-02",
    "machine": {
        "system": "Linux x86_64",
        "processor": "Some CPU",
        "cores": 2,
        "memory_gb": 8.0,
        "python": "3.11.7",
    },
    "versions": {"torch": "2.13.0"},
}


def make_scores(n: int, hit_at_5: float) -> dict[str, Any]:
    return {
        "n": n,
        "hit_at_1": 0.25,
        "hit_at_5": hit_at_5,
        "hit_at_10": 0.9,
        "mrr_at_10": 0.4,
        "doc_at_5": 0.8,
    }


def make_system(stack: str, hit_at_5: float, **changes: Any) -> dict[str, Any]:
    scores = {"all": make_scores(3, hit_at_5), "new": make_scores(1, 1.0), "fact": make_scores(2, 0.5)}
    times = {"build_seconds": 539.6, "p50_ms": 12.34, "p95_ms": 20.0, "other_load": 0.1}
    return {"stack": stack, "units": 7, "index_bytes": 2_500_000, "scores": scores, **times, **changes}


def make_peers(**changes: Any) -> dict[str, Any]:
    return {
        **HERE,
        "corpus": {"documents": 2, "passages": 7},
        "questions": 4,
        "systems": {
            "BM25": make_system("baselines", 0.5),
            "search27": make_system("search27", 0.7654, **changes),
        },
    }


ROBUSTNESS = {
    **HERE,
    "hit_at_5": {"clean": {"all": 0.8, "fact": 0.9}, "one typo": {"all": 0.765, "fact": 0.8}},
    "falls": {"one typo": 0.035},
    "allowed": {"one typo": 0.05},
}


def section(page: str, title: str) -> str:
    return page.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_without_results_every_section_says_so():
    page = render({})
    titles = ["Beside other systems", "Typed in a hurry", *TABLES.values(), "Tried, kept or dropped"]
    assert [section(page, title).strip() for title in titles] == [NOT_MEASURED] * len(titles)
    assert "make bench" in section(page, "Measure it again")


def test_a_table_aligns_rounds_and_escapes():
    assert table(["a", "b"], [["x|y", 0.12345], ["z", None]]) == (
        "| a | b |\n| :-- | --: |\n| x\\|y | 0.123 |\n| z | – |\n"
    )


def test_the_peers_row_holds_quality_latency_build_and_size():
    found = section(render({"peers": make_peers()}), "Beside other systems")
    assert "| **search27** | 0.250 | 0.765 | 0.900 | 0.400 | 0.800 | 12.3 | 20.0 | 540 | 2.5 | 7 |\n" in found
    assert "2 publications, 7 passages, 4 questions" in found
    assert "Some CPU, 2 cores, 8.0 GB, Linux x86_64, Python 3.11.7; torch 2.13.0." in found


def test_usual_types_come_first_and_new_ones_are_kept():
    assert ordered_types(make_peers()["systems"]) == ["all", "fact", "new"]
    assert "| BM25 | 0.500 | 0.500 | 1.000 |\n" in render({"peers": make_peers()})


def test_an_unknown_build_time_is_a_dash():
    page = render({"peers": make_peers(build_seconds=None)})
    assert "| 20.0 | – | 2.5 | 7 |" in page


def test_a_busy_machine_is_told():
    assert "Other work kept" not in render({"peers": make_peers()})
    assert "Other work kept" not in render({"peers": make_peers(other_load=None)})
    assert "during search27: these times" in render({"peers": make_peers(other_load=1.5)})


def test_robustness_shows_the_fall_in_points_beside_its_limit():
    found = section(render({"robustness": ROBUSTNESS}), "Typed in a hurry")
    assert "| clean | 0.800 | 0.900 | – | – |\n| one typo | 0.765 | 0.800 | +3.5 | 5 |\n" in found


def test_other_tables_take_their_columns_from_the_rows():
    rows = [{"method": "base", "hit@5": 0.5}, {"method": "ours", "hit@5": 0.75, "n": 12}]
    found = section(
        render({"years": {"note": "Two halves.", "command": "make train", "rows": rows}}), "Held-out years"
    )
    assert "Two halves.\n\n| method | hit@5 | n |\n| :-- | --: | --: |\n| base | 0.500 | – |\n" in found
    assert "```sh\nmake train\n```" in found


@pytest.mark.parametrize("data", [{"rows": [{"a": 1}]}, {"command": "x"}, {"command": "x", "rows": [1]}])
def test_a_table_of_another_form_is_refused(data: dict[str, Any]):
    with pytest.raises(ConfigError, match="lacks its form"):
        render({"speed": data})


def test_experiments_are_listed_with_their_decision():
    row = {"what": "windows", "figure": "+1.8 hit@5", "decision": "kept", "command": "make bench"}
    assert "| windows | +1.8 hit@5 | kept | `make bench` |" in render({"experiments": [row]})


def test_the_page_is_written_from_result_files(tmp_path: Path):
    (tmp_path / "robustness.json").write_text(json.dumps(ROBUSTNESS), encoding="utf-8")
    page = write_report(tmp_path, tmp_path).read_text(encoding="utf-8")
    assert "+3.5" in page
    assert not (tmp_path / "images").exists()


def test_plots_are_drawn_where_matplotlib_is_installed(tmp_path: Path):
    pytest.importorskip("matplotlib", reason="the extra `bench` is not installed")
    (tmp_path / "peers.json").write_text(json.dumps(make_peers()), encoding="utf-8")
    write_report(tmp_path, tmp_path)
    pictures = sorted((tmp_path / "images").iterdir())
    assert [picture.name for picture in pictures] == ["evaluation-latency.png", "evaluation-quality.png"]
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_a_damaged_result_file_is_named(tmp_path: Path):
    (tmp_path / "peers.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"peers\.json is not JSON"):
        write_report(tmp_path, tmp_path)


VERIFIER = {
    **HERE,
    "sentences": 10,
    "false_alarms": 0.1,
    "false_alarms_narrow": 0.2,
    "reasons": {"name": 0.1},
    "corruptions": {"date": {"n": 4, "recall": 0.75, "precision": 0.882}},
    "strangers": 1.0,
    "command": "measure it",
}


def test_the_verifier_has_its_section() -> None:
    page = render({"verifier": VERIFIER})
    assert "## Verifying generated answers\n\n10 answers." in page
    assert "**10.0 %** (name 10.0 %; several may hold)" in page
    assert "| date | 4 | 75.0 % | 88.2 % |" in page
    assert "```sh\nmeasure it\n```" in page
