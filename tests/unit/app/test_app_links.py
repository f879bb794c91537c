from __future__ import annotations

import pytest

from search27.app import links
from search27.types import Citation, DocumentInfo, Hit, Passage, Span

PASSAGE = Passage("dossier/a#b.md#12", "dossier/a#b.md", "Le texte cité.", Span(0, 14))
DOCUMENT = DocumentInfo("dossier/a#b.md", "A")


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", "data:text/html,x", "//a.fr", "ftp://a.fr/x", "https:", "a.fr", "http://[x"],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert links.original(url, "texte") == ""


def test_the_original_opens_at_the_quote() -> None:
    assert links.original("https://a.fr/x", "Un lieu, un-temps et demi") == (
        "https://a.fr/x#:~:text=Un%20lieu%2C%20un%2Dtemps%20et%20demi"
    )


def test_a_long_quote_is_named_by_its_ends() -> None:
    words = " ".join(f"m{n}" for n in range(20))
    assert links.original("https://a.fr/x", words) == (
        "https://a.fr/x#:~:text=m0%20m1%20m2%20m3%20m4,m15%20m16%20m17%20m18%20m19"
    )


@pytest.mark.parametrize(
    ("quote", "named"),
    [
        ("Le budget : 540 000 €", "Le%20budget"),
        ("« Nous avons appris", "Nous%20avons%20appris"),
        ("Premier bloc court.\n\nUn second bloc", "Premier%20bloc%20court.,Un%20second%20bloc"),
        (
            "Alors, dit-il, un deux trois quatre cinq six sept huit ; fin !",
            "Alors%2C%20dit%2Dil%2C%20un%20deux%20trois,fin",
        ),
        ("« … »", ""),
    ],
)
def test_words_stop_where_the_original_may_have_another_space_or_block(quote: str, named: str) -> None:
    expected = f"https://a.fr/x#:~:text={named}" if named else "https://a.fr/x"
    assert links.original("https://a.fr/x", quote) == expected


def test_an_address_with_its_own_fragment_is_kept() -> None:
    assert links.original("https://a.fr/x#y", "texte") == "https://a.fr/x#y"
    assert links.original("https://a.fr/x") == "https://a.fr/x"


def test_links_into_the_app() -> None:
    citation = Citation(1, "Le texte", Span(0, 8), PASSAGE, DOCUMENT)
    assert links.to_citation(citation) == {"doc": "dossier/a#b.md", "passage": "12", "quote": "Le texte"}
    assert links.to_hit(Hit(1.0, PASSAGE, DOCUMENT)) == {"doc": "dossier/a#b.md", "passage": "12"}
    assert links.to_document(DOCUMENT.id) == {"doc": "dossier/a#b.md"}
