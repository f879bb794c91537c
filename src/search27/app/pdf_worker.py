"""The child that draws one page: `python -m search27.app.pdf_worker FILE PAGE`, the quote on standard input.

A PDF is nobody's word: it is parsed here, under limits, and only pixels come back.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from search27.extraction.confine import allow_processor_seconds, confine
from search27.extraction.wire import pack

MEMORY_BYTES = 2 * 1024**3
SECONDS = 20.0
WIDTH_PIXELS = 1240
HEIGHT_PIXELS = 2400
CHARACTERS_MAXIMUM = 200_000
JPEG_QUALITY = 88
MARKER = (255, 224, 102)
MARGIN_PIXELS = 2


def main(path: str, number: int) -> None:
    """Write a header of JSON and then the image as JPEG, or a header that names the error."""
    quote = sys.stdin.buffer.read().decode("utf-8")
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as reply:
        # What a parser prints must not end up in the reply.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        confine(MEMORY_BYTES)
        allow_processor_seconds(SECONDS)
        try:
            header, image = draw(path, number, quote)
        except Exception as error:
            # Whatever PDFium makes of a damaged file is this page's matter only; the header names it.
            header, image = {"error": f"{type(error).__name__}: {error}"}, b""
        reply.write(pack(header) + image)


def draw(path: str, number: int, quote: str) -> tuple[dict[str, Any], bytes]:
    """One page (1-based) with the quote's characters marked, and what is known of it."""
    import pypdfium2
    from PIL import Image, ImageChops

    from search27.app.pdf_quote import locate

    with pypdfium2.PdfDocument(path) as document:
        pages = len(document)
        if not 1 <= number <= pages:
            raise ValueError(f"there is no page {number}, the file has {pages}")
        page = document[number - 1]
        width, height = page.get_size()
        bitmap = page.render(scale=min(WIDTH_PIXELS / width, HEIGHT_PIXELS / height))
        image = bitmap.to_pil().convert("RGB")
        text = page.get_textpage()
        ranges = locate(quote, _characters(text)) if quote else []
        text.count_rects()
        boxes = _boxes(ranges, text, bitmap.get_posconv(page), image.size)
        for left, top, right, bottom in boxes:
            area = image.crop((left, top, right, bottom))
            marked = ImageChops.multiply(area, Image.new("RGB", area.size, MARKER))
            image.paste(marked, (left, top))
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=JPEG_QUALITY)
        first = min((top for _, top, _, _ in boxes), default=0)
        return {"pages": pages, "found": bool(ranges), "top": first / image.width}, stream.getvalue()


def _characters(text: Any) -> list[str]:
    import pypdfium2.raw as pdfium

    count = text.count_chars()
    return [
        chr(pdfium.FPDFText_GetUnicode(text, index))
        for index in range(count if count <= CHARACTERS_MAXIMUM else 0)
    ]


def _boxes(
    ranges: list[tuple[int, int]], text: Any, converter: Any, size: tuple[int, int]
) -> list[tuple[int, int, int, int]]:
    """Boxes of the ranges line by line, in pixels: left, top, right, bottom."""
    boxes = []
    for start, end in ranges:
        for number in range(text.count_rects(start, end - start)):
            left, bottom, right, top = text.get_rect(number)
            corners = [converter.to_bitmap(left, top), converter.to_bitmap(right, bottom)]
            xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
            box = (
                max(xs[0] - MARGIN_PIXELS, 0),
                max(ys[0] - MARGIN_PIXELS, 0),
                min(xs[1] + MARGIN_PIXELS, size[0]),
                min(ys[1] + MARGIN_PIXELS, size[1]),
            )
            if box[0] < box[2] and box[1] < box[3]:
                boxes.append(box)
    return boxes


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
