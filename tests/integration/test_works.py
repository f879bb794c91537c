"""A publication that exists twice is shown once, with both its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from search27 import Library, build
from search27.config import Settings

SENTENCES = [
    f"Au chapitre {number}, le composteur du bâtiment {letter} reçoit les épluchures de {number * 7} foyers."
    for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 2)
]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "article.md").write_text("# Le compost\n\n" + " ".join(SENTENCES), encoding="utf-8")
    paper = [" ".join(SENTENCES[:5]), " ".join(SENTENCES[5:])]
    (corpus / "imprime.txt").write_text("Édition imprimée\n\n" + "\n\n".join(paper), encoding="utf-8")
    (corpus / "velo.md").write_text(
        "# Le vélo\n\nUn atelier de réparation ouvre le samedi.", encoding="utf-8"
    )
    settings = Settings(corpus=corpus, index=tmp_path / "index")
    build(settings.corpus, settings.index, settings)
    return Library.open(settings.index, settings)


def test_what_is_published_twice_is_shown_once(library: Library) -> None:
    hits = library.search("Qui reçoit les épluchures au chapitre 9 ?", k=10)
    copies = [hit for hit in hits if hit.document.id != "velo.md"]
    assert len(library.passages("article.md")) > 1
    assert all({document.id for document in hit.also_in} <= {"article.md", "imprime.txt"} for hit in copies)
    assert len(copies) <= max(len(library.passages("article.md")), len(library.passages("imprime.txt")))
    assert copies[0].also_in
    assert copies[0].passage in library.passages(copies[0].document.id)
