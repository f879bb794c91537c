from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search27.app.pdf_quote import SHORTEST_PIECE, locate


def found(quote: str, page: str) -> list[str]:
    return [page[start:end] for start, end in locate(quote, page)]


def test_a_quote_as_the_page_has_it() -> None:
    assert found("deux mots", "Avant, deux mots après.") == ["deux mots"]


def test_repaired_characters_are_found_as_the_page_draws_them() -> None:
    page = "Les é\u0301quipes ont quali\ufb01\u00e9 l\u2019é\ufffe\r\ntude\u00a0: «\u00a0trois cas\u00a0»."
    assert found("Les équipes ont qualifié l'étude : « trois cas ».", page) == [
        page.rstrip(".").rstrip("»\u00a0")
    ]


def test_a_running_head_inside_a_quote_is_not_marked() -> None:
    quote = "Une première moitié de la phrase continue sur la seconde moitié de la colonne."
    page = "Une première moitié de la phrase RAPPORT 12 continue sur la seconde moitié de la colonne."
    assert found(quote, page) == [
        "Une première moitié de la phrase",
        "continue sur la seconde moitié de la colonne",
    ]


def test_columns_read_in_another_order_are_found_in_pieces() -> None:
    page = "la suite dans l'autre colonne. Le début de la phrase et "
    assert found("Le début de la phrase et la suite dans l'autre colonne.", page) == [
        "la suite dans l'autre colonne",
        "Le début de la phrase et",
    ]


def test_the_second_of_equal_stretches_is_taken_where_the_quote_goes_on() -> None:
    page = "Les agents publics disent oui. Les agents publics disent non."
    assert locate("Les agents publics disent non.", page) == [(31, 60)]


def test_words_that_are_not_there_give_nothing() -> None:
    assert (
        locate("Une phrase que la page ne contient nulle part.", "Tout autre chose, sans rapport aucun.")
        == []
    )
    assert locate("", "abc") == []
    assert locate("« … »", "« … »") == []
    assert locate("abc", "") == []


def test_a_short_quote_is_found_only_where_it_is_alone() -> None:
    assert found("Oui.", "Oui. Non.") == ["Oui"]
    assert found("Oui.", "Oui. Non. Oui.") == []


def test_too_little_of_a_quote_gives_nothing() -> None:
    page = "Les expérimentations de 2012."
    assert locate("Les expérimentations ont été menées dans douze communes avec les habitants.", page) == []


@given(st.text(max_size=80), st.text(max_size=80), st.text() | st.text("abc é-", min_size=20))
def test_ranges_lie_on_the_page_and_a_stretch_with_letters_is_always_found(
    before: str, after: str, quote: str
) -> None:
    page = before + quote + after
    ranges = locate(quote, page)
    assert all(0 <= start < end <= len(page) for start, end in ranges)
    if sum(c.isalnum() and c.isascii() for c in quote) >= SHORTEST_PIECE:
        assert ranges
