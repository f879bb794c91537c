from datetime import date as Day

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.answer.verify import nearest_span, verify_sentence
from search27.types import DocumentInfo, Hit, Passage, Span

TEXT = (
    "Le 4 décembre 2025, une cinquantaine de participant·es ont inauguré La Synchro. Le Centre national de la "
    "fonction publique territoriale (CNFPT) accompagne le lieu jusqu’en 2027. Sa contribution s’élève à 25 000 € "
    "pour l’exercice. Ce n’est pas une formation. À Saint-Denis, Marie Lenoir y voit « une mise en commun des "
    "savoirs »."
)


def hit(text: str = TEXT, **info: object) -> Hit:
    document = DocumentInfo("synchro.md", "La Synchro, première édition", Day(2025, 12, 8), **info)
    return Hit(1.0, Passage("synchro.md#0", "synchro.md", text, Span(0, len(text))), document)


@pytest.mark.parametrize(
    "sentence",
    [
        "Une cinquantaine de participants ont inauguré La Synchro le 4 décembre 2025.",
        "50 participants ont inauguré La Synchro en décembre.",
        "La contribution du CNFPT s’élève à 25000 euros pour l’exercice.",
        "La contribution du Centre national de la fonction publique territoriale s’élève à 25 000,00 €.",
        "La 27e Région a inauguré La Synchro.",
        "La Synchro n’est pas une formation.",
        "MARIE LENOIR y voit « une mise en commun des savoirs ».",
        "En 2025, La Synchro a été inaugurée.",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert verify_sentence(sentence, [hit()]) == verify_sentence(sentence, [hit(), hit("Autre.")])
    assert verify_sentence(sentence, [hit()]).verdict == "supported"


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("La contribution du CNFPT s’élève à 35 000 € pour l’exercice.", "number"),
        ("Une trentaine de participants ont inauguré La Synchro.", "number"),
        ("Le 5 décembre 2025, des participants ont inauguré La Synchro.", "date"),
        ("Le CNFPT accompagne le lieu jusqu’en 2029.", "date"),
        ("L’ADEME accompagne le lieu jusqu’en 2027.", "name"),
        ("À Saint-Denis, Marie Dupont y voit une mise en commun.", "name"),
        ("Marie Lenoir y voit « une mise en scène des savoirs ».", "quotation"),
        ("La Synchro est une formation, ce n’est pas une mise en commun des savoirs.", "negation"),
        ("Des vaches broutent sur les pentes du volcan endormi.", "words"),
    ],
)
def test_what_the_passage_does_not_say_is_not(sentence: str, reason: str) -> None:
    found = verify_sentence(sentence, [hit()])
    assert found.verdict == "unsupported"
    assert reason in found.reasons


def test_a_sentence_without_citation_is_unsupported() -> None:
    assert verify_sentence("La Synchro existe.", []).reasons == ("citation",)


def test_names_may_stand_in_title_or_authors() -> None:
    cited = [hit("Elle a écrit le compte rendu.", authors=("Jeanne Martin",))]
    assert verify_sentence("Jeanne Martin a écrit le compte rendu.", cited).verdict == "supported"


def test_an_acronym_spelled_out_in_the_passage_is_known() -> None:
    cited = [hit("La Direction interministérielle de la transformation publique finance le lieu.")]
    assert verify_sentence("La DITP finance le lieu.", cited).verdict == "supported"


def test_the_nearest_sentence_is_found_in_the_document() -> None:
    passage = Passage("a#1", "a", TEXT, Span(100, 100 + len(TEXT)))
    span = nearest_span("La contribution est de 25 000 €.", passage)
    assert TEXT[span.start - 100 : span.end - 100].startswith("Sa contribution")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gives_a_verdict(sentence: str, text: str) -> None:
    found = verify_sentence(sentence, [hit(text)])
    assert (found.verdict == "unsupported") == bool(found.reasons)


LONG = (
    "En 2019, douze agents préparent le plan vélo. Ils se réunissent chaque mois. La salle est prêtée. "
    "Le repas est partagé. On y parle fort. En 2023, trente élues visitent la fabrique de Rezé."
)


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("En 2019, douze agents préparent le plan vélo.", "supported"),
        ("En 2023, douze agents préparent le plan vélo.", "unsupported"),
        ("En 2019, trente agents préparent le plan vélo.", "unsupported"),
        ("Trente élues visitent la fabrique de Rezé.", "supported"),
        ("27 agents préparent le plan vélo.", "unsupported"),
        ("12 % des agents préparent le plan vélo.", "unsupported"),
        ("Nantes prépare le plan vélo avec douze agents.", "unsupported"),
    ],
)
def test_numbers_and_dates_count_where_the_words_stand(sentence: str, verdict: str) -> None:
    assert verify_sentence(sentence, [hit(LONG)]).verdict == verdict


def test_the_day_of_publication_dates_what_names_no_year() -> None:
    [cited] = [hit("Douze agents préparent le plan vélo cette année.")]
    assert verify_sentence("En 2025, douze agents préparent le plan vélo.", [cited]).verdict == "supported"
    dated = hit("Douze agents préparent le plan vélo depuis 2019.")
    assert verify_sentence("En 2025, douze agents préparent le plan vélo.", [dated]).reasons == ("date",)
