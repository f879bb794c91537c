from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import STARTER

from search27 import Library, build
from search27.answer.confidence import lacks_nothing
from search27.answer.evidence import MAX_SENTENCE, Evidence, coverage, is_dangling, quotable_parts
from search27.answer.extractive import (
    ABSTENTION,
    MAX_CHARACTERS,
    MAX_CITATIONS,
    MAX_QUOTE,
    choose,
    speaker_of,
)
from search27.config import load_settings
from search27.french import analyse
from search27.types import Block, Document, DocumentInfo, Filters, Passage, Span

WORTH = 0.15


def _evidence(lengths: list[tuple[int, int]]) -> list[Evidence]:
    """Sentences as (passage, length), one blank apart within a passage."""
    items: list[Evidence] = []
    for place, length in lengths:
        before = [item for item in items if item.place == place]
        start = before[-1].span.end + 1 if before else 0
        passage = Passage(f"d{place}#0", f"d{place}", "", Span(0, 1200))
        span = Span(start, start + length)
        text = f"{place}-{len(before)}".ljust(length, "x")
        items.append(Evidence(passage, place, len(before), span, text, frozenset()))
    return items


def _places(runs: list[list[Evidence]]) -> list[list[tuple[int, int]]]:
    return [[(item.place, item.span.start) for item in run] for run in runs]


def test_the_best_sentence_comes_first_and_weak_ones_stay_out() -> None:
    runs = choose(_evidence([(0, 50), (1, 50), (2, 50)]), np.array([0.0, 3.0, 2.8]), WORTH)
    assert _places(runs) == [[(1, 0)], [(2, 0)]]


def test_a_run_grows_to_good_neighbours_of_the_same_passage() -> None:
    evidence = _evidence([(0, 50), (0, 60), (0, 50), (1, 50)])
    runs = choose(evidence, np.array([2.5, 3.0, 1.0, 2.9]), WORTH)
    assert _places(runs) == [[(0, 0), (0, 51)], [(1, 0)]]


def test_a_run_does_not_outgrow_a_quote() -> None:
    runs = choose(_evidence([(0, 250), (0, 250)]), np.array([3.0, 2.9]), WORTH)
    assert _places(runs) == [[(0, 0)], [(0, 251)]]


def test_an_opening_pronoun_brings_the_sentence_before() -> None:
    evidence = _evidence([(0, 40), (0, 40), (0, 40)])
    evidence[1] = replace(evidence[1], text="Elle accueille dix agents.")
    runs = choose(evidence, np.array([0.0, 3.0, 0.0]), WORTH)
    assert _places(runs) == [[(0, 0), (0, 41)]]
    evidence[1] = replace(evidence[1], text="La Synchro accueille dix agents.")
    assert _places(choose(evidence, np.array([0.0, 3.0, 0.0]), WORTH)) == [[(0, 41)]]


def test_a_date_or_a_place_at_the_start_points_to_nothing() -> None:
    assert not any(
        map(is_dangling, ("En 2019, dix agents y vont.", "En France, dix villes.", "Y compris à Rezé."))
    )
    assert all(
        map(is_dangling, ("Y travaillent dix agents.", "Cependant, elle ouvre.", "– Elle ouvre.", "He left."))
    )


def test_a_demonstrative_after_a_preposition_points_to_the_sentence_before() -> None:
    assert all(
        map(
            is_dangling,
            ("Dans ces trois livres, il pleut.", "Face à cette crise, on agit.", "In these labs."),
        )
    )
    assert not any(
        map(is_dangling, ("Dans la ville, il pleut.", "Face à la crise, on agit.", "In the labs."))
    )


def test_copies_of_a_sentence_are_quoted_once() -> None:
    evidence = [replace(item, text="Le lieu ouvre.") for item in _evidence([(0, 14), (1, 14)])]
    assert _places(choose(evidence, np.array([3.0, 2.9]), WORTH)) == [[(0, 0)]]


def test_a_sure_answer_is_short_and_an_unsure_one_shows_several_places() -> None:
    evidence = _evidence([(place, 100) for place in range(5)])
    sure = choose(evidence, np.array([9.0, 0.0, 0.0, 0.0, 0.0]), WORTH)
    unsure = choose(evidence, np.array([1.0, 0.9, 0.8, 0.7, 0.6]), WORTH)
    assert _places(sure) == [[(0, 0)]]
    assert _places(unsure) == [[(0, 0)], [(1, 0)], [(2, 0)], [(3, 0)]]


def test_an_answer_that_cannot_be_short_shows_the_less_likely_places_too() -> None:
    evidence = _evidence([(0, 200), (1, 200), (2, 200), (3, 200)])
    two_are_likely, three_are_likely = np.array([1.0, 0.95, -1.0, -1.0]), np.array([0.2, 0.1, 0.05, -0.2])
    assert len(choose(evidence, two_are_likely, 0.1)) == 2
    assert len(choose(evidence[:3], three_are_likely[:3], 0.1)) == 3
    assert len(choose(evidence, three_are_likely, 0.1)) == 4, (
        "0.195 of the likelihood, where 0.2 is asked at first"
    )


def test_a_long_sentence_must_be_likelier_than_a_short_one() -> None:
    scores = np.array([2.0, 0.0])
    assert _places(choose(_evidence([(0, 50), (1, 50)]), scores, WORTH)) == [[(0, 0)], [(1, 0)]]
    assert _places(choose(_evidence([(0, 50), (1, 300)]), scores, WORTH)) == [[(0, 0)]]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, MAX_CHARACTERS), st.floats(-3, 3, width=32)),
        min_size=1,
        max_size=20,
    )
)
def test_answers_keep_their_limits(rows: list[tuple[int, int, float]]) -> None:
    rows.sort(key=lambda row: row[0])
    evidence = _evidence([(place, length) for place, length, _ in rows])
    runs = choose(evidence, np.array([score for *_, score in rows], np.float32), WORTH)
    spans = [(run[0].place, run[0].span.start, run[-1].span.end) for run in runs]
    assert 1 <= len(runs) <= MAX_CITATIONS
    assert sum(end - start for _, start, end in spans) + 2 * (len(runs) - 1) <= MAX_CHARACTERS
    assert all(end - start <= MAX_QUOTE for (_, start, end), run in zip(spans, runs, strict=True) if run[1:])
    for one in range(len(spans)):
        for other in spans[:one]:
            assert other[0] != spans[one][0] or other[2] <= spans[one][1] or spans[one][2] <= other[1]


@pytest.mark.parametrize(
    ("quotation", "speaker"),
    [
        ("« Le lieu est utile. » — Une voisine", "Une voisine"),
        ("« Le lieu est utile. » – Une voisine", "Une voisine"),
        ("« La commune — et ses agents — a beaucoup changé. »", "une personne citée"),
    ],
)
def test_a_quoted_person_is_named(quotation: str, speaker: str) -> None:
    before, after = "Voici ce qu'on en dit.", "Le lieu ferme."
    text = "\n\n".join((before, quotation, after))
    start, end = len(before) + 2, len(before) + 2 + len(quotation)
    blocks = (
        Block("paragraph", 0, len(before)),
        Block("quote", start, end),
        Block("paragraph", end + 2, len(text)),
    )
    document = Document(DocumentInfo("a.md", "Un lieu"), text, blocks)
    assert speaker_of(document, Span(start, end)) == speaker
    assert speaker_of(document, Span(0, start + 10)) == speaker
    assert speaker_of(document, Span(0, len(before))) == ""
    assert speaker_of(document, Span(end + 2, len(text))) == ""


@given(st.text("ab ,;", min_size=MAX_SENTENCE, max_size=3 * MAX_SENTENCE).map(str.strip))
def test_a_sentence_too_long_to_quote_is_cut_without_loss(text: str) -> None:
    parts = list(quotable_parts(text, Span(0, len(text))))
    assert all(part.end - part.start <= MAX_SENTENCE for part in parts)
    assert "".join("".join(text[part.start : part.end] for part in parts).split()) == "".join(text.split())


def test_a_long_list_is_cut_at_its_semicolons() -> None:
    text = "; ".join(["mot, " * 30 + "fin"] * 5)
    parts = [text[part.start : part.end] for part in quotable_parts(text, Span(0, len(text)))]
    assert [part.count("fin") for part in parts] == [2, 2, 1]
    assert [part[-1] for part in parts] == [";", ";", "n"]


def test_a_list_that_fits_a_quote_stays_whole() -> None:
    text = "; ".join(["un lieu", "un outil"] * 20)
    assert list(quotable_parts(text, Span(0, len(text)))) == [Span(0, len(text))]


def test_coverage_weighs_words_by_rarity() -> None:
    rarity = {"synchro": 3.0, "programme": 1.0}
    assert coverage(rarity, {"synchro"}) == pytest.approx(0.75)
    assert coverage(rarity, set()) == 0.0
    assert coverage({}, {"synchro"}) == 0.0


def test_a_definition_is_answered_with_its_page(starter_library: Library) -> None:
    answer = starter_library.ask("Qu'est-ce que La Synchro ?")
    assert not answer.abstained
    assert "Synchro" in answer.text
    assert all(sentence.verdict == "verbatim" for sentence in answer.sentences)
    assert {number for sentence in answer.sentences for number in sentence.citations} == {
        citation.number for citation in answer.citations
    }


@pytest.mark.parametrize(
    "question",
    [
        "Quel est le déficit estimé pour 2025 ?",
        "Combien de collectivités n'ont pas renouvelé leur soutien ?",
        "Comment une forêt privée devient-elle un commun ?",
        "How much money did the association receive?",
    ],
)
def test_every_quote_is_verbatim_and_every_citation_resolves(starter_library: Library, question: str) -> None:
    answer = starter_library.ask(question)
    for citation in (*answer.citations, *answer.newer):
        text = starter_library.publication(citation.document.id).text
        assert text[citation.span.start : citation.span.end] == citation.quote
        assert citation.passage in starter_library.passages(citation.document.id)
        assert set(citation.pages) <= set(citation.passage.pages)


def test_an_off_topic_question_abstains_and_names_the_nearest(starter_library: Library) -> None:
    answer = starter_library.ask("Quelle est la recette du bœuf bourguignon aux carottes ?")
    assert answer.abstained
    assert answer.text == ABSTENTION["fr"]
    assert not answer.citations
    assert 1 <= len(answer.nearest) <= 3
    assert len(answer.suggestions) == 2
    assert starter_library.ask("What is the boiling point of mercury?").text == ABSTENTION["en"]


@pytest.mark.parametrize(
    "question", ["C'est quoi la Synchro ?", "Qu’est-ce que La Synchro ?", "What is La Synchro?"]
)
def test_a_name_that_the_corpus_explains_is_never_withheld(starter_library: Library, question: str) -> None:
    answer = starter_library.ask(question)
    assert "Synchro" in answer.text
    assert starter_library.ask(question.replace("Synchro", "Zorglouterie")).abstained


def test_only_a_definition_lacks_nothing_once_its_words_are_there() -> None:
    assert lacks_nothing("Qu'est-ce que La Synchro ?", {"synchro", "lieu"})
    assert not lacks_nothing("Qu'est-ce que La Synchro ?", {"lieu"})
    assert not lacks_nothing("Combien coûte La Synchro ?", set(analyse("Combien coûte La Synchro ?")))
    assert not lacks_nothing("Qu'est-ce que c'est ?", {"synchro"})


def test_an_encoder_that_keeps_no_tokens_answers_and_abstains_too(tmp_path: Path) -> None:
    settings = load_settings(encoder="bundled-base")
    build(STARTER, tmp_path / "index", settings)
    library = Library.open(tmp_path / "index", settings)
    answer = library.ask("Qu'est-ce que La Synchro ?")
    assert not answer.abstained
    assert "Synchro" in answer.text
    assert library.ask("Quel est le prix du gaz en Norvège ?").abstained


def test_a_filter_that_matches_nothing_abstains(starter_library: Library) -> None:
    answer = starter_library.ask("Qu'est-ce que La Synchro ?", filters=Filters(years=(1990, 1991)))
    assert answer.abstained
    assert answer.nearest == ()
    assert answer.confidence == 0.0


def test_a_later_text_on_the_same_point_is_shown(starter_library: Library) -> None:
    answer = starter_library.ask(
        "Qu'attend-on de la dernière année de Tronc Commun ?", filters=Filters(years=(2025, 2025))
    )
    assert answer.citations
    for citation in answer.newer:
        assert citation.document.date > max(c.document.date for c in answer.citations)
