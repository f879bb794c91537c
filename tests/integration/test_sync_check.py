"""A renewed index that answers worse than the former one is not taken; questions about what is gone do not count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search27 import Library, build
from search27.config import Settings
from search27.errors import ConfigError, IndexCorrupt
from search27.evaluation import Evidence, Question
from search27.sync.check import IndexCheck, NotAsGood, answerable

TEXTS = {
    "compost": "Un composteur partagé fonctionne depuis deux hivers au pied des tours.",
    "velo": "Les ateliers de réparation de vélos réunissent chaque samedi trente personnes.",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n", encoding="utf-8")
    rows = [
        {"id": name, "question": f"Que dit-on du {name} ?", "evidence": [{"doc": name, "quote": text}]}
        for name, text in TEXTS.items()
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return Settings(corpus=corpus, index=tmp_path / "index", questions=questions)


def test_a_worse_index_leaves_the_former_one(settings: Settings) -> None:
    check = IndexCheck(settings)
    first = build(settings.corpus, settings.index, settings, check=check)
    (settings.corpus / "velo.md").write_text("# Vélo\n\nRien de neuf.\n", encoding="utf-8")
    with pytest.raises(NotAsGood, match=r"evidence of 1 of 2 questions.*the former one of 2"):
        build(settings.corpus, settings.index, settings, check=check)
    assert Library.current_generation(settings.index) == first.generation
    assert TEXTS["velo"] in Library.open(settings.index, settings).search("réparation")[0].passage.text
    assert not (settings.index / ".building").exists()
    (settings.corpus / "velo.md").unlink()
    assert build(settings.corpus, settings.index, settings, check=check).removed == ("velo.md",)
    with pytest.raises(ConfigError, match="absent"):
        IndexCheck(settings.model_copy(update={"questions": Path("absent.jsonl")}))(
            settings.index / Library.current_generation(settings.index)
        )


def test_a_candidate_that_does_not_open_is_not_taken(settings: Settings) -> None:
    plain = settings.model_copy(update={"questions": None})

    def damage(candidate: Path) -> None:
        (candidate / "store.sqlite").write_bytes(b"")
        IndexCheck(plain)(candidate)

    with pytest.raises(IndexCorrupt, match="differs"):
        build(settings.corpus, settings.index, settings, check=damage)
    assert not (settings.index / "CURRENT").exists()


def test_questions_about_what_is_gone_are_set_aside() -> None:
    there = Question("1", "?", evidence=(Evidence("10042", "un"),))
    gone = Question("2", "?", evidence=(Evidence("10043", "deux"),))
    unanswerable = Question("3", "?")
    assert answerable([there, gone, unanswerable], ["site.fr/10042", "autre.md"]) == [there]
