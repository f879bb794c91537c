import pytest

from search27.answer.followup import resolve
from search27.types import Answer

SYNCHRO = "Qu’est-ce que La Synchro ?"
DEFICIT = "Quel est le déficit de l’association en 2025 ?"
GRENOBLE = "Qu’a testé Rebonds à Grenoble ?"
ASSEMBLY = "Où s’est tenue l’assemblée générale ?"
FUNDERS = "Qui finance Rebonds ?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DEFICIT, "Et en 2024 ?", "Quel est le déficit de l’association en 2024 ?"),
        (DEFICIT, "et en 2023", "Quel est le déficit de l’association en 2023 ?"),
        (DEFICIT, "En 2024 ?", "Quel est le déficit de l’association en 2024 ?"),
        (GRENOBLE, "et à Rennes ?", "Qu’a testé Rebonds à Rennes ?"),
        (GRENOBLE, "À Montpellier ?", "Qu’a testé Rebonds à Montpellier ?"),
        (GRENOBLE, "Et à Lille ?", "Qu’a testé Rebonds à Lille ?"),
        ("What did Rebonds test in Montpellier?", "and what about Lyon?", "What did Rebonds test in Lyon?"),
        ("What did Rebonds test in Lille?", "And in Rennes?", "What did Rebonds test in Rennes?"),
        (FUNDERS, "Et Tronc Commun ?", "Qui finance Tronc Commun ?"),
        (FUNDERS, "et La Synchro ?", "Qui finance La Synchro ?"),
        ("Quel montant verse l’ADEME ?", "et la Fondation de France ?", "Quel montant verse la Fondation de France ?"),
        ("Combien d’adhérents compte l’association ?", "et en 2024 ?",
         "Combien d’adhérents compte l’association, en 2024 ?"),
        (SYNCHRO, "Combien cela a-t-il coûté ?", "Combien cela a-t-il coûté (La Synchro) ?"),
        (SYNCHRO, "Qui la finance ?", "Qui la finance (La Synchro) ?"),
        (SYNCHRO, "Combien de personnes y ont participé ?", "Combien de personnes y ont participé (La Synchro) ?"),
        ("Qu’est-ce que Tronc Commun ?", "Quand a-t-il pris fin ?", "Quand a-t-il pris fin (Tronc Commun) ?"),
        ("Qu’est-ce que Tronc Commun ?", "Qui soutient ce programme ?", "Qui soutient ce programme (Tronc Commun) ?"),
        (FUNDERS, "Et combien chacun ?", "Et combien chacun (Rebonds) ?"),
        (FUNDERS, "Depuis quand ?", "Depuis quand (Rebonds) ?"),
        (ASSEMBLY, "Et quand ?", "Et quand (tenue, assemblée, générale) ?"),
        (ASSEMBLY, "Pourquoi ?", "Pourquoi (tenue, assemblée, générale) ?"),
        ("Who funds La Synchro?", "How much do they pay?", "How much do they pay (La Synchro) ?"),
        ("What is Rebonds?", "When did it start?", "When did it start (Rebonds) ?"),
        ("What is Rebonds?", "Who are its partners?", "Who are its partners (Rebonds) ?"),
        ("Qui est Jeanne Martin ?", "Qu’a-t-elle écrit ?", "Qu’a-t-elle écrit (Jeanne Martin) ?"),
        ("Qui est Jeanne Martin ?", "Quel est son rôle ?", "Quel est son rôle (Jeanne Martin) ?"),
        (SYNCHRO, "Dans quelles villes ?", "Dans quelles villes (La Synchro) ?"),
        (FUNDERS, "Et le budget ?", "Et le budget (Rebonds) ?"),
        (DEFICIT, "Combien en 2022 ?", "Quel est le déficit de l’association en 2022 ?"),
        (DEFICIT, "Et depuis 2020 ?", "Quel est le déficit de l’association depuis 2020 ?"),
        (DEFICIT, "Et entre 2020 et 2022 ?", "Quel est le déficit de l’association entre 2020 et 2022 ?"),
        (DEFICIT, "Et en mars 2024 ?", "Quel est le déficit de l’association en mars 2024 ?"),
        (DEFICIT, "2023 ?", "Quel est le déficit de l’association en 2023 ?"),
        ("Quel est le budget 2025 ?", "Et en 2024 ?", "Quel est le budget en 2024 ?"),
        ("Combien d’adhérents entre 2022 et 2023 ?", "Et en 2024 ?", "Combien d’adhérents en 2024 ?"),
        ("Qu’a testé Rebonds à Grenoble en 2023 ?", "Et à Rennes en 2024 ?", "Qu’a testé Rebonds à Rennes en 2024 ?"),
        ("Qui finance Rebonds depuis 2019 ?", "Et pour La Synchro en 2020 ?",
         "Qui finance Rebonds en 2020, pour La Synchro ?"),
        ("Quels projets en Occitanie ?", "Et en Bretagne ?", "Quels projets en Bretagne ?"),
        (SYNCHRO, "Comment ?", "Comment (La Synchro) ?"),
        (SYNCHRO, "Quels partenaires ?", "Quels partenaires (La Synchro) ?"),
    ],
)  # fmt: skip
def test_a_follow_up_carries_what_it_leaves_out(before: str, question: str, expected: str) -> None:
    assert resolve(question, [Answer(before, "")]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Qu’est-ce que la justice environnementale ?",
        "Y a-t-il un déficit en 2025 ?",
        "Quel est le budget 2025 de l’association ?",
        "Qui a participé à l’assemblée générale de la Grande Coco ?",
        "Combien Erasmus+ apporte-t-il au budget ?",
        "Où se trouve le tiers-lieu Masaryk ?",
        "Which city wrote a compass for land use?",
        "La Synchro est-elle une formation ?",
        "Comment un agent public peut-il innover ?",
        "Pourquoi les élus ont-ils peur de leurs administrés ?",
        "Quand les habitants gèrent leur budget, que se passe-t-il ?",
        "How do cities organise their night life?",
        "",
        "   ",
        "x" * 10_000,
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert resolve(question, [Answer(SYNCHRO, "")]) == question


def test_without_history_nothing_changes() -> None:
    assert resolve("Et en 2024 ?", []) == "Et en 2024 ?"


def test_follow_ups_of_follow_ups() -> None:
    history = [Answer(GRENOBLE, ""), Answer("et à Rennes ?", "")]
    assert resolve("et à Lille ?", history) == "Qu’a testé Rebonds à Lille ?"
