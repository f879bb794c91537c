from __future__ import annotations

from search27.app.related import related_questions
from search27.app.texts import Texts
from search27.types import Answer, Citation, DocumentInfo, Hit, Passage, Span


def hit(document: str, title: str, heading: str = "") -> Hit:
    passage = Passage(f"{document}#0", document, "Texte.", Span(0, 6), heading=heading)
    return Hit(1.0, passage, DocumentInfo(document, title))


def test_headings_near_the_answer_become_questions(fr: Texts) -> None:
    cited = hit("a.md", "Le cas cité")
    answer = Answer(
        "Quel budget ?", "…", citations=(Citation(1, "Texte.", Span(0, 6), cited.passage, cited.document),)
    )
    hits = [
        cited,
        hit("b.md", "Un titre", "Les recettes propres"),
        hit("b.md", "Un titre", "Une autre partie du même texte"),
        hit("c.md", "Les dépenses de l'année"),
        hit("d.md", "Encore", "LES RECETTES PROPRES"),
        hit("e.md", "Court"),
        hit("f.md", "Long", "x" * 81),
        hit("g.md", "Budget", "Quel budget"),
        hit("h.md", "Question", "Qui finance les communs ?"),
        hit("i.md", "De trop pour trois"),
    ]
    assert related_questions(answer, hits, fr) == (
        fr.ask_example.format(title="Les recettes propres"),
        fr.ask_example.format(title="Les dépenses de l'année"),
        "Qui finance les communs ?",
    )


def test_without_hits_there_is_nothing_to_offer(fr: Texts) -> None:
    assert related_questions(Answer("Quoi ?", "…"), (), fr) == ()
