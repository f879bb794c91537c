from datetime import date as Day

import pytest

from search27.answer.cited import cited_of
from search27.answer.names import names_of, unknown_names
from search27.types import DocumentInfo, Hit, Passage, Span


def hit(text: str) -> Hit:
    document = DocumentInfo("a.md", "Un titre", Day(2025, 3, 1))
    return Hit(1.0, Passage("a.md#0", "a.md", text, Span(0, len(text))), document)


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Le maire de Rezé parle.", ["Rezé"]),
        ("Jeanne Martin parle.", ["Jeanne", "Martin"]),
        ("Plusieurs élus parlent.", []),
        ("Ensuite, en Mars, la première édition.", []),
        ("Le serveur passe à 400 Go.", []),
        ("La Seconde Guerre.", ["Guerre"]),
        ("L’ADEME paie.", ["ADEME"]),
    ],
)
def test_names_are_capitals_that_nothing_else_explains(sentence: str, names: list[str]) -> None:
    assert names_of(sentence) == names


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Une designer australienne témoigne.", "Une designer témoigne, en Australie."),
        ("Des fonctionnaires danois écrivent.", "Des fonctionnaires écrivent, au Danemark."),
        ("Avec Bloomberg Philanthrophies.", "Avec Bloomberg Philanthropies."),
        ("À St Denis.", "À Saint-Denis."),
        ("La Direction interministérielle de la transformation publique paie.", "La DITP paie."),
        ("La DITP paie.", "La Direction interministérielle de la transformation publique paie."),
        ("Une enquête au Danemark.", "A survey in Denmark."),
    ],
)
def test_a_name_is_known_in_other_spellings(text: str, sentence: str) -> None:
    assert unknown_names(sentence, [cited_of(hit(text))]) == []


@pytest.mark.parametrize(
    ("text", "sentence", "unknown"),
    [
        ("Jeanne Martin parle.", "Jeanne Marton parle.", []),
        ("Jeanne Martin parle.", "Jeanne Mercier parle.", ["Mercier"]),
        ("À Lille.", "À Lyon.", ["Lyon"]),
        ("L’ADEME paie.", "L’ANCT paie.", ["ANCT"]),
    ],
)
def test_another_name_is_not(text: str, sentence: str, unknown: list[str]) -> None:
    assert unknown_names(sentence, [cited_of(hit(text))]) == unknown
