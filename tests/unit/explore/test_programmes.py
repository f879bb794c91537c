from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.builders import make_document

from search27.errors import ConfigError
from search27.explore import programmes
from search27.explore.programmes import Named
from search27.types import Document


def texts(*contents: str, year: int = 2020) -> list[Document]:
    return [make_document(text, id=f"d{n}", date=date(year + n, 1, 1)) for n, text in enumerate(contents)]


def test_a_name_that_two_texts_call_a_programme_and_three_name_is_proposed() -> None:
    documents = texts("Le programme La Ruche avance.", "Dans le projet « La Ruche », on rit.", "La Ruche !")
    assert programmes.proposed(documents) == (Named("La Ruche"),)
    assert programmes.proposed(documents[:2]) == ()


def test_spellings_of_one_name_go_together_capitals_last() -> None:
    documents = texts("Le programme RUCHE BLEUE.", "Le programme RUCHE BLEUE.", "Le programme Ruche Bleue.")
    assert programmes.proposed(documents) == (Named("Ruche Bleue", ("RUCHE BLEUE",)),)


def test_ordinary_words_and_beginnings_of_names_are_not_proposed() -> None:
    documents = texts(
        "Le programme Villes existe. Le programme Ruche existe. Le programme Ruche Bleue.",
        "Le programme Villes grandit, les villes aussi. Le programme Ruche, le programme Ruche Bleue.",
        "Des villes. Villes, Ruche Bleue.",
        "Des villes.",
    )
    assert [item.name for item in programmes.proposed(documents)] == ["Ruche Bleue"]


def test_a_programme_stands_at_its_years() -> None:
    documents = [
        *texts("La Ruche.", "Une Ruche Vide, la ruche.", "(La Ruche)"),
        make_document("La Ruche", id="undated", date=None),
    ]
    first, unnamed = programmes.placed([Named("Le Puits"), Named("La Ruche")], documents)
    assert first.documents == ("d0", "d2", "undated")
    assert first.years == ((2020, 1), (2022, 1))
    assert (unnamed.name, unnamed.documents) == ("Le Puits", ())


def test_the_corpus_list_is_read_and_written(tmp_path: Path) -> None:
    assert programmes.read_list(tmp_path) is None
    listed = (Named("La Ruche", ("Ruche", "RUCHE")), Named("Le Puits"))
    text = programmes.written_list(programmes.placed(listed, texts("La Ruche. Le Puits.")))
    (tmp_path / programmes.LIST).write_text(text, encoding="utf-8")
    assert programmes.read_list(tmp_path) == listed


@pytest.mark.parametrize("content", ["programmes: 3", "[1]", "", "a: [", "programmes: [{also: [x]}]"])
def test_a_list_of_another_form_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / programmes.LIST).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=programmes.LIST):
        programmes.read_list(tmp_path)


def test_an_empty_list_means_no_programmes(tmp_path: Path) -> None:
    (tmp_path / programmes.LIST).write_text("programmes:\n", encoding="utf-8")
    assert programmes.read_list(tmp_path) == ()
