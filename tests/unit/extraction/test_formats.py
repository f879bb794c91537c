"""Files are read by what they hold, and refused with a reason; office files and web pages."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from odfdo import Document as OpenDocument
from odfdo import Header, List, Paragraph, Table

from search27.errors import (
    EmptyDocument,
    EncryptedDocument,
    ExtractionError,
    LimitExceeded,
    Search27Error,
    UnsupportedFormat,
)
from search27.extraction import archive, extract, formats
from search27.sources.folder import SourceFile
from search27.types import Document, Link


def source(tmp_path: Path, name: str, content: bytes) -> SourceFile:
    path = tmp_path / name
    path.write_bytes(content)
    return SourceFile(name, path, None)


def read(tmp_path: Path, name: str, content: bytes) -> Document:
    (document,) = extract(source(tmp_path, name, content))
    return document


def texts(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]


def zipped(entries: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return target.getvalue()


def word_file() -> bytes:
    word = docx.Document()
    word.core_properties.title = "Le plan"
    word.core_properties.author = "Ana Diaz"
    word.core_properties.created = datetime(2024, 2, 3, tzinfo=UTC)
    word.add_heading("Un titre", 2)
    paragraph = word.add_paragraph("Du texte et ")
    hyperlink = OxmlElement("w:hyperlink")
    related = word.part.relate_to(
        "https://exemple.fr/a", docx.opc.constants.RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )
    hyperlink.set(qn("r:id"), related)
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "un lien"
    run.append(words)
    hyperlink.append(run)
    paragraph._p.append(hyperlink)
    word.add_paragraph("un point", style="List Bullet")
    word.add_paragraph("cité", style="Quote")
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ("Poste", "Montant", "Loyer", "10 €"), strict=True):
        cell.text = text
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def open_file() -> bytes:
    document = OpenDocument("text")
    document.body.clear()
    document.body.append(Header(1, "Un titre"))
    document.body.append(Paragraph("Du texte."))
    document.body.append(List(["un point", "deux points"]))
    table = Table("T", width=2, height=2)
    table.set_values([["Poste", "Montant"], ["Loyer", "10 €"]])
    document.body.append(table)
    document.meta.title = "Le plan"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_word(tmp_path: Path) -> None:
    document = read(tmp_path, "plan.docx", word_file())
    assert texts(document) == [
        ("heading", 2, "Un titre"),
        ("paragraph", 0, "Du texte et un lien"),
        ("list_item", 0, "un point"),
        ("quote", 0, "cité"),
        ("table", 0, "Poste | Montant\nLoyer | 10 €"),
    ]
    info = document.info
    assert (info.title, info.date, info.authors, info.kind) == (
        "Le plan",
        date(2024, 2, 3),
        ("Ana Diaz",),
        "deliverable",
    )
    assert document.links == (Link("https://exemple.fr/a", "un lien"),)


def test_open_document(tmp_path: Path) -> None:
    document = read(tmp_path, "plan.odt", open_file())
    assert texts(document) == [
        ("heading", 1, "Un titre"),
        ("paragraph", 0, "Du texte."),
        ("list_item", 0, "un point"),
        ("list_item", 0, "deux points"),
        ("table", 0, "Poste | Montant\nLoyer | 10 €"),
    ]
    assert (document.info.title, document.info.kind) == ("Le plan", "deliverable")


def test_web_page(tmp_path: Path) -> None:
    body = "".join(
        f"<p>Une phrase assez longue pour compter comme du texte, la {i}e de la page.</p>" for i in range(5)
    )
    html = f"""<html lang="fr"><head><title>Un billet</title><meta name="author" content="La 27e Région">
    <meta property="article:published_time" content="2025-03-31T09:00:00+01:00">
    <link rel="canonical" href="https://exemple.fr/billet/"></head><body><nav><a href="/">Accueil</a></nav>
    <article><h1>Un billet</h1>{body}<p>Voir <a href="https://exemple.fr/autre/">un autre billet</a>, paru avant.</p>
    </article><footer>Mentions légales</footer></body></html>"""
    document = read(tmp_path, "billet.html", html.encode())
    info = document.info
    assert (info.title, info.date, info.kind) == ("Un billet", date(2025, 3, 31), "article")
    assert (info.authors, info.url) == (("La 27e Région",), "https://exemple.fr/billet/")
    assert document.text.startswith("Une phrase assez longue")
    assert "Accueil" not in document.text
    assert "Mentions" not in document.text
    assert document.links == (Link("https://exemple.fr/autre/", "un autre billet"),)


def test_contents_win_over_names(tmp_path: Path) -> None:
    assert read(tmp_path, "plan.txt", word_file()).info.title == "Le plan"
    assert (
        read(tmp_path, "page", b"<!DOCTYPE html><p>Une page sans extension.</p>").text
        == "Une page sans extension."
    )


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.txt", b" \n", EmptyDocument, "a.txt is an empty file"),
        ("a.md", b"---\ntitle: x\n---\n", EmptyDocument, "a.md holds no text"),
        ("a.html", b"<html><body><script>x()</script></body></html>", EmptyDocument, "drawn by a script"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"x" * 9, UnsupportedFormat, "old Word.*save it as DOCX or PDF"),
        ("a.png", b"\x89PNG\r\n", UnsupportedFormat, "an image"),
        ("a.csv", b"a;b", UnsupportedFormat, "'.csv' are not read. Readable: PDF"),
        ("a.pdf", b"<html>404</html>", ExtractionError, "no PDF in spite of its name"),
        ("a.docx", b"PK\x03\x04rest", ExtractionError, "damaged DOCX or ODT"),
        ("a.xlsx", zipped({"xl/workbook.xml": b"<a/>"}), UnsupportedFormat, "neither DOCX nor ODT"),
        ("a.docx", zipped({"word/document.xml": b"<a"}), ExtractionError, "damaged DOCX"),
        ("a.odt", zipped({"mimetype": b"x", "content.xml": b"<a"}), ExtractionError, "damaged ODT"),
    ],
)
def test_what_is_refused_and_why(
    tmp_path: Path, name: str, content: bytes, error: type[Search27Error], message: str
) -> None:
    with pytest.raises(error, match=message):
        extract(source(tmp_path, name, content))


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(ExtractionError, match="declares XML entities"):
        extract(source(tmp_path, "a.docx", zipped({"word/document.xml": bomb})))


def test_archives_that_unpack_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_MAXIMUM_BYTES", 1_000)
    with pytest.raises(LimitExceeded, match="unpacks to 5,000 bytes or more; at most 1,000"):
        extract(source(tmp_path, "a.docx", zipped({"word/document.xml": b"<a>" + b" " * 4_993 + b"</a>"})))


def test_archives_that_lie_about_their_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_MAXIMUM_BYTES", 1_000)
    honest = zipped({"word/document.xml": b" " * 5_000})
    lying = honest.replace((5_000).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    with pytest.raises(ExtractionError):
        extract(source(tmp_path, "a.docx", lying))


def test_archives_of_too_many_files(tmp_path: Path) -> None:
    entries = {f"{i}.xml": b"" for i in range(archive.ENTRIES_MAXIMUM)} | {"word/document.xml": b"<a/>"}
    with pytest.raises(LimitExceeded, match=r"packs 2,001 files; at most 2,000"):
        extract(source(tmp_path, "a.docx", zipped(entries)))


def test_encrypted_archives(tmp_path: Path) -> None:
    content = bytearray(zipped({"word/document.xml": b"<a/>"}))
    for signature, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flag] |= 1
    with pytest.raises(EncryptedDocument, match="protected by a password"):
        extract(source(tmp_path, "a.docx", bytes(content)))


def test_files_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FILE_MAXIMUM_BYTES", 3)
    with pytest.raises(LimitExceeded, match="has 4 bytes; at most 3"):
        extract(source(tmp_path, "a.txt", b"abcd"))


def test_a_file_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="cannot be opened: No such file"):
        extract(SourceFile("a.txt", tmp_path / "a.txt", None))
