"""What extraction remarks on most often: in English for the log, recognised again by an app in another language."""

from __future__ import annotations

import re

REMARKS = {
    "date_guessed": "The date {date} was guessed from the file name or title. Set it in a sidecar.",
    "image_page": "Page {page} is an image without text. Run text recognition (OCR) to search it.",
    "no_main_text": "No main text was found in the page: all of its text was taken.",
    "empty_post": "The post holds no text, only its title, date and link are searched.",
    "not_utf8": "The text is not UTF-8; it was read as Windows-1252. Check its accents.",
}


def remark(name: str, **values: object) -> str:
    """The remark with its values."""
    return REMARKS[name].format(**values)


def recognised(text: str) -> tuple[str, dict[str, str]] | None:
    """Name and values of a remark; None for any other text."""
    for name, template in REMARKS.items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        if match := re.fullmatch(pattern, text):
            return name, match.groupdict()
    return None
