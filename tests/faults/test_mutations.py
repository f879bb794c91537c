"""Damaged files of every format give a text, a typed error or a limit, and never anything else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.faults.conftest import LONG
from tests.faults.hostile import docx, odt, posts
from tests.faults.hostile_pdf import text_page
from tests.faults.tally import Tally

from search27.extraction.sandbox import ExtractionPool
from search27.sources.folder import SourceFile

CASES = 2_000 if LONG else 100
MARKDOWN = "---\ntitle: Été\ndate: 2025-01-02\n---\n# Titre\n\n- un [lien](https://exemple.fr)\n\n| a | b |\n|--|--|\n"
HTML = "<!doctype html><html><head><title>Été</title></head><body><article><h1>Été</h1><p>Un texte.</p></article>"
SEEDS = {
    "a.pdf": text_page(),
    "a.docx": docx(),
    "a.odt": odt(),
    "a.html": HTML.encode(),
    "a.md": MARKDOWN.encode(),
    "a.txt": "Un titre\n\nUn texte avec un mot cou-\npé. « Oui ! »\f\nAutre page".encode(),
    "a.json": posts("<p>Un <em>texte</em> &amp; un autre</p>", "<h2>Titre</h2><ul><li>un</li></ul>"),
    "a.meta.yaml": b"title: Un titre\ndate: 2025-01-02\nauthors: [Une autrice, Un auteur]\nkind: report\n",
}
Edit = tuple[str, float, bytes]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["replace", "insert", "delete", "repeat", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)


def mutated(content: bytes, edits: list[Edit]) -> bytes:
    """The content after some edits, each at a relative place."""
    for kind, place, piece in edits:
        at = int(place * len(content))
        if kind == "replace":
            content = content[:at] + piece + content[at + len(piece) :]
        elif kind == "insert":
            content = content[:at] + piece + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + len(piece) :]
        elif kind == "repeat":
            content = content[:at] + content[at : at + 40] * 50 + content[at:]
        else:
            content = content[: at + 1]
    return content


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractionPool]:
    with ExtractionPool(seconds=60) as opened:
        yield opened


@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_file_costs_itself_only(
    name: str, pool: ExtractionPool, tmp_path: Path, tally: Tally
) -> None:
    @settings(
        max_examples=CASES,
        database=None,
        derandomize=not LONG,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(EDITS)
    def check(edits: list[Edit]) -> None:
        damaged = mutated(SEEDS[name], edits)
        path = tmp_path / name
        path.write_bytes(damaged)
        source = SourceFile(name, path, None)
        if name == "a.meta.yaml":
            (tmp_path / "b.md").write_text("Un texte.", encoding="utf-8")
            source = SourceFile("b.md", tmp_path / "b.md", path)
        (result,) = pool.run([source])
        if result.failure is None:
            assert result.documents
            assert all(document.text.strip() for document in result.documents)
        else:
            assert result.failure.reason
            assert "reader crash" not in result.failure.reason
            assert "no valid reply" not in result.failure.reason
        tally.held(3, f"mutations of {name.removeprefix('a')}")

    check()
