"""WordPress posts: their forms in JSON, their HTML, and what of it is no text."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from search27.errors import ExtractionError, UnsupportedFormat
from search27.extraction import extract
from search27.sources.folder import SourceFile
from search27.types import Document, Link


def post(html: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "date": "2020-05-06T08:42:00",
        "modified": "2021-01-02T00:00:00",
        "type": "post",
        "link": "https://exemple.fr/un-billet/",
        "title": {"rendered": "L&rsquo;ann&eacute;e &amp; nous"},
        "content": {"rendered": html},
        "categories": [3],
        **fields,
    }


def read(tmp_path: Path, value: Any) -> tuple[Document, ...]:
    path = tmp_path / "posts.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return extract(SourceFile("site/posts.json", path, None))


def blocks(tmp_path: Path, html: str) -> list[tuple[str, str]]:
    (document,) = read(tmp_path, post(html))
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def test_one_post(tmp_path: Path) -> None:
    (document,) = read(tmp_path, post("<p>Bonjour.</p>"))
    info = document.info
    assert info.id == "site/posts"
    assert info.title == "L’année & nous"
    assert (info.date, info.modified) == (date(2020, 5, 6), date(2021, 1, 2))
    assert (info.kind, info.url) == ("article", "https://exemple.fr/un-billet/")
    assert (info.authors, info.categories) == ((), ())
    assert document.pages == ()


def test_embedded_names(tmp_path: Path) -> None:
    terms = [[{"name": "For&ecirc;ts", "taxonomy": "category"}], [{"name": "mot", "taxonomy": "post_tag"}]]
    embedded = {"author": [{"name": "Ana Diaz"}, {"code": "rest_user_invalid_id"}], "wp:term": terms}
    (document,) = read(tmp_path, post("<p>a</p>", _embedded=embedded, type="page"))
    assert document.info.authors == ("Ana Diaz",)
    assert document.info.categories == ("Forêts",)
    assert document.info.kind == "page"


@pytest.mark.parametrize("wrap", [lambda posts: posts, lambda posts: {"data": {"posts": posts}}])
def test_many_posts_in_one_file(tmp_path: Path, wrap: Any) -> None:
    documents = read(tmp_path, wrap([post("<p>a</p>", id=1), {"id": 5}, post("<p>b</p>", id=2)]))
    assert [document.info.id for document in documents] == ["site/posts/1", "site/posts/2"]


@pytest.mark.parametrize(
    "value", [{}, [], {"title": {"rendered": "t"}}, {"content": {"rendered": None}}, 3, "null"]
)
def test_json_that_is_no_post(tmp_path: Path, value: Any) -> None:
    with pytest.raises(UnsupportedFormat, match="JSON without WordPress posts"):
        read(tmp_path, value)


@pytest.mark.parametrize("value", ['{"id": 1', "[" * 100_000])
def test_what_is_no_json(tmp_path: Path, value: str) -> None:
    with pytest.raises(ExtractionError, match="not valid JSON"):
        read(tmp_path, value)


def test_a_post_without_text_is_found_by_its_title(tmp_path: Path) -> None:
    (document,) = read(tmp_path, post("<object><embed src='x'></object>"))
    assert document.text == "L’année & nous\n\n2020-05-06\n\nhttps://exemple.fr/un-billet/"
    assert len(document.warnings) == 1


def test_blocks_of_every_kind(tmp_path: Path) -> None:
    html = """<h2>Titre</h2><p>Un <b>mot</b> <i>là</i>.</p><ul><li>un<ul><li>sous</li></ul></li><li>deux</li></ul>
    <blockquote><p>« Dit-elle »</p></blockquote>
    <table><tr><th>Poste</th><th>Montant</th></tr><tr><td>Loyer</td><td>10 €</td></tr></table>"""
    assert blocks(tmp_path, html) == [
        ("heading", "Titre"),
        ("paragraph", "Un mot là."),
        ("list_item", "un"),
        ("list_item", "sous"),
        ("list_item", "deux"),
        ("quote", "« Dit-elle »"),
        ("table", "Poste | Montant\nLoyer | 10 €"),
    ]


def test_bold_lines_are_headings_and_line_breaks_part_them_from_the_text(tmp_path: Path) -> None:
    html = (
        "<p><strong>Pourquoi ?</strong><br />Parce que.</p><p><b>Un fait</b> sûr.</p><p><b>En gras.</b></p>"
    )
    assert blocks(tmp_path, html) == [
        ("heading", "Pourquoi ?"),
        ("paragraph", "Parce que."),
        ("paragraph", "Un fait sûr."),
        ("paragraph", "En gras."),
    ]


def test_a_short_plain_line_between_long_paragraphs_is_a_heading(tmp_path: Path) -> None:
    long = "Un long paragraphe qui dit bien des choses. " * 6
    html = f"<p>{long}</p><p>2. Un titre sans balise</p><p>{long}</p><p>Bonne lecture !</p><p>{long}</p>"
    kinds = [kind for kind, _ in blocks(tmp_path, html)]
    assert kinds == ["paragraph", "heading", "paragraph", "paragraph", "paragraph"]


def test_line_breaks_within_a_sentence_are_blanks(tmp_path: Path) -> None:
    assert blocks(tmp_path, "<p>une phrase<br>qui continue<br>– un point</p>") == [
        ("paragraph", "une phrase qui continue"),
        ("list_item", "un point"),
    ]


def test_captions_and_notes_after_the_body(tmp_path: Path) -> None:
    html = """<figure><img src="a.png"><figcaption>Une vue</figcaption></figure><p>Crédit photo : Ana Diaz</p>
    <p>Un fait [1].</p><p>[1] La source.</p><p>Suite.</p><img src="b.png"><h6>Le jardin en mai</h6>"""
    assert blocks(tmp_path, html) == [
        ("paragraph", "Un fait [1]."),
        ("paragraph", "Suite."),
        ("caption", "Une vue"),
        ("caption", "Crédit photo : Ana Diaz"),
        ("caption", "Le jardin en mai"),
        ("note", "[1] La source."),
    ]


def test_a_number_that_nothing_calls_is_no_note(tmp_path: Path) -> None:
    assert blocks(tmp_path, "<p>a</p><p>(1) premier point</p>")[1] == ("paragraph", "(1) premier point")


@pytest.mark.parametrize(
    "html",
    [
        "<script>var a = 1;</script>",
        "<style>p {}</style>",
        "<iframe>x</iframe>",
        "<form><button>Envoyer</button><textarea>x</textarea></form>",
        '<div class="hupso-share-buttons"><a href="https://x.fr">Partager</a></div>',
        '<div id="fenetremailtotoPopup"><p>What do you want to do ?</p></div>',
        '<span style="opacity: 1; display: none">Enregistrer</span>',
        "<p>————</p>",
        "<!-- commentaire -->",
    ],
)
def test_what_is_no_text(tmp_path: Path, html: str) -> None:
    (document,) = read(tmp_path, post(f"<p>Avant.</p>{html}<p>Après.</p>"))
    assert document.text == "Avant.\n\nAprès."
    assert document.links == ()


def test_links_are_kept_with_their_words(tmp_path: Path) -> None:
    html = '<p><a href="/page/">la page</a> <a href="#n">bas</a> <a href="mailto:a@b.fr">a</a> <a href="http://[">x</a></p>'
    (document,) = read(tmp_path, post(html))
    assert document.links == (Link("https://exemple.fr/page/", "la page"),)
