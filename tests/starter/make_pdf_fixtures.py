"""Typeset `tests/data/pdf/source.txt` with four producers: the PDFs of the fidelity test.

Each has two columns, words hyphenated at line ends, running heads, and folios from 17 on. Needs `typst`,
`reportlab` and `pyphen` (in an environment of their own, search27 does not need them), and the commands
`chromium` and `soffice`. Run `python tests/starter/make_pdf_fixtures.py`. The bytes may differ from one run
or version to the next; the text may not.
"""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from html import escape
from itertools import chain, zip_longest
from pathlib import Path

import pyphen
import typst
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

DATA = Path(__file__).parents[1] / "data" / "pdf"
FIRST_FOLIO = 17
LEFT_HEAD, RIGHT_HEAD = "Guide de l’enquête", "Cahiers municipaux"
SOFT_HYPHEN = "\u00ad"
HYPHENATE = pyphen.Pyphen(lang="fr", left=2, right=3)
LETTERS = re.compile(r"[^\W\d_]{6,}")


@dataclass(frozen=True)
class Block:
    """A heading (`h1`, `h2`), a list item (`li`) or a paragraph (`p`)."""

    kind: str
    text: str


def read_source() -> list[Block]:
    """Blocks of the source text, in reading order."""
    marks = {"#": "h1", "##": "h2", "-": "li"}
    blocks = []
    for line in (DATA / "source.txt").read_text(encoding="utf-8").splitlines():
        if line:
            mark, _, rest = line.partition(" ")
            blocks.append(Block(marks[mark], rest) if mark in marks else Block("p", line))
    return blocks


def with_soft_hyphens(text: str) -> str:
    """Mark where French words may be cut, for typesetters that have no French patterns at hand."""
    return LETTERS.sub(lambda word: HYPHENATE.inserted(word.group(), SOFT_HYPHEN), text)


def make_chromium(blocks: list[Block], target: Path) -> None:
    """Print an HTML page with CSS columns and page margin boxes."""
    body = "\n".join(_html(block) for block in blocks)
    style = f"""
      @page {{ size: 170mm 240mm; margin: 25mm 18mm;
        @top-left {{ content: "{LEFT_HEAD}"; font: 8pt serif; }}
        @top-right {{ content: "{RIGHT_HEAD}"; font: 8pt serif; }}
        @bottom-center {{ content: counter(page); font: 9pt serif; }} }}
      html {{ counter-reset: page {FIRST_FOLIO - 1} }}
      body {{ columns: 2; column-gap: 8mm; font: 12pt/1.35 "Liberation Serif";
        text-align: justify; margin: 0 }}
      h1, h2 {{ text-align: left; break-after: avoid }} ul {{ padding-left: 5mm }}"""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(
            f'<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Enquêter dans un quartier</title>'
            f"<style>{style}</style><body>{body}</body></html>",
            encoding="utf-8",
        )
        options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
        command = ["chromium", *options, f"--print-to-pdf={target}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def _html(block: Block) -> str:
    text = escape(with_soft_hyphens(block.text) if block.kind in ("p", "li") else block.text)
    return f"<ul><li>{text}</li></ul>" if block.kind == "li" else f"<{block.kind}>{text}</{block.kind}>"


def make_typst(blocks: list[Block], target: Path) -> None:
    """Typeset with Typst, which has French patterns of its own."""
    marks = {"h1": "= ", "h2": "== ", "li": "- ", "p": ""}
    body = "\n\n".join(marks[block.kind] + block.text for block in blocks)
    source = f"""
      #set document(title: "Enquêter dans un quartier", date: none)
      #set text(lang: "fr", size: 11.5pt, hyphenate: true)
      #set par(justify: true)
      #set page(width: 170mm, height: 240mm, columns: 2, numbering: "1", margin: (x: 18mm, y: 25mm),
        header: text(size: 8pt)[{LEFT_HEAD} #h(1fr) {RIGHT_HEAD}])
      #counter(page).update({FIRST_FOLIO})
    """
    typst.compile((source + body).encode(), output=target, ignore_system_fonts=True)


def make_libreoffice(blocks: list[Block], target: Path) -> None:
    """Convert a flat OpenDocument text whose page style has two columns."""
    styles = {"h1": "Head", "h2": "Subhead", "li": "Item", "p": "Body"}
    prefix = {"li": "•\u00a0"}
    body = "\n".join(
        f'<text:p text:style-name="{"First" if i == 0 else styles[block.kind]}">'
        f"{prefix.get(block.kind, '')}{escape(with_soft_hyphens(block.text))}</text:p>"
        for i, block in enumerate(blocks)
    )
    template = (DATA / "template.fodt").read_text(encoding="utf-8")
    for name, value in {
        "LEFT": LEFT_HEAD,
        "RIGHT": RIGHT_HEAD,
        "FOLIO": str(FIRST_FOLIO),
        "BODY": body,
    }.items():
        template = template.replace(f"%{name}%", value)
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, target.with_suffix(".fodt").name)
        document.write_text(template, encoding="utf-8")
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(document)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        target.write_bytes(document.with_suffix(".pdf").read_bytes())


PAGE_WIDTH, PAGE_HEIGHT = 170 * mm, 240 * mm
FONT, SIZE, LEADING = "Times-Roman", 11.5, 15.0
COLUMN_WIDTH, LINES_PER_COLUMN = 63 * mm, 35
COLUMN_X = (18 * mm, 89 * mm)


def make_row_by_row(blocks: list[Block], target: Path) -> None:
    """Draw the first line of the left column, then of the right one, then the second lines, and so on."""
    lines = list(chain.from_iterable(_block_lines(block) for block in blocks))
    canvas = Canvas(str(target), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=True)
    canvas.setTitle("Enquêter dans un quartier")
    per_page = 2 * LINES_PER_COLUMN
    for page, start in enumerate(range(0, len(lines), per_page)):
        canvas.setFont(FONT, 8)
        canvas.drawString(COLUMN_X[0], PAGE_HEIGHT - 45, LEFT_HEAD)
        canvas.drawRightString(COLUMN_X[1] + COLUMN_WIDTH, PAGE_HEIGHT - 45, RIGHT_HEAD)
        middle = start + LINES_PER_COLUMN
        left, right = lines[start:middle], lines[middle : start + per_page]
        for row, pair in enumerate(zip_longest(left, right, fillvalue=(FONT, ""))):
            for x, (font, text) in zip(COLUMN_X, pair, strict=True):
                canvas.setFont(font, SIZE)
                canvas.drawString(x, PAGE_HEIGHT - 80 - row * LEADING, text)
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(PAGE_WIDTH / 2, 40, str(FIRST_FOLIO + page))
        canvas.showPage()
    canvas.save()


def _block_lines(block: Block) -> list[tuple[str, str]]:
    font = "Times-Bold" if block.kind in ("h1", "h2") else FONT
    text = f"• {block.text}" if block.kind == "li" else block.text
    lines, line = [], ""
    words = [word for word in re.split(" ", text) if word]
    while words:
        word = words.pop(0)
        if _fits(longer := f"{line} {word}".lstrip(), font):
            line = longer
            continue
        for head, tail in HYPHENATE.iterate(word) if font == FONT and LETTERS.search(word) else ():
            if _fits(longer := f"{line} {head}-".lstrip(), font):
                line, word = longer, tail
                break
        lines.append((font, line))
        line = ""
        words.insert(0, word)
    return [*lines, (font, line), (font, "")]


def _fits(text: str, font: str) -> bool:
    return stringWidth(text, font, SIZE) <= COLUMN_WIDTH


if __name__ == "__main__":
    source = read_source()
    makers = (make_chromium, make_typst, make_libreoffice, make_row_by_row)
    for make in makers:
        target = DATA / f"{make.__name__.removeprefix('make_').replace('_', '-')}.pdf"
        make(source, target)
        print(f"{target.name}: {target.stat().st_size:,} bytes")
