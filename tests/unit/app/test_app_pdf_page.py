"""Pages of real PDFs, drawn by the real child process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from tests.builders import make_document, write_pdf

from search27.app import pdf_page
from search27.app.pdf_page import draw, has_pages, part_on_page
from search27.app.pdf_quote import locate
from search27.app.pdf_worker import HEIGHT_PIXELS, WIDTH_PIXELS, _characters
from search27.errors import ExtractionError, LimitExceeded
from search27.extraction import extract
from search27.sources.folder import SourceFile
from search27.types import Citation, Document, Passage, Span

ROOT = Path(__file__).parents[3]
DIGEST = "rapport-activite-2025-synthese.pdf"


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def marked_rows(image: Image.Image) -> list[int]:
    """Rows that hold pixels of the marker's yellow."""
    pixels = image.load()
    assert pixels is not None
    return [y for y in range(image.height) if any(_yellow(pixels[x, y]) for x in range(0, image.width, 3))]


def _yellow(pixel: object) -> bool:
    red, green, blue = pixel  # type: ignore[misc]
    return bool(red > 230 and green > 200 and blue < 140)


def citation(document: Document, start: int, end: int) -> Citation:
    passage = Passage(f"{document.info.id}#0", document.info.id, document.text, Span(0, len(document.text)))
    pages = tuple(span.page for span in document.pages if span.start < end and start < span.end)
    return Citation(1, document.text[start:end], Span(start, end), passage, document.info, pages)


def test_the_quote_is_marked_where_it_stands(tmp_path: Path) -> None:
    lines = ["Une ligne que personne ne cite.", "La phrase citée est ici.", "Une autre ligne encore."]
    path = write_pdf(tmp_path / "a.pdf", [["Page de garde."], lines])
    plain = draw(path, 2, "")
    assert (plain.pages, plain.found, plain.top) == (2, False, 0)
    assert not marked_rows(opened(plain.jpeg))
    page = draw(path, 2, "La phrase citée est ici.")
    assert page.found
    image = opened(page.jpeg)
    scale = image.width / 595
    baseline = (842 - 770 + 16) * scale  # the second line: 16 points below the first
    rows = marked_rows(image)
    assert baseline - 14 * scale < rows[0] < rows[-1] < baseline + 6 * scale
    assert abs(page.top * image.width - rows[0]) <= 2


def test_a_quote_that_is_not_on_the_page_leaves_it_plain(tmp_path: Path) -> None:
    page = draw(
        write_pdf(tmp_path / "a.pdf", [["Tout autre chose."]]), 1, "Une phrase qui ne s'y trouve pas."
    )
    assert not page.found
    assert not marked_rows(opened(page.jpeg))


@pytest.mark.parametrize("box", ["0 0 14400 10", "0 0 10 14400", "0 0 14400 14400", "0 0 3 3"])
def test_whatever_the_page_measures_the_image_stays_within_its_size(tmp_path: Path, box: str) -> None:
    path = write_pdf(tmp_path / "a.pdf", [["Texte"]])
    path.write_bytes(path.read_bytes().replace(b"0 0 595 842", box.encode()))
    image = opened(draw(path, 1, "").jpeg)
    assert 1 <= image.width <= WIDTH_PIXELS + 1
    assert 1 <= image.height <= HEIGHT_PIXELS + 1


def test_a_turned_page_is_marked_in_its_turn(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [["La phrase citée est ici."]])
    path.write_bytes(path.read_bytes().replace(b"/MediaBox", b"/Rotate 90 /MediaBox"))
    page = draw(path, 1, "La phrase citée est ici.")
    image = opened(page.jpeg)
    assert page.found
    assert image.width > image.height
    turned = image.rotate(90, expand=True)
    rows = marked_rows(turned)
    assert rows
    assert rows[-1] < turned.height * 0.15


@pytest.mark.parametrize("content", [b"%PDF-1.4\nnothing", b"", b"\x00" * 4096])
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(ExtractionError, match="cannot be drawn"):
        draw(path, 1, "")


def test_a_page_that_does_not_exist_is_told(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [["Texte"]])
    with pytest.raises(ExtractionError, match="no page 2, the file has 1"):
        draw(path, 2, "")


def test_a_reader_that_crashes_hangs_or_floods_costs_its_page_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    path = write_pdf(tmp_path / "a.pdf", [["Texte"]])
    monkeypatch.syspath_prepend(str(site))

    def misbehave(code: str) -> None:
        (site / "sitecustomize.py").write_text(
            f"import sys\nif 'search27.app.pdf_worker' in sys.orig_argv:\n    import os, signal, time\n    {code}\n"
        )

    misbehave("os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(ExtractionError, match="made its reader fail"):
        draw(path, 1, "texte " * 100_000)
    misbehave("os.write(1, b'\\x00\\x00\\x00\\x02{}<svg onload=1>'); os._exit(0)")
    with pytest.raises(ExtractionError, match="made its reader fail"):
        draw(path, 1, "")
    misbehave(
        """os.write(1, b'\\x00\\x00\\x00\\x25{"pages": 1, "found": true, "top": 0}<svg>'); os._exit(0)"""
    )
    with pytest.raises(ExtractionError, match="gave no image"):
        draw(path, 1, "")
    misbehave("[os.write(1, bytes(1 << 20)) for _ in iter(int, 1)]")
    with pytest.raises(LimitExceeded):
        draw(path, 1, "")
    monkeypatch.setattr(pdf_page, "SECONDS", 1.0)
    misbehave("time.sleep(60)")
    with pytest.raises(LimitExceeded):
        draw(path, 1, "")


def test_the_child_has_no_network_and_starts_no_programs() -> None:
    code = (
        "import socket, subprocess, sys\n"
        "from search27.extraction.confine import confine\n"
        "confine(2 << 30)\n"
        "for attempt in (socket.socket, lambda: subprocess.run(['true'])):\n"
        "    try:\n        attempt()\n        sys.exit('allowed')\n"
        "    except PermissionError:\n        pass\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_the_child_finds_its_modules_though_streamlit_adds_folders_of_this_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "src" / "search27"))
    assert draw(write_pdf(tmp_path / "a.pdf", [["Texte"]]), 1, "").pages == 1


def test_the_part_of_a_quote_on_each_of_its_pages() -> None:
    document = make_document(["Premier bloc.", "\fSecond bloc."], labels=["1", "2"], id="a.pdf")
    quote = citation(document, 8, 21)
    assert part_on_page(quote, document, 1) == "bloc.\n\n"
    assert part_on_page(quote, document, 2) == "Second"
    assert part_on_page(quote, document, 3) == ""
    assert has_pages(quote)
    assert not has_pages(citation(make_document("Sans pages.", id="a.pdf"), 0, 4))
    assert not has_pages(citation(make_document("Texte.", labels=["1"], id="a.txt"), 0, 4))


def test_nearly_all_that_the_pdfs_say_is_found_on_its_page() -> None:
    found = []
    for path in (ROOT / "corpus" / DIGEST, *sorted((ROOT / "tests" / "data" / "pdf").glob("*.pdf"))):
        [document] = extract(SourceFile(path.name, path, None))
        with pypdfium2.PdfDocument(path) as pdf:
            pages = [_characters(page.get_textpage()) for page in pdf]
        for block in document.blocks:
            cited = citation(document, block.start, block.end)
            for page in cited.pages:
                part = part_on_page(cited, document, page.number)
                if block.kind != "heading" and len(part) >= 30:
                    found.append(bool(locate(part, pages[page.number - 1])))
    assert (sum(found), len(found)) == (178, 180)
