from __future__ import annotations

from datetime import date

from search27.app import export
from search27.app.texts import Texts
from search27.types import Answer, Citation, DocumentInfo, PageRef, Passage, Sentence, Span

QUOTE = "Le *budget* est de 540 000 €."
PASSAGE = Passage("r.pdf#0", "r.pdf", QUOTE, Span(0, len(QUOTE)))
REPORT = DocumentInfo("r.pdf", "Rapport [2025]", date(2025, 3, 1), kind="report", url="https://a.fr/r")
CITATION = Citation(1, QUOTE, PASSAGE.span, PASSAGE, REPORT, (PageRef(14, "12"),))


def test_an_answer_with_its_source(fr: Texts) -> None:
    answer = Answer("Quel budget ?", QUOTE, (Sentence(QUOTE, (1,), "verbatim"),), (CITATION,), confidence=0.9)
    assert export.markdown(answer, fr) == (
        "**Question** — Quel budget \\?\n"
        "\n"
        "Le \\*budget\\* est de 540 000 €\\. [1]\n"
        "\n"
        "## Sources\n"
        "\n"
        "1. Rapport \\[2025\\], Rapport · 1er mars 2025, p\\. 12\\, PDF 14, <https://a.fr/r>\n"
        "   > Le \\*budget\\* est de 540 000 €\\.\n"
    )


def test_an_abstention_has_no_sources(fr: Texts) -> None:
    text = export.markdown(Answer("Quoi ?", "Rien.", abstained=True), fr)
    assert text == "**Question** — Quoi \\?\n\nRien\\.\n"


def test_a_later_text_is_told_with_its_date(fr: Texts) -> None:
    text = export.markdown(Answer("Quoi ?", "Rien.", newer=(CITATION,)), fr)
    assert "Un texte plus récent, du 1er mars 2025, dit aussi\u00a0:" in text
