"""A page of a PDF in the corpus as an image, the cited words marked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import search27
from search27.errors import ExtractionError, LimitExceeded
from search27.extraction.sandbox import KEPT_VARIABLES
from search27.extraction.wire import HEADER
from search27.types import Citation, Document

SECONDS = 30.0
REPLY_MAXIMUM_BYTES = 16_000_000
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class PageImage:
    """A drawn page.

    Attributes:
        jpeg: The image, at most 1,240 pixels wide and 2,400 high.
        pages: How many pages the file has.
        found: Whether the quote was found on the page and marked.
        top: From the image's top to the mark, in widths of the image; 0 where nothing is marked.
    """

    jpeg: bytes
    pages: int
    found: bool
    top: float


def has_pages(citation: Citation) -> bool:
    """Whether a citation's publication is a PDF whose page can be shown."""
    return bool(citation.pages) and citation.document.id.lower().endswith(".pdf")


def part_on_page(citation: Citation, document: Document, number: int) -> str:
    """The part of a quote that stands on page `number` (1-based); `""` where none does."""
    for span in document.pages:
        if span.page.number == number:
            start, end = max(span.start, citation.span.start), min(span.end, citation.span.end)
            return document.text[start:end] if start < end else ""
    return ""


def draw(path: Path, number: int, quote: str) -> PageImage:
    """Draw page `number` (1-based) of a PDF in a child process and mark the quote where it is found.

    Raises:
        ExtractionError: The file or the page cannot be drawn.
        LimitExceeded: Drawing takes more time or space than its share.
    """
    reply = _reply(path, number, quote)
    size = HEADER.unpack(reply[: HEADER.size])[0] if len(reply) >= HEADER.size else 0
    body, jpeg = reply[HEADER.size : HEADER.size + size], reply[HEADER.size + size :]
    try:
        header = json.loads(body)
        if "error" in header:
            raise ExtractionError(f"Page {number} of {path.name} cannot be drawn: {header['error']}.")
        image = PageImage(jpeg, int(header["pages"]), bool(header["found"]), float(header["top"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ExtractionError(f"Page {number} of {path.name} made its reader fail.") from error
    if not jpeg.startswith(JPEG):
        raise ExtractionError(f"Page {number} of {path.name} gave no image.")
    return image


def _import_folders() -> list[str]:
    """Where modules are looked for, without folders of this package: Streamlit adds some, whose `types` is ours."""
    package = Path(search27.__file__).parent
    return [entry for entry in sys.path if entry and not Path(entry).resolve().is_relative_to(package)]


def _reply(path: Path, number: int, quote: str) -> bytes:
    """What the child says within its time and size."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(_import_folders())
    command = [sys.executable, "-P", "-m", "search27.app.pdf_worker", str(path), str(number)]
    timed_out = threading.Event()
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def end() -> None:
            timed_out.set()
            process.kill()

        timer = threading.Timer(SECONDS, end)
        timer.start()
        try:
            process.stdin.write(quote.encode("utf-8", "ignore"))
            process.stdin.close()
            reply = process.stdout.read(REPLY_MAXIMUM_BYTES + 1)
        except BrokenPipeError:
            reply = b""
        finally:
            timer.cancel()
            process.kill()
    if timed_out.is_set() or len(reply) > REPLY_MAXIMUM_BYTES:
        raise LimitExceeded(f"Page {number} of {path.name} takes more than {SECONDS:g} s or 16 MB to draw.")
    return reply
