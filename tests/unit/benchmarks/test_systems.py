from __future__ import annotations

import json
from pathlib import Path

from benchmarks.baselines import fuse
from benchmarks.options import STACKS as NAMES
from benchmarks.peers import STACKS, USES
from benchmarks.systems import System, measure

from search27.types import DocumentInfo, Hit, Passage, Span

TEXT = "Le tram relie la gare au port."


def make_hit(name: str, score: float = 1.0) -> Hit:
    return Hit(score, Passage(name, f"{name}.md", TEXT, Span(0, len(TEXT))), DocumentInfo(f"{name}.md", name))


def make_search(*names: str):
    return lambda question, k: [make_hit(name) for name in names][:k]


def test_fusion_adds_reciprocal_ranks():
    hits = fuse(make_search("a", "b"), make_search("b", "c"))("?", 3)
    assert [hit.passage.id for hit in hits] == ["b", "a", "c"]
    assert [hit.score for hit in hits] == [1 / 62 + 1 / 61, 1 / 61, 1 / 62]


def test_fusion_gives_at_most_k_and_breaks_ties_by_id():
    hits = fuse(make_search("b"), make_search("a"))("?", 1)
    assert [hit.passage.id for hit in hits] == ["a"]


def test_a_system_is_judged_and_timed(tmp_path: Path):
    rows = [
        {
            "id": "1",
            "type": "fact",
            "question": "Que relie le tram ?",
            "evidence": [{"doc": "a", "quote": TEXT}],
        },
        {
            "id": "2",
            "type": "concept",
            "question": "Et la mer ?",
            "evidence": [{"doc": "z", "quote": "Une autre phrase"}],
        },
        {"id": "3", "question": "Qui ?", "evidence": []},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    row = measure(System("x", make_search("b", "a"), None, 10, 2), path)
    assert row["scores"]["all"] == {
        "n": 2,
        "hit_at_1": 0.5,
        "hit_at_5": 0.5,
        "hit_at_10": 0.5,
        "mrr_at_10": 0.5,
        "doc_at_5": 0.5,
    }
    assert row["scores"]["concept"]["doc_at_5"] == 0
    assert (row["units"], row["index_bytes"], row["build_seconds"]) == (2, 10, None)
    assert 0 <= row["p50_ms"] <= row["p95_ms"]


def test_every_stack_can_be_chosen_and_names_what_it_uses():
    assert tuple(STACKS) == NAMES == tuple(USES)
