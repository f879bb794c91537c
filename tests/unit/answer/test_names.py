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
        ("Lyon accueille douze agents.", ["Lyon"]),
        ("Fatima dirige le service.", ["Fatima"]),
        ("Lyon se dote d’un plan.", ["Lyon"]),
        ("Lyon n’accueille que des agents.", ["Lyon"]),
        ("Lyon peut attendre.", ["Lyon"]),
        ("Rien ne change.", []),
        ("Mieux vaut attendre.", []),
        ("Trente agents partent.", []),
        ("Méthode utilisée par la ville.", []),
        ("Designers shared their work with the city.", []),
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
        ("Des agents lillois témoignent.", "Des agents témoignent, à Lille."),
        ("Des agents nantais témoignent.", "Des agents témoignent, à Nantes."),
        ("Une agente rennaise témoigne.", "Une agente témoigne, à Rennes."),
        ("Deux agentes parisiennes témoignent.", "Deux agentes témoignent, à Paris."),
        ("Un agent lyonnais témoigne.", "Un agent témoigne, à Lyon."),
        ("Une agente toulousaine témoigne.", "Une agente témoigne, à Toulouse."),
        ("Des villes européennes.", "Des villes, en Europe."),
        ("Un agent québécois.", "Un agent, au Québec."),
        ("Une commune alsacienne.", "Une commune, en Alsace."),
        ("Lille accueille douze agents.", "Lille accueille douze agents."),
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
        ("À Toulouse.", "À Toulon.", ["Toulon"]),
        ("À Nanterre.", "À Nantes.", ["Nantes"]),
        ("À Valenciennes.", "À Valence.", ["Valence"]),
        ("Les agents viennent.", "Les agents de Vienne.", ["Vienne"]),
        ("Chaque année.", "La ville d’Annecy.", ["Annecy"]),
        ("Lille accueille douze agents.", "Lyon accueille douze agents.", ["Lyon"]),
        ("Paul dirige le service.", "Fatima dirige le service.", ["Fatima"]),
    ],
)
def test_another_name_is_not(text: str, sentence: str, unknown: list[str]) -> None:
    assert unknown_names(sentence, [cited_of(hit(text))]) == unknown
