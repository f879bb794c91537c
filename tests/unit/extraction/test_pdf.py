"""PDF pages by two readers: columns, tables, running heads, folios, damage."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from pathlib import Path

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf.generic import NameObject

from search27.errors import EmptyDocument, EncryptedDocument, ExtractionError, LimitExceeded, Search27Error
from search27.extraction import extract, pdf
from search27.extraction.pdf_furniture import PageLines, find_furniture
from search27.extraction.pdf_layout import Line, Word, lines_of
from search27.extraction.pdf_readers import second_is_better
from search27.sources.folder import SourceFile
from search27.types import Document

PLAIN = [
    "Le jardin de la rue des Lilas est un bien commun que les",
    "voisins cultivent ensemble depuis dix ans, par tous les",
    "temps et sans chef.",
]


def row(y: float, *words: tuple[float, str], size: float = 10) -> list[Word]:
    """Words of one row, each 5 points wide a letter."""
    return [Word(text, y, x, x + 5 * len(text), y - 2, y + 8, size, False) for x, text in words]


def spread(y: float, x: float, text: str) -> list[Word]:
    """Words one after the other from `x` on."""
    words = []
    for part in text.split():
        words += row(y, (x, part))
        x += 5 * len(part) + 3
    return words


def read(tmp_path: Path, content: bytes) -> Document:
    path = tmp_path / "plan.pdf"
    path.write_bytes(content)
    (document,) = extract(SourceFile("plan.pdf", path, None))
    return document


def plain_pdf(pages: list[list[str]], title: str = "") -> bytes:
    """A PDF of Helvetica 12, one line under the other."""
    writer = pypdf.PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        shown = " T* ".join(f"({line}) Tj" for line in lines).encode("cp1252")
        stream = pypdf.generic.DecodedStreamObject()
        stream.set_data(b"BT /F1 12 Tf 72 770 Td 16 TL " + shown + b" ET")
        font = pypdf.generic.DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
        fonts = pypdf.generic.DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = pypdf.generic.DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.metadata = {"/Title": title, "/CreationDate": "D:20240203101500+01'00'", "/Author": "Ana Diaz"}
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_a_plain_pdf(tmp_path: Path) -> None:
    document = read(tmp_path, plain_pdf([PLAIN, ["Deuxième page."]], "Le plan"))
    info = document.info
    assert (info.title, info.date, info.authors, info.kind) == (
        "Le plan",
        date(2024, 2, 3),
        ("Ana Diaz",),
        "deliverable",
    )
    assert document.text == f"{' '.join(PLAIN)}\n\nDeuxième page."
    assert [(span.page.number, span.page.label) for span in document.pages] == [(1, "1"), (2, "2")]
    assert document.warnings == ()


def test_a_sentence_goes_on_over_the_page(tmp_path: Path) -> None:
    document = read(tmp_path, plain_pdf([[*PLAIN[:2], "temps et sans pro-"], ["priétaire unique."]]))
    assert document.text.endswith("par tous les temps et sans propriétaire unique.")
    assert len(document.blocks) == 1
    assert document.text[document.pages[1].start :] == "priétaire unique."


def test_columns_are_read_one_after_the_other() -> None:
    words = spread(100, 0, "Un titre qui va sur toute la largeur de la page entière ici")
    for i in range(6):
        words += spread(80 - 12 * i, 0, f"gauche {i} assez longue ligne")
        words += spread(80 - 12 * i, 200, f"droite {i} assez longue ligne")
    lines, columns = lines_of(words)
    assert columns == 2
    assert [line.text.split()[0] for line in lines] == ["Un", *["gauche"] * 6, *["droite"] * 6]


def test_cells_are_read_row_by_row() -> None:
    words = []
    for i, (label, amount) in enumerate(
        [("Loyer", "10 €"), ("Salaires", "200 €"), ("Eau", "3 €"), ("Pain", "4 €")]
    ):
        words += spread(80 - 12 * i, 0, label) + spread(80 - 12 * i, 150, amount)
    words += spread(20, 0, "Une phrase ordinaire.")
    lines, columns = lines_of(words)
    assert columns == 1
    assert [(line.text, line.table) for line in lines] == [
        ("Loyer | 10 €", True),
        ("Salaires | 200 €", True),
        ("Eau | 3 €", True),
        ("Pain | 4 €", True),
        ("Une phrase ordinaire.", False),
    ]


def test_the_second_reader_is_taken_for_broken_words_and_columns_read_across() -> None:
    def lines(*texts: str) -> list[Line]:
        return [Line(text, 0, 1, 0, 10, False) for text in texts]

    whole = lines("une enquête sur les", "communs de la ville")
    assert not second_is_better(whole, whole, 2)
    assert second_is_better(lines("une en quête sur les", "com muns de la ville"), whole, 1)
    assert second_is_better([], whole, 1)
    assert not second_is_better(whole, [], 1)
    across = lines("une communs", "enquête de", "sur la", "les ville")
    assert second_is_better(across, whole, 2)
    assert not second_is_better(across, whole, 1)


def page_lines(*texts: tuple[float, str]) -> PageLines:
    return PageLines([Line(text, 0, 1, y, 10, False) for y, text in texts], 0, 800)


def test_running_heads_and_folios() -> None:
    pages = [
        page_lines(
            (780, "Bilan 2025 Le collectif" if i % 2 else "Le collectif Bilan 2025"),
            (400, "texte"),
            (20, str(17 + i)),
        )
        for i in range(4)
    ]
    furniture = find_furniture(pages)
    assert furniture.labels == {1: "17", 2: "18", 3: "19", 4: "20"}
    assert all(furniture.holds(i, 780) and furniture.holds(i, 20) for i in range(4))
    assert not any(furniture.holds(i, 400) for i in range(4))


def test_numbers_that_do_not_count_up_are_no_folios() -> None:
    furniture = find_furniture([page_lines((20, "12")), page_lines((20, "7")), page_lines((20, "99"))])
    assert furniture.labels == {}


def test_one_bad_page_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pdf.pypdf_lines
    calls = []

    def fail_on_second(page: pypdf.PageObject) -> list[Line]:
        calls.append(page)
        if len(calls) == 2:
            raise RecursionError("too deep")
        return real(page)

    monkeypatch.setattr(pdf, "pypdf_lines", fail_on_second)
    monkeypatch.setattr(pdf, "pdfium_words", lambda page: [])
    document = read(tmp_path, plain_pdf([["Un."], ["Deux."], ["Trois."]]))
    assert document.text == "Un.\n\nTrois."
    assert document.warnings == ("Page 2 could not be read (too deep).",)
    assert [span.page.number for span in document.pages] == [1, 3]


def test_pdfium_stands_in_for_a_page_that_pypdf_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(page: pypdf.PageObject) -> list[Line]:
        raise ValueError("no")

    monkeypatch.setattr(pdf, "pypdf_lines", fail)
    document = read(tmp_path, plain_pdf([PLAIN]))
    assert document.text == " ".join(PLAIN)
    assert document.warnings == ()


def test_a_page_that_floods_is_refused_soon(tmp_path: Path) -> None:
    flooded = plain_pdf([["a) Tj (" * 210_000], ["Deux."]])
    document = read(tmp_path, flooded)
    assert document.text == "Deux."
    assert document.warnings == ("Page 1 could not be read (Reached maximum number of tokens per stream.).",)


def test_encrypted(tmp_path: Path) -> None:
    for password in ("", "secret"):
        writer = pypdf.PdfWriter(io.BytesIO(plain_pdf([["Bonjour."]])))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        target = io.BytesIO()
        writer.write(target)
        if password:
            with pytest.raises(EncryptedDocument, match="asks for a password"):
                read(tmp_path, target.getvalue())
        else:
            assert read(tmp_path, target.getvalue()).text == "Bonjour."


def test_a_pdf_without_text(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocument, match="no text in its 1 pages; it may be a scan"):
        read(tmp_path, plain_pdf([[]]))


def test_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PAGES_MAXIMUM", 1)
    with pytest.raises(LimitExceeded, match="has 2 pages; at most 1"):
        read(tmp_path, plain_pdf([["a"], ["b"]]))


def test_damaged(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="damaged PDF"):
        read(tmp_path, b"%PDF-1.7\nnothing else")


def test_file_labels_win_over_folios(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(plain_pdf([["Un."], ["Deux."]])))
    writer.set_page_label(0, 1, style="/r")
    target = io.BytesIO()
    writer.write(target)
    labels = [span.page.label for span in read(tmp_path, target.getvalue()).pages]
    assert labels == ["i", "ii"]


CONTENT = plain_pdf([PLAIN, PLAIN], "Le plan")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(CONTENT) - 1), st.integers(0, 255)), min_size=1, max_size=12))
def test_any_damage_gives_text_or_a_typed_error(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(CONTENT)
    for place, value in changes:
        content[place] = value
    with contextlib.suppress(Search27Error):
        assert read(tmp_path, bytes(content)).text
