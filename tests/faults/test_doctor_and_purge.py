"""The doctor names what is wrong, and a purge leaves nothing of what was to be erased."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders import write_markdown, write_pdf
from tests.faults.conftest import article
from tests.faults.tally import Tally

from search27 import Library, build, doctor, feedback, purge
from search27.config import Settings
from search27.curation import Facts, correct, discard
from search27.embedding import vector_cache
from search27.errors import IndexStoreError, SourceNotFound
from search27.index import generation
from search27.types import Answer

_DAY = date(2025, 1, 1)
NAME = "Zoé Lîmar"
FORMS = ("zoé lîmar", "zoe limar", "zo\\u00e9 l\\u00eemar", "lîmar", "limar")


@pytest.fixture
def place(tmp_path: Path, corpus: Path, index: Path, tiny: Settings) -> Settings:
    """Settings of a corpus that names a person everywhere, with two generations, trash and verdicts."""
    settings = tiny.model_copy(
        update={
            "corpus": corpus,
            "index": index,
            "cache": tmp_path / "cache",
            "feedback": tmp_path / "verdicts",
        }
    )
    write_markdown(corpus, "atelier.md", title=f"L'atelier de {NAME}", body=f"{NAME} anime l'atelier.")
    (corpus / "forêt.md.meta.yaml").write_text(f"authors: [{NAME}]\n", encoding="utf-8")
    write_pdf(corpus / "bilan.pdf", [["Bilan de Zoe Limar"]])
    write_markdown(corpus, "ancien.md", title="Ancien", body=f"Un mot de {NAME}.")
    build(corpus, index, settings)
    discard(corpus, "ancien.md")
    build(corpus, index, settings)
    verdict = feedback.Verdict(False, "beside")
    for question, text in (
        ("Que fait l'atelier ?", f"Il est animé par\n{NAME}."),
        ("Quel budget ?", "Rien."),
    ):
        feedback.keep(settings.feedback, Answer(question, text), verdict, "gen-000001", _DAY)
    return settings


def _holding(folder: Path) -> list[str]:
    """Files below a folder whose bytes hold the name in some spelling."""
    forms = [form.encode(codec) for form in FORMS for codec in ("utf-8", "latin-1")]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(form in path.read_bytes().lower() for form in forms)]


def test_a_persons_name_is_gone_everywhere(place: Settings, tally: Tally) -> None:
    root = place.corpus.parent
    assert len(_holding(root)) > 5
    erasure = purge.of_person(place, NAME)
    planned = purge.preview(place, erasure)
    assert {Path(name).name for name in planned.removed} == {"bilan.pdf", "ancien.md"}
    assert {Path(name).name for name in planned.rewritten} == {"atelier.md", "forêt.md.meta.yaml"}
    done = purge.carry_out(place, erasure)
    assert (done.verdicts, done.left) == (1, ())
    assert [path.name for path in place.index.glob("gen-*")] == [Library.current_generation(place.index)]
    assert _holding(root) == []
    library = Library.open(place.index, place)
    assert "(…) anime" in library.publication("atelier.md").text
    tally.held(7, "purge of a name: files, trash, generations, verdicts")


def test_a_publication_is_gone_with_its_copies(place: Settings, tally: Tally) -> None:
    correct(place.corpus, "budget.md", Facts(title="Comptes"))
    correct(place.corpus, "budget.md", Facts(title="Budget"))
    discard(place.corpus, "budget.md")
    write_markdown(place.corpus, "budget.md", title="Budget", body=article("budget", 2))
    done = purge.carry_out(place, purge.of_publication(place, "budget.md"))
    assert len(done.removed) == 4
    assert [path for path in place.corpus.rglob("budget.md*")] == []
    assert "budget.md" not in {info.id for info in Library.open(place.index, place).documents()}
    tally.held(7, "purge of a publication")
    with pytest.raises(SourceNotFound, match=r"budget\.md"):
        purge.of_publication(place, "budget.md")


def test_a_purge_that_failed_half_way_is_finished_by_the_next(place: Settings, tally: Tally) -> None:
    with generation.build_lock(place.index), pytest.raises(IndexStoreError):
        purge.carry_out(place, purge.of_publication(place, "budget.md"))
    assert "budget.md" in {info.id for info in Library.open(place.index, place).documents()}
    purge.carry_out(place, purge.of_publication(place, "budget.md"))
    assert "budget.md" not in {info.id for info in Library.open(place.index, place).documents()}
    assert len(list(place.index.glob("gen-*"))) == 1
    assert not (place.cache / vector_cache.FILE).exists()
    tally.held(7, "purge of a publication, finished after a failure")


def test_a_question_is_gone(place: Settings, tally: Tally) -> None:
    kept = Library.current_generation(place.index), sorted(place.index.glob("gen-*"))
    erasure = purge.of_question("quel BUDGET")
    assert purge.preview(place, erasure).generations == ()
    assert purge.carry_out(place, erasure).verdicts == 1
    assert (Library.current_generation(place.index), sorted(place.index.glob("gen-*"))) == kept
    assert (place.cache / vector_cache.FILE).is_file()
    assert "Quel budget" not in (place.feedback / feedback.OPEN).read_text(encoding="utf-8")
    tally.held(7, "purge of a question")


def test_the_doctor_finds_a_sound_place(place: Settings) -> None:
    states = {finding.name: finding.state for finding in doctor.examine(place)}
    assert states.pop("disk") in ("ok", "warning")
    assert set(states.values()) == {"ok"}


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ({"corpus": Path("nowhere")}, "corpus", "does not exist"),
        ({"index": Path("nowhere")}, "index", "No index"),
        ({"cache": Path("/proc/cache")}, "folders", "/proc/cache"),
        ({"generator_url": "http://127.0.0.1:1/v1"}, "generator", "by half"),
    ],
)
def test_the_doctor_names_what_is_wrong(
    place: Settings, change: dict[str, object], name: str, words: str
) -> None:
    found = {finding.name: finding for finding in doctor.examine(place.model_copy(update=change))}
    assert found[name].state != "ok"
    assert words in found[name].found
    assert found[name].advice


def test_the_doctor_names_a_model_that_is_none(place: Settings, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    found = {
        finding.name: finding
        for finding in doctor.examine(place.model_copy(update={"encoder": str(tmp_path / "model")}))
    }
    assert found["encoder"].state == "problem"


def test_the_doctor_names_damage(place: Settings) -> None:
    damaged = place.index / Library.current_generation(place.index) / "store.sqlite"
    damaged.write_bytes(b"")
    (finding,) = [finding for finding in doctor.examine(place) if finding.name == "index"]
    assert finding.state == "problem"
    assert "store.sqlite" in finding.found
    assert "search27 rollback" in finding.found
