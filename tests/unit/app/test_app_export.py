from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from search27.app.export.bibliography import bibtex, csl_json
from search27.app.export.markdown import markdown
from search27.app.export.word import word
from search27.app.texts import Texts, texts_in
from search27.types import Answer, Citation, DocumentInfo, PageRef, Passage, Sentence, Span

QUOTE = "Le *budget* est de 540 000 €."
PASSAGE = Passage("r.pdf#0", "r.pdf", QUOTE, Span(0, len(QUOTE)))
REPORT = DocumentInfo(
    "r.pdf",
    "Rapport d'activité [2025] & bilan à 100 %",
    date(2025, 3, 1),
    authors=("La 27e Région",),
    kind="report",
    url="https://a.fr/r_1?a=1&b=2",
)
CITATION = Citation(1, QUOTE, PASSAGE.span, PASSAGE, REPORT, (PageRef(14, "12"),))
ARTICLE = DocumentInfo("a.md", "Sans date", kind="article", url="javascript:alert(1)")
OTHER = Citation(2, "Une autre.", Span(0, 10), Passage("a.md#0", "a.md", "Une autre.", Span(0, 10)), ARTICLE)
ANSWER = Answer(
    "Quel budget ?",
    f"{QUOTE}\n\nUne autre.",
    (Sentence(QUOTE, (1,), "verbatim"), Sentence("Une autre.", (2,), "verbatim")),
    (CITATION, replace(OTHER, speaker="une élue")),
    confidence=0.9,
)


def test_an_answer_with_its_sources(fr: Texts) -> None:
    assert markdown(replace(ANSWER, notice="Rédigé."), fr) == (
        "**Question** — Quel budget \\?\n"
        "\n"
        "Le \\*budget\\* est de 540 000 €\\. [1] Une autre\\. [2]\n"
        "\n"
        "*Rédigé\\.*\n"
        "\n"
        "## Sources\n"
        "\n"
        "1. Rapport d\\'activité \\[2025\\] \\& bilan à 100 \\%, Rapport · 1er mars 2025, "
        "p\\. 12\\, PDF 14, <https://a.fr/r_1?a=1&b=2>\n"
        "   > Le \\*budget\\* est de 540 000 €\\.\n"
        "\n"
        "2. Sans date, Article · sans date, § 1, propos de une élue\n"
        "   > Une autre\\.\n"
    )


def test_an_abstention_has_no_sources(fr: Texts) -> None:
    text = markdown(Answer("Quoi ?", "Rien.", abstained=True), fr)
    assert text == "**Question** — Quoi \\?\n\nRien\\.\n"


def test_a_later_text_is_told_with_its_date(fr: Texts) -> None:
    text = markdown(Answer("Quoi ?", "Rien.", newer=(CITATION,)), fr)
    assert "Un texte plus récent, du 1er mars 2025, dit aussi\u00a0:" in text


def test_word_holds_question_answer_sources_and_links(fr: Texts) -> None:
    document = Document(io.BytesIO(word(replace(ANSWER, newer=(CITATION,)), fr)))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Quel budget ?"
    assert f"{QUOTE} [1] Une autre. [2] " in texts
    assert texts.count(QUOTE) == 2
    source = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("[1] "))
    assert "Rapport · 1er mars 2025, p. 12, PDF 14" in source.text
    assert [link.address for link in source.hyperlinks] == [REPORT.url]
    other = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("[2] "))
    assert other.hyperlinks == []
    assert "propos de une élue" in other.text
    assert document.core_properties.title == "Quel budget ?"


@pytest.mark.parametrize("question", ["\x00\x07\ud800 budget ?", "<w:b/> & « \u202e »"])
def test_word_takes_whatever_was_typed(fr: Texts, question: str) -> None:
    document = Document(io.BytesIO(word(Answer(question, "Rien.", abstained=True), fr)))
    assert document.paragraphs[1].text == "Rien."


def test_bibtex_names_each_publication_once(fr: Texts) -> None:
    again = replace(CITATION, number=3, pages=(PageRef(2, "2"),))
    assert bibtex(replace(ANSWER, newer=(again,)), fr) == (
        "@techreport{la27eregion2025-rapport-activite-2025,\n"
        "  author = {{La 27e Région}},\n"
        "  institution = {La 27e Région},\n"
        "  title = {{Rapport d'activité [2025] \\& bilan à 100 \\%}},\n"
        "  year = {2025},\n"
        "  month = {3},\n"
        "  day = {1},\n"
        "  url = {https://a.fr/r_1?a=1&b=2},\n"
        "  note = {p. 12, PDF 14 ; p. 2},\n"
        "}\n"
        "\n"
        "@misc{sans-date,\n"
        "  title = {{Sans date}},\n"
        "  note = {§ 1},\n"
        "}\n"
    )


def test_csl_json_names_type_date_and_authors(fr: Texts) -> None:
    report, article = json.loads(csl_json(ANSWER, fr))
    assert report == {
        "id": "la27eregion2025-rapport-activite-2025",
        "type": "report",
        "title": REPORT.title,
        "author": [{"literal": "La 27e Région"}],
        "issued": {"date-parts": [[2025, 3, 1]]},
        "URL": REPORT.url,
        "language": "fr",
        "note": "p. 12, PDF 14",
    }
    assert article == {
        "id": "sans-date",
        "type": "post-weblog",
        "title": "Sans date",
        "language": "fr",
        "note": "§ 1",
    }


def test_two_publications_of_one_name_keep_apart(fr: Texts) -> None:
    twin = replace(OTHER, number=3, document=replace(ARTICLE, id="b.md"))
    rows = json.loads(csl_json(replace(ANSWER, citations=(OTHER, twin)), fr))
    assert [row["id"] for row in rows] == ["sans-date", "sans-date-2"]


@given(st.text(max_size=60), st.text(max_size=30))
def test_bibtex_braces_balance_whatever_the_title(title: str, author: str) -> None:
    document = replace(REPORT, title=title, authors=(author,))
    entry = bibtex(replace(ANSWER, citations=(replace(CITATION, document=document),)), texts_in("fr"))
    depth = 0
    for token in re.findall(r"\\.|[{}]", entry.replace("\\\\", "")):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
    assert depth == 0
    assert entry.count("@misc{") + entry.count("@techreport{") >= 1
