"""Small makers of documents and source files for tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Day
from pathlib import Path
from typing import Any

import yaml

from search27.types import Block, BlockKind, Document, DocumentInfo, PageRef, PageSpan

HEADING = re.compile(r"(#{1,6}) ")
INFO = DocumentInfo(
    id="article.md",
    title="Un article",
    date=Day(2025, 1, 1),
    authors=("La 27e Région",),
    kind="article",
)


def make_document(content: str | Sequence[str], *, labels: Sequence[str] = (), **info: Any) -> Document:
    """Make a document of blocks, given as a list or parted by blank lines.

    `# Titre` makes a heading, `- ` a list item, anything else a paragraph. With `labels`, the document has
    pages that bear them: a block that begins with a form feed opens the next page.

    Args:
        content: The blocks.
        labels: Printed label of each page.
        info: Fields of `DocumentInfo` that differ from `INFO`.
    """
    blocks: list[Block] = []
    texts: list[str] = []
    page_starts: list[int] = []
    offset = 0
    for source in content.split("\n\n") if isinstance(content, str) else content:
        if not texts or source.startswith("\f"):
            page_starts.append(offset)
        kind, level, text = _read_block(source.removeprefix("\f"))
        blocks.append(Block(kind, offset, offset + len(text), level))
        texts.append(text)
        offset += len(text) + 2
    whole = "\n\n".join(texts)
    return Document(replace(INFO, **info), whole, tuple(blocks), _pages(page_starts, len(whole), labels))


def _read_block(source: str) -> tuple[BlockKind, int, str]:
    if heading := HEADING.match(source):
        return "heading", len(heading.group(1)), source[heading.end() :]
    if source.startswith("- "):
        return "list_item", 0, source[2:]
    return "paragraph", 0, source


def _pages(starts: Sequence[int], length: int, labels: Sequence[str]) -> tuple[PageSpan, ...]:
    if not labels:
        return ()
    ends = [*starts[1:], length]
    return tuple(
        PageSpan(PageRef(number, label), start, end)
        for number, (label, start, end) in enumerate(zip(labels, starts, ends, strict=True), start=1)
    )


def write_markdown(
    folder: Path, name: str, *, title: str, body: str, date: str | None = "2025-01-01", **front: Any
) -> Path:
    """Write `folder/name` with YAML front matter and give its path; `front` holds further keys."""
    matter = {"title": title, **({"date": Day.fromisoformat(date)} if date else {}), **front}
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    header = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False)
    path.write_text(f"---\n{header}---\n\n{body}\n", encoding="utf-8")
    return path


def wordpress_post(
    id: int,
    title: str,
    html: str,
    date: str = "2025-01-01T09:00:00",
    *,
    link: str = "",
    author: str = "La 27e Région",
    categories: Sequence[str] = (),
    kind: str = "post",
) -> dict[str, Any]:
    """A post as WordPress's REST API gives it with `_embed`; `title` and `html` may hold entities."""
    terms = [{"id": 100 + i, "name": name, "taxonomy": "category"} for i, name in enumerate(categories)]
    return {
        "id": id,
        "date": date,
        "date_gmt": date,
        "modified": date,
        "modified_gmt": date,
        "slug": f"article-{id}",
        "status": "publish",
        "type": kind,
        "link": link or f"https://www.example.org/article-{id}/",
        "title": {"rendered": title},
        "content": {"rendered": html, "protected": False},
        "excerpt": {"rendered": "", "protected": False},
        "author": 1,
        "categories": [term["id"] for term in terms],
        "tags": [],
        "_embedded": {"author": [{"id": 1, "name": author}], "wp:term": [terms, []]},
    }


def write_pdf(path: Path, pages: Sequence[Sequence[str]], *, title: str = "") -> Path:
    """Write a PDF by hand, one line of Helvetica 12 under the other; only characters of Windows-1252."""
    numbers = [4 + 2 * i for i in range(len(pages))]
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for number, lines in zip(numbers, pages, strict=True):
        shown = b" T* ".join(b"(" + _literal(line) + b") Tj" for line in lines)
        stream = b"BT /F1 12 Tf 72 770 Td 16 TL " + shown + b" ET"
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        objects[number + 1] = f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"
    information = len(objects) + 1
    objects[information] = b"<< /Title (" + _literal(title) + b") >>"
    path.write_bytes(_pdf_file(objects, information))
    return path


def _literal(text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return escaped.encode("cp1252")


def _pdf_file(objects: dict[int, bytes], information: int) -> bytes:
    content = b"%PDF-1.4\n"
    offsets = []
    for number in sorted(objects):
        offsets.append(len(content))
        content += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (
        content
        + f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{table}".encode()
        + f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R /Info {information} 0 R >>\n".encode()
        + f"startxref\n{len(content)}\n%%EOF\n".encode()
    )
