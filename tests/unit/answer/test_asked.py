from __future__ import annotations

import pytest

from search27.answer.asked import Asked, asked_for, counts, holds_kind, new_figures
from search27.french import analyse


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Qu'est-ce que La Synchro ?", "definition"),
        ("C'est quoi un commun ?", "definition"),
        ("What is a policy lab?", "definition"),
        ("Quel est le budget 2025 ?", "amount"),
        ("Combien coûte l'adhésion ?", "amount"),
        ("Combien de collectivités sont adhérentes ?", "number"),
        ("Combien de temps a duré le test ?", "number"),
        ("How many cities took part?", "number"),
        ("Quand a eu lieu l'assemblée générale ?", "date"),
        ("En quelle année le programme a-t-il commencé ?", "date"),
        ("Où s'est tenue la rencontre ?", "place"),
        ("Dans quelle ville le test a-t-il eu lieu ?", "place"),
        ("Qui dirige le programme ?", "person"),
        ("Par quelle chercheuse l'enquête a-t-elle été menée ?", "person"),
        ("Quelles sont les étapes de la méthode ?", "list"),
        ("Pourquoi le programme s'est-il arrêté ?", "reason"),
        ("Raconte la forêt", "other"),
        ("Qu'est-ce qu'un tiers-lieu ?", "definition"),
        ("Qu'est-ce qu'un maire retire d'une telle réunion avec les habitants ?", "other"),
        ("Quel a été le budget du projet ?", "amount"),
        ("À combien s'élève la subvention ?", "amount"),
        ("Quelle est la durée du test ?", "number"),
        ("Quelle est la date de l'assemblée ?", "date"),
        ("Quand les habitants gèrent leur budget, à quoi cela sert-il ?", "other"),
        ("When did the programme start?", "date"),
        ("How do cities act when money is short?", "other"),
        ("Quel journal en a parlé ?", "other"),
        ("Avec quel partenaire le test a-t-il été mené ?", "other"),
        ("Et d'où vient l'idée ?", "place"),
        ("Cela s'est passé où ?", "place"),
        ("Un lieu où les habitants décident", "other"),
        ("De qui vient l'idée ?", "person"),
        ("L'idée vient d'un maire, mais qui l'a portée ?", "person"),
        ("Des habitants qui gèrent leur forêt", "other"),
        ("In which programme do agents learn?", "list"),
    ],
)
def test_what_is_asked_for(question: str, expected: Asked) -> None:
    assert asked_for(question) == expected


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("Le budget est de 540 000 €.", "amount", True),
        ("Elle a reçu douze mille euros de la ville.", "amount", True),
        ("Cela coûte quelques milliers d'euros.", "amount", True),
        ("Le budget reste modeste.", "amount", False),
        ("L'euro a eu vingt ans.", "amount", False),
        ("Une cinquantaine de personnes sont venues.", "number", True),
        ("Des personnes sont venues.", "number", False),
        ("La rencontre date du 4 décembre.", "date", True),
        ("La rencontre fut belle.", "date", False),
        ("Elle s'est tenue à Rennes.", "place", True),
        ("Elle s'est tenue hier soir.", "place", False),
        ("Le test est mené avec Ada Lovelace.", "person", True),
        ("le test est mené avec des agents.", "person", False),
        ("La Synchro est un espace protégé.", "definition", True),
        ("Rien de tout cela.", "other", True),
    ],
)
def test_what_a_sentence_holds(sentence: str, kind: Asked, expected: bool) -> None:
    assert holds_kind(sentence, kind) is expected


def test_figures_that_the_question_lacks() -> None:
    found = new_figures("En 2018, 4 200 femmes et cinquante bénévoles.", "Combien de femmes en 2018 ?")
    assert [match.group() for match in found] == ["4 200", "cinquante"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Le centre accueille 4 200 femmes.", True),
        ("Le centre aide les femmes depuis 12 ans.", False),
        ("Trente femmes y travaillent.", True),
        ("Le centre accueille des femmes.", False),
    ],
)
def test_a_figure_that_counts_what_is_asked_for(sentence: str, expected: bool) -> None:
    question = "Combien de femmes sont accueillies ?"
    assert counts(sentence, question, set(analyse(question))) is expected
