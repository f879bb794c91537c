"""PDF files: two readers for the text, pypdf for all else (ADR 0003)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdf
import pypdfium2
from pypdf.errors import DependencyError

from search27.errors import EmptyDocument, EncryptedDocument, ExtractionError, LimitExceeded
from search27.extraction.draft import Draft, Piece, assemble
from search27.extraction.meta import Meta, authors_of, complete, parse_day, sensible_title
from search27.extraction.pdf_blocks import pieces_of_pages
from search27.extraction.pdf_furniture import Furniture, PageLines, find_furniture
from search27.extraction.pdf_layout import Line, Word, line_of, lines_of, rows_of
from search27.extraction.pdf_readers import pdfium_words, pypdf_lines, second_is_better
from search27.extraction.remarks import remark
from search27.extraction.repair import repair_line
from search27.sources.folder import SourceFile
from search27.types import Document, Link

PAGES_MAXIMUM = 5_000
LIMITS = pypdf.Configuration(
    stream_parsing_work_maximum_count=200_000,
    stream_decoding_work_maximum_length=200_000_000,
    page_tree_maximum_entries=20_000,
    xform_maximum_invocations_per_extraction=2_000,
    jbig2dec_binary=None,
)
"""Stricter than pypdf's own. Source: ADR 0003."""


def read_pdf(source: SourceFile, content: bytes) -> Document:
    """Read a PDF page by page; a page that cannot be read becomes a warning.

    Raises:
        EncryptedDocument: The file asks for a password.
        EmptyDocument: No page holds text (a scan, mostly).
        LimitExceeded: The file has more than 5,000 pages.
        ExtractionError: The file is damaged, or none of its pages can be read.
    """
    with pypdf.apply_configuration(LIMITS):
        reader = _open(source, content)
        pages = [_read_page(page, number) for number, page in enumerate(reader.pages)]
        _add_words(pages, content)
        labels = _labels(reader, len(pages))
        own = _metadata(reader)
        links = tuple(_links(reader))
    if not any(page.first or page.words for page in pages):
        raise _nothing(source, pages)
    furniture = find_furniture([page.as_lines() for page in pages])
    lines = [_lines(page, number, furniture) for number, page in enumerate(pages)]
    pieces = pieces_of_pages(lines)
    own = own.or_else(Meta(title=_title(pieces)))
    meta, guesses = complete(source, own, "deliverable")
    warnings = (*guesses, *_warnings(pages, lines))
    return assemble(source.id, Draft(meta, pieces, labels or furniture.labels, links, warnings))


@dataclass(slots=True)
class _Page:
    """What the two readers found on a page, and the error of the first if it failed."""

    bottom: float
    top: float
    first: list[Line]
    words: list[Word]
    error: str = ""
    has_image: bool = False

    def as_lines(self) -> PageLines:
        """Lines across the whole width, by the second reader if it found any."""
        rows = [line_of(row) for row in rows_of(self.words)]
        return PageLines(rows or self.first, self.bottom, self.top)


def _open(source: SourceFile, content: bytes) -> pypdf.PdfReader:
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedDocument(f"{source.id} asks for a password.")
        count = len(reader.pages)
    except EncryptedDocument:
        raise
    except DependencyError as error:
        raise EncryptedDocument(f"{source.id} is encrypted in a way that is not read ({error}).") from error
    except Exception as error:
        # Damaged files make pypdf raise errors of many kinds, outside PyPdfError too.
        raise ExtractionError(f"{source.id} is a damaged PDF ({error}). Fetch or save it again.") from error
    if count > PAGES_MAXIMUM:
        raise LimitExceeded(f"{source.id} has {count:,} pages; at most {PAGES_MAXIMUM:,} are read.")
    return reader


def _read_page(page: pypdf.PageObject, number: int) -> _Page:
    try:
        box = page.mediabox
        result = _Page(float(box.bottom), float(box.top), [], [])
        result.first = pypdf_lines(page)
        result.has_image = len(page.images) > 0
    except Exception as error:
        # One bad page never costs the document: it is told in the document's warnings.
        return _Page(0.0, 842.0, [], [], error=f"Page {number + 1} could not be read ({error}).")
    return result


def _add_words(pages: Sequence[_Page], content: bytes) -> None:
    """Read the pages with PDFium too; what it cannot read is left to pypdf."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        return
    try:
        for number, page in enumerate(pages[: len(document)]):
            with contextlib.suppress(pypdfium2.PdfiumError):
                page.words = pdfium_words(document[number].get_textpage())
    finally:
        document.close()


def _lines(page: _Page, number: int, furniture: Furniture) -> list[Line]:
    first = [line for line in page.first if not furniture.holds(number, line.y, line.text)]
    words = [word for word in page.words if not furniture.holds(number, word.y)]
    second, columns = lines_of(words)
    return second if second_is_better(first, second, columns) else _with_edges(first, second)


def _with_edges(first: Sequence[Line], second: Sequence[Line]) -> list[Line]:
    """The first reader's lines with the right edges that the second measured."""
    edges = {(round(line.y), round(line.left)): line.right for line in second}
    return [replace(line, right=edges.get((round(line.y), round(line.left)), line.right)) for line in first]


def _labels(reader: pypdf.PdfReader, count: int) -> dict[int, str]:
    """Labels that the file gives its pages, if they are more than the physical numbers."""
    try:
        labels = reader.page_labels
    except Exception:
        # Labels are an ornament; damaged ones are as good as none.
        return {}
    found = {number: label for number, label in enumerate(labels[:count], start=1) if label}
    return {} if all(label == str(number) for number, label in found.items()) else found


def _metadata(reader: pypdf.PdfReader) -> Meta:
    try:
        found = reader.metadata
        if found is None:
            return Meta()
        return Meta(
            title=sensible_title(repair_line(found.title or "")),
            date=parse_day(found.creation_date),
            modified=parse_day(found.modification_date),
            authors=authors_of(repair_line(found.author or "")),
        )
    except Exception:
        # Titles and dates come from elsewhere where a file's own are damaged.
        return Meta()


def _links(reader: pypdf.PdfReader) -> Iterator[Link]:
    for page in reader.pages:
        with contextlib.suppress(Exception):  # Links of a damaged page are lost, its text is not.
            for annotation in page.annotations or ():
                action = annotation.get_object().get("/A", {}).get_object()
                url = str(action.get("/URI", ""))
                if url.startswith(("http://", "https://")):
                    yield Link(url, url)


def _title(pieces: Sequence[Piece]) -> str:
    """The largest text of the first page."""
    headings = [piece for piece in pieces if piece.kind == "heading" and piece.page == 1]
    return min(headings, key=lambda piece: piece.level).text if headings else ""


def _warnings(pages: Sequence[_Page], lines: Sequence[Sequence[Line]]) -> Iterator[str]:
    for number, (page, found) in enumerate(zip(pages, lines, strict=True), start=1):
        if page.error and not page.words:
            yield page.error
        elif page.has_image and not found:
            yield remark("image_page", page=number)


def _nothing(source: SourceFile, pages: Sequence[_Page]) -> ExtractionError:
    errors = [page.error for page in pages if page.error]
    if errors:
        return ExtractionError(f"{source.id}: none of its {len(pages)} pages can be read. {errors[0]}")
    return EmptyDocument(f"{source.id} holds no text in its {len(pages)} pages; it may be a scan.")
