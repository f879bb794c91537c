"""Plain text with cut lines, and Markdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from search27.extraction import extract
from search27.extraction.paragraphs import pieces_of_text
from search27.sources.folder import SourceFile
from search27.types import Document, Link

WRAPPED = """Le jardin partagé de la rue des Lilas est né d’une
friche. Les voisins y ont apporté des outils, des grai-
nes et beaucoup de patience.

On y cultive aujourd’hui des légumes que chacun peut
cueillir. Le règlement tient en trois phrases.
"""


def read(tmp_path: Path, name: str, content: str | bytes) -> Document:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (document,) = extract(SourceFile(name, path, None))
    return document


def blocks(text: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of_text(text)]


def test_cut_lines_become_paragraphs() -> None:
    assert blocks(WRAPPED) == [
        (
            "paragraph",
            "Le jardin partagé de la rue des Lilas est né d’une friche. Les voisins y ont apporté des outils, "
            "des graines et beaucoup de patience.",
        ),
        (
            "paragraph",
            "On y cultive aujourd’hui des légumes que chacun peut cueillir. Le règlement tient en trois phrases.",
        ),
    ]


def test_whole_lines_stay_paragraphs() -> None:
    text = "Un titre\nUne phrase entière.\nUne autre phrase, entière aussi.\n– un point\n"
    assert blocks(text) == [
        ("heading", "Un titre"),
        ("paragraph", "Une phrase entière."),
        ("paragraph", "Une autre phrase, entière aussi."),
        ("list_item", "un point"),
    ]


def test_titles_in_capitals_and_short_lines() -> None:
    text = (
        WRAPPED
        + "\nBILAN DE L’ANNÉE\n\nLes récoltes\nElles ont été bonnes malgré la sécheresse de\nl’été dernier.\n"
    )
    assert blocks(text)[2:] == [
        ("heading", "BILAN DE L’ANNÉE"),
        ("heading", "Les récoltes"),
        ("paragraph", "Elles ont été bonnes malgré la sécheresse de l’été dernier."),
    ]


def test_a_name_in_capitals_within_a_sentence_is_no_title() -> None:
    text = WRAPPED + "\nLa création du collectif\nDES LILAS SOLIDAIRES\na été votée en mai.\n"
    assert blocks(text)[2] == (
        "paragraph",
        "La création du collectif DES LILAS SOLIDAIRES a été votée en mai.",
    )


def test_a_sentence_goes_on_after_a_blank_line_and_after_a_title_within_it() -> None:
    text = (
        WRAPPED + "\nCette année marque une étape de prise\n\nLa suite\n\nde recul pour tout le collectif.\n"
    )
    assert blocks(text)[2:] == [
        ("paragraph", "Cette année marque une étape de prise de recul pour tout le collectif."),
        ("heading", "La suite"),
    ]


def test_amounts_stay_with_their_labels() -> None:
    text = (
        WRAPPED
        + "\nVentes 75 000 €\nVilles et \nmétropoles\n30 000 €\n\nDons\n\n1 000 € Fondation\n\n500 €\n"
    )
    assert blocks(text)[2:] == [
        ("table", "Ventes 75 000 €\nVilles et métropoles 30 000 €\nDons 1 000 €\nFondation 500 €")
    ]


def test_quotations_keep_their_speaker() -> None:
    text = WRAPPED + "\n« Ici, on apprend à attendre\nque ça pousse. »\n\n— Une voisine\n"
    assert blocks(text)[2] == ("quote", "« Ici, on apprend à attendre que ça pousse. » — Une voisine")


def test_day_entries_are_list_items() -> None:
    text = WRAPPED + "\n08.01 Visite de la\nserre.\n13.01 Atelier à\nRennes.\n"
    assert blocks(text)[2:] == [
        ("list_item", "08.01 Visite de la serre."),
        ("list_item", "13.01 Atelier à Rennes."),
    ]


def test_late_titles_are_raised_where_several_frames_name_theirs() -> None:
    text = "".join(
        f" Le projet {name} vise à rendre les rues plus\nagréables pour les personnes qui y vivent et\n"
        f"pour celles qui y passent.\n\n{name.capitalize()}\nUn sous-titre de projet\n"
        for name in ("OASIS", "VENELLES")
    )
    assert [text for kind, text in blocks(text) if kind == "heading"] == [
        "Oasis",
        "Un sous-titre de projet",
        "Venelles",
        "Un sous-titre de projet",
    ]
    assert blocks(text)[0] == ("heading", "Oasis")


def test_swapped_columns_are_put_in_order() -> None:
    text = (
        WRAPPED
        + "\n« Une citation de travers. »\n\nles moyens de transport, et enfin\nla santé de tous.\n"
        + " Le projet étudie trois sujets que l’on a\nchoisis ensemble : les jardins, les cours\nd’école,\n"
    )
    assert blocks(text)[-1] == (
        "paragraph",
        "Le projet étudie trois sujets que l’on a choisis ensemble : les jardins, les cours d’école, "
        "les moyens de transport, et enfin la santé de tous.",
    )


def test_form_feeds_are_pages(tmp_path: Path) -> None:
    document = read(
        tmp_path, "a.txt", WRAPPED + "\nUne autre phrase va jusqu’à la page sui-\n\f\nvante et finit.\n\n7\n"
    )
    last = document.blocks[-1]
    assert document.text[last.start : last.end] == "Une autre phrase va jusqu’à la page suivante et finit."
    assert [span.page.number for span in document.pages] == [1, 2]
    assert document.text[document.pages[1].start :] == "vante et finit."


def test_text_without_form_feeds_has_no_pages(tmp_path: Path) -> None:
    document = read(tmp_path, "notes.txt", "Une note. Voir https://exemple.fr/page.\n")
    assert document.pages == ()
    assert document.links == (Link("https://exemple.fr/page", "https://exemple.fr/page"),)
    assert document.info.kind == "page"
    assert document.info.title == "Notes"


def test_other_encodings(tmp_path: Path) -> None:
    assert read(tmp_path, "a.txt", "\ufeffété".encode()).text == "été"
    assert read(tmp_path, "b.txt", "été".encode("utf-16")).text == "été"
    old = read(tmp_path, "c.txt", "été – 10 €".encode("cp1252"))
    assert old.text == "été – 10 €"
    assert "Windows-1252" in old.warnings[0]


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "a.md",
        "---\ntitle: Un essai\ndate: 2025-03-31\nauthors: [Ana Diaz]\ncategories: [Forêts]\nlayout: post\n---\n"
        "# Titre\n\nDu *texte* avec [un lien](https://exemple.fr/a) et `du code`.\n\n1. un\n2. deux\n\n> cité\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
    )
    info = document.info
    assert (info.title, info.date, info.authors, info.kind) == (
        "Un essai",
        date(2025, 3, 31),
        ("Ana Diaz",),
        "article",
    )
    assert info.categories == ("Forêts",)
    assert document.text == "Titre\n\nDu texte avec un lien et du code.\n\nun\n\ndeux\n\ncité\n\na | b\n1 | 2"
    kinds = [block.kind for block in document.blocks]
    assert kinds == ["heading", "paragraph", "list_item", "list_item", "quote", "table"]
    assert document.links == (Link("https://exemple.fr/a", "un lien"),)
    assert document.warnings == ()


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "# Le titre\n\n<script>alert(1)</script>\n\nTexte.\n")
    assert document.info.title == "Le titre"
    assert (document.info.kind, document.info.date) == ("page", None)
    assert document.text == "Le titre\n\nTexte."


def test_broken_front_matter_is_told(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "---\ntitle: [\n---\nTexte.\n")
    assert document.text == "Texte."
    assert "not valid YAML" in document.warnings[0]
