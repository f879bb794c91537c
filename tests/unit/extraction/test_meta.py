"""Title, date, authors and kind: sidecar over the document's own, over its name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from search27.extraction.meta import (
    Meta,
    authors_of,
    complete,
    from_mapping,
    guess_day,
    guess_kind,
    guess_language,
    parse_day,
    read_sidecar,
    sensible_title,
)
from search27.sources.folder import SourceFile


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2025-03-31T10:00:00", date(2025, 3, 31)),
        ("2025-03", date(2025, 3, 1)),
        (2025, date(2025, 1, 1)),
        (datetime(2025, 3, 31, 10), date(2025, 3, 31)),
        (date(2025, 3, 31), date(2025, 3, 31)),
        ("2025-13-01", None),
        ("31/03/2025", None),
        ("0001-01-01", None),
        ("", None),
        (None, None),
    ],
)
def test_days(value: object, day: date | None) -> None:
    assert parse_day(value) == day


def test_a_sidecar_overrides_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf.meta.yaml"
    path.write_text(
        "title: Le plan\nauthors: [A B, C D]\ncategories: Forêts\nlanguage: fr-FR\n", encoding="utf-8"
    )
    own = Meta(title="plan v3", date=date(2020, 1, 2), authors=("X",), url="https://exemple.fr")
    meta, warnings = complete(SourceFile("plan.pdf", tmp_path / "plan.pdf", path), own, "deliverable")
    assert meta == Meta(
        title="Le plan",
        date=date(2020, 1, 2),
        authors=("A B", "C D"),
        kind="deliverable",
        url="https://exemple.fr",
        categories=("Forêts",),
        language="fr",
    )
    assert warnings == ()


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        ("titel: x", "unknown key 'titel'"),
        ("date: hier", "date 'hier' is no date. Write it as 2025-03-31."),
        ("kind: livre", "kind 'livre' is unknown. Known ones: report"),
        ("date: 2025-02-30", "not valid YAML"),
        ("a: [", "not valid YAML"),
        ("- a", "no `key: value` lines"),
    ],
)
def test_a_wrong_sidecar_is_told_and_costs_nothing(tmp_path: Path, content: str, warning: str) -> None:
    path = tmp_path / "a.meta.yaml"
    path.write_text(content, encoding="utf-8")
    meta, warnings = read_sidecar(path)
    assert meta == Meta()
    assert len(warnings) == 1
    assert warning in warnings[0]


def test_a_reports_year_is_its_last_day_and_told_as_a_guess() -> None:
    source = SourceFile("bilans/rapport-activite-2019.txt", Path("x"), None)
    meta, warnings = complete(source, Meta(), "page")
    assert meta == Meta(title="Rapport activite 2019", date=date(2019, 12, 31), kind="report")
    assert warnings == ("The date 2019-12-31 was guessed from the file name or title. Set it in a sidecar.",)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2025-10-30-note", date(2025, 10, 30)),
        ("note 2024", date(2024, 1, 1)),
        ("note 120251", None),
        ("note", None),
    ],
)
def test_days_in_names(name: str, day: date | None) -> None:
    assert guess_day("article", name) == day


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Rapport d’activité 2020", "x"), "report"),
        (("x", "rapport-activite-2020"), "report"),
        (("Annual report", "x"), "report"),
        (("Se rapporter aux faits", "x"), "deliverable"),
    ],
)
def test_kinds(names: tuple[str, str], kind: str) -> None:
    assert guess_kind("deliverable", *names) == kind


def test_languages() -> None:
    assert guess_language("The lab is a place for the city and its agents.") == "en"
    assert guess_language("Le labo est un lieu pour la ville et ses agents.") == "fr"
    assert guess_language("") == "fr"


@pytest.mark.parametrize(
    "title", ["Microsoft Word - plan.doc", "plan.docx", "Sans titre 1", "Word Document", "2020", ""]
)
def test_titles_that_programs_leave(title: str) -> None:
    assert sensible_title(title) == ""


def test_a_title_is_kept() -> None:
    assert sensible_title("Document de travail") == "Document de travail"
    assert sensible_title("Le document qui change tout") == "Le document qui change tout"


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Ana Diaz, Paul Roy", ("Ana Diaz", "Paul Roy")),
        ("Diaz, Ana", ("Diaz, Ana",)),
        ("Diaz, Ana; Roy, Paul", ("Diaz, Ana", "Roy, Paul")),
        ("python-docx", ()),
        (None, ()),
    ],
)
def test_authors(names: object, authors: tuple[str, ...]) -> None:
    assert authors_of(names) == authors


def test_an_unknown_language_is_told() -> None:
    _, warnings = from_mapping({"language": "es"})
    assert warnings == ("language 'es' is unknown. Known ones: fr, en.",)
