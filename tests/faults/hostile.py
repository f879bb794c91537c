"""Files that mean harm or are broken, of every format but PDF, and a corpus of all of them."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.builders import wordpress_post
from tests.faults.hostile_pdf import PDFS, text_page

BOMB_XML = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><x>&m;</x>"
)
OUTSIDE_XML = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
WORD = "word/document.xml"
DOCX_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
DOCX_LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
DOCX_BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "{body}</w:body></w:document>"
)
ODT_BODY = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
    "{body}</office:text></office:body></office:document-content>"
)
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def archive(entries: dict[str, str | bytes]) -> bytes:
    """A ZIP file of these entries."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return written.getvalue()


def docx(body: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    """A DOCX with this body."""
    paragraph = "<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>"
    entries = {
        "[Content_Types].xml": DOCX_TYPES,
        "_rels/.rels": DOCX_LINKS,
        WORD: DOCX_BODY.format(body=body or paragraph),
    }
    return archive({**entries, **(more or {})})


def odt(body: str = "<text:p>Bonjour</text:p>", more: dict[str, str | bytes] | None = None) -> bytes:
    """An ODT with this body."""
    return archive({"mimetype": ODT_TYPE, "content.xml": ODT_BODY.format(body=body), **(more or {})})


def lying_docx() -> bytes:
    """An entry of 300 MB that declares one byte."""
    content = docx(more={"word/media/a.bin": b"\0" * 300_000_000})
    return content.replace((300_000_000).to_bytes(4, "little"), (1).to_bytes(4, "little"))


def posts(*htmls: str) -> bytes:
    """A list of WordPress posts."""
    rows = [wordpress_post(number, f"Billet {number}", html) for number, html in enumerate(htmls, 1)]
    return json.dumps(rows).encode()


YAML_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)

FILES: dict[str, Callable[[], bytes]] = {
    **{f"{name}.pdf": make for name, make in PDFS.items()},
    "pdf-named.docx": text_page,
    "page-named.pdf": lambda: b"<!doctype html><p>Bonjour</p>",
    "docx-named.txt": docx,
    "entities.docx": lambda: docx(more={WORD: BOMB_XML}),
    "outside-entity.docx": lambda: docx(more={WORD: OUTSIDE_XML}),
    "bomb.docx": lambda: docx(more={"word/media/a.bin": b"\0" * 300_000_000}),
    "lying.docx": lying_docx,
    "slip.docx": lambda: docx(more={"../../../slipped.txt": "x", "/tmp/slipped.txt": "x"}),
    "many-entries.docx": lambda: docx(more={f"word/media/{n}.bin": b"" for n in range(5_000)}),
    "deep.docx": lambda: docx("<w:p>" * 50_000 + "</w:p>" * 50_000),
    "entities.odt": lambda: odt(more={"content.xml": BOMB_XML}),
    "bomb.odt": lambda: odt(more={"Pictures/a.bin": b"\0" * 300_000_000}),
    "slip.odt": lambda: odt(more={"../../../slipped.txt": "x"}),
    "deep.odt": lambda: odt("<text:p>" * 50_000 + "</text:p>" * 50_000),
    "repeat.odt": lambda: odt('<text:p><text:s text:c="2000000000"/>a</text:p>'),
    "deep.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"<p>Bonjour" + b"</div>" * 100_000,
    "many-attributes.html": lambda: (
        b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">Bonjour</p>"
    ),
    "unclosed.html": lambda: b"<table><tr><td>" * 20_000 + b"Bonjour",
    "entities.html": lambda: BOMB_XML.replace("<x>", "<html><body><p>").encode(),
    "line.txt": lambda: b"mot " * 2_500_000,
    "word.txt": lambda: b"a" * 6_000_000,
    "blanks.txt": lambda: b"a" + b" " * 2_000_000 + b"b",
    "breaks.txt": lambda: b"\n" * 1_000_000 + b"fin",
    "dots.txt": lambda: b"1." * 100_000,
    "hyphens.txt": lambda: b"mot-\n" * 200_000,
    "bytes.md": lambda: bytes(range(256)) * 400,
    "half-utf16.txt": lambda: b"\xff\xfeB\x00o\x00n",
    "brackets.md": lambda: b"[" * 200_000,
    "quotes.md": lambda: b"> " * 50_000 + b"fin",
    "stars.md": lambda: b"*a_ " * 100_000,
    "pipes.md": lambda: b"|" * 100_000 + b"\n" + b"|-" * 50_000,
    "front.md": lambda: f"---\n{YAML_BOMB}---\nBonjour".encode(),
    "python.md": lambda: b"---\ntitle: !!python/object/apply:os.system ['true']\n---\nBonjour",
    "deep.json": lambda: b"[" * 200_000,
    "surrogates.json": lambda: posts("<p>Un demi-caract\ud800ère</p>"),
    "numbers.json": lambda: posts("<p>Bonjour</p>").replace(b'"id": 1', b'"id": ' + b"9" * 5_000),
    "deep-post.json": lambda: posts("<div>" * 50_000 + "Bonjour"),
    "strange.json": lambda: b'[1, null, {"id": {}}, {"id": 1, "title": []}]',
    "paths.json": lambda: posts("<p>Bonjour</p>").replace(b'"id": 1', b'"id": "../../x"'),
    "table.xlsx": lambda: archive({"xl/workbook.xml": "<x/>"}),
    "noise.docx": lambda: b"PK\x03\x04" + os.urandom(500),
    "no-extension": lambda: b"Bonjour",
}

NAMES = (
    "deux\nlignes.md",
    "guillemets \" et ' <b>.md",
    "retour\r.md",
    "cloche\a.md",
    "-rf.md",
    "$(touch x).md",
    "a" * 250 + ".md",
    "gauche\u202edroite.md",
    "espace insécable\u00a0.md",
    os.fsdecode(b"octet\xff.md"),
)


SLOW = {
    *("bomb.pdf", "double-bomb.pdf", "flood.pdf", "nested-forms.pdf", "many-pages.pdf", "repeat.odt"),
    *("many-attributes.html", "hyphens.txt", "brackets.md", "line.txt", "word.txt", "dots.txt", "stars.md"),
    *("blanks.txt", "breaks.txt", "bomb.odt", "unclosed.html", "deep.html", "pipes.md", "bytes.md"),
}
"""Files that take a reader more than half a second each: for the long form."""


def write_hostile_corpus(folder: Path, slow: bool) -> list[str]:
    """Write the hostile files and names; gives the names of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [name for name in FILES if slow or name not in SLOW]
    for name in chosen:
        (folder / name).write_bytes(FILES[name]())
    for name in NAMES:
        (folder / name).write_text("Un texte sous un nom étrange.", encoding="utf-8")
    (folder / "good.md.meta.yaml").write_text(YAML_BOMB, encoding="utf-8")
    (folder / "good.md").write_text("Un texte sans reproche, que l'on doit trouver.", encoding="utf-8")
    return [*chosen, *NAMES, "good.md"]


def write_links(folder: Path, secret: Path) -> None:
    """Links out of the corpus, in circles and to nowhere, and a pipe that nobody writes to."""
    (folder / "secret.md").symlink_to(secret)
    (folder / "outside").symlink_to(secret.parent, target_is_directory=True)
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "circle").symlink_to(folder, target_is_directory=True)
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    os.mkfifo(folder / "pipe.md")
