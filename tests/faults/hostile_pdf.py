"""PDF files that mean harm, written by hand: bombs, floods, loops."""

from __future__ import annotations

import io
import zlib

PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources %s >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
RESOURCES = b"<< /Font << /F1 3 0 R >> >>"


def pdf(objects: dict[int, bytes]) -> bytes:
    """A file of these objects; number 1 is the catalogue."""
    content = b"%PDF-1.4\n"
    offsets = {}
    for number, value in sorted(objects.items()):
        offsets[number] = len(content)
        content += b"%d 0 obj\n" % number + value + b"\nendobj\n"
    start, size = len(content), max(objects) + 1
    table = b"".join(
        b"%010d 00000 n \n" % offsets[n] if n in offsets else b"0000000000 65535 f \n" for n in range(size)
    )
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return content + b"xref\n0 %d\n" % size + table + trailer


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, compressed."""
    packed = zlib.compress(content, 9)
    return (
        b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n" % (len(packed), entries)
        + packed
        + b"\nendstream"
    )


def one_page(content: bytes, resources: bytes = RESOURCES, more: dict[int, bytes] | None = None) -> bytes:
    """A file with one page of this content stream."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        3: FONT,
        4: PAGE % (5, resources),
        5: stream(content),
    }
    return pdf({**objects, **(more or {})})


def text_page(text: bytes = b"Bonjour") -> bytes:
    """A harmless file of one page."""
    return one_page(b"BT /F1 12 Tf 72 770 Td (" + text + b") Tj ET")


def bomb() -> bytes:
    """Some 400 kB that unpack to 400 MB."""
    return one_page(b"BT /F1 12 Tf 72 770 Td (" + b" " * 400_000_000 + b") Tj ET")


def double_bomb() -> bytes:
    """A stream packed twice: 20 kB, 200 MB."""
    packed = zlib.compress(zlib.compress(b" " * 200_000_000, 9), 9)
    head = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(packed)
    return one_page(b"", more={5: head + packed + b"\nendstream"})


def flood() -> bytes:
    """600,000 operators that each show one letter."""
    return one_page(b"BT /F1 12 Tf 72 770 Td " + b"(a) Tj " * 600_000 + b"ET")


def nested_forms(depth: int = 30) -> bytes:
    """Forms that each draw the next one twice: 2^30 drawings."""
    forms = {}
    for level in range(depth):
        inner = b"<< /XObject << /X %d 0 R >> /Font << /F1 3 0 R >> >>" % (11 + level)
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources " + inner
        forms[10 + level] = stream(b"/X Do /X Do", entries)
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources " + RESOURCES
    forms[10 + depth] = stream(b"BT /F1 12 Tf 72 770 Td (a) Tj ET", entries)
    return one_page(b"/X Do", b"<< /XObject << /X 10 0 R >> >>", forms)


def circular_form() -> bytes:
    """A form that draws itself."""
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 10 0 R >> >>"
    return one_page(b"/X Do", b"<< /XObject << /X 10 0 R >> >>", {10: stream(b"/X Do", entries)})


def circular_pages() -> bytes:
    """A tree of pages whose child is itself."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] /Parent 2 0 R >>",
        }
    )


def circular_references() -> bytes:
    """Objects that are references to one another."""
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"3 0 R", 3: b"2 0 R"})


def many_pages(count: int = 10_000) -> bytes:
    """So many pages of one word."""
    kids = b" ".join(b"%d 0 R" % (6 + n) for n in range(count))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
        3: FONT,
        5: stream(b"BT /F1 12 Tf 72 770 Td (mot) Tj ET"),
        **{6 + n: PAGE % (5, RESOURCES) for n in range(count)},
    }
    return pdf(objects)


def outlandish_numbers() -> bytes:
    """Coordinates, counts and lengths beyond all measure."""
    return one_page(b"BT /F1 " + b"9" * 400 + b" Tf 1e308 -1e308 Td 0 0 0 0 0 0 cm (a) Tj ET").replace(
        b"/Count 1", b"/Count 99999999999"
    )


def deep_arrays() -> bytes:
    """Arrays within arrays, 100,000 deep."""
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"[" * 100_000 + b"]" * 100_000})


def encrypted() -> bytes:
    """A file that asks for a password."""
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(text_page()))
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


PDFS = {
    "bomb": bomb,
    "double-bomb": double_bomb,
    "flood": flood,
    "nested-forms": nested_forms,
    "circular-form": circular_form,
    "circular-pages": circular_pages,
    "circular-references": circular_references,
    "many-pages": many_pages,
    "outlandish-numbers": outlandish_numbers,
    "deep-arrays": deep_arrays,
    "encrypted": encrypted,
    "truncated": lambda: text_page()[:-200],
    "zeros": lambda: b"\0" * 10_000,
    "empty": lambda: b"",
    "header-only": lambda: b"%PDF-1.7\n",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
}
