from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from tests.builders import make_document

from search27.app.reader import cited_span, document_html
from search27.app.texts import Texts, texts_in
from search27.types import Block, Document, DocumentInfo, PageRef, PageSpan, Passage, Span

TEXTS = texts_in("fr")


def html(document: Document, cited: Span | None = None) -> str:
    return document_html(document, cited, TEXTS)


def test_blocks_become_headings_paragraphs_and_one_list() -> None:
    document = make_document("# Titre\n\nTexte <b>\n\n- un\n\n- deux\n\nFin")
    assert html(document) == (
        '<article class="s27-reader" lang="fr"><h2>Titre</h2><p>Texte &lt;b&gt;</p>'
        "<ul><li>un</li><li>deux</li></ul><p>Fin</p></article>"
    )


def test_a_heading_that_repeats_the_title_is_left_out() -> None:
    assert "<h2>" not in html(make_document("# Un titre\n\nTexte", title="Un titre"))
    assert "<h2>" in html(make_document("# Un titre\n\nTexte", title="Un autre"))


def test_the_cited_words_are_marked_and_anchored_once() -> None:
    document = make_document("Premier texte.\n\nSecond texte.")
    body = html(document, Span(8, 22))
    assert '<p id="s27-cited">Premier <mark>texte.</mark></p>' in body
    assert "<p><mark>Second</mark> texte.</p>" in body


def test_a_page_is_signed_where_it_begins() -> None:
    info = DocumentInfo("r.pdf", "R")
    pages = (PageSpan(PageRef(3, "1"), 0, 4), PageSpan(PageRef(4, "2"), 4, 8))
    document = Document(info, "abcdefgh", (Block("paragraph", 0, 8),), pages)
    body = html(document, Span(2, 6))
    assert body == (
        '<article class="s27-reader" lang="fr"><p id="s27-cited"><span class="s27-page">p. 1, PDF 3</span>'
        'ab<mark>cd</mark><span class="s27-page">p. 2, PDF 4</span><mark>ef</mark>gh</p></article>'
    )


def test_a_table_has_rows_and_cells() -> None:
    text = "Poste | 2025\nPersonnel | 12 €"
    document = Document(DocumentInfo("a", "A"), text, (Block("table", 0, len(text)),))
    body = html(document, Span(text.index("12"), len(text)))
    assert "<tr><td>Poste</td><td>2025</td></tr>" in body
    assert "<tr><td>Personnel</td><td><mark>12 €</mark></td></tr>" in body


def test_where_the_quote_stands(fr: Texts) -> None:
    document = make_document("Oui, oui.\n\nNon. Oui, oui.")
    later = Passage("a#1", "a", "Non. Oui, oui.", Span(11, 25))
    assert cited_span(document, None, "Oui, oui.") == Span(0, 9)
    assert cited_span(document, later, "Oui, oui.") == Span(16, 25)
    assert cited_span(document, later, "") == later.span
    assert cited_span(document, later, "Absent") is None
    assert cited_span(document, None, "") is None


@given(st.lists(st.text(alphabet="ab <>&\"'|", min_size=1), min_size=1, max_size=5), st.data())
def test_the_words_stay_and_nothing_becomes_markup(texts: list[str], data: st.DataObject) -> None:
    document = make_document([text.strip() or "x" for text in texts])
    start = data.draw(st.integers(0, len(document.text)))
    cited = Span(start, data.draw(st.integers(start, len(document.text))))
    body = html(document, cited)
    assert not re.search(r"<(?!/?(?:article|p|mark)\b)", body)
    words = unescape(re.sub(r"<[^>]+>", "", body))
    assert words == "".join(document.text[block.start : block.end] for block in document.blocks)
