"""The cited publications as BibTeX and as CSL-JSON, for Zotero and word processors."""

from __future__ import annotations

import json
import re
from typing import Any

from search27.app import formats, links
from search27.app.texts import Texts
from search27.french.words import fold
from search27.types import Answer, Citation, DocumentInfo, Kind

CSL_TYPES: dict[Kind, str] = {
    "report": "report",
    "article": "post-weblog",
    "deliverable": "document",
    "page": "webpage",
}
"""Source: CSL 1.0.2, appendix III (types)."""

KEY_WORDS = 3
SMALL_WORD = 3  # letters up to which a word of the title is left out of the key
# Each of these has a meaning of its own in a BibTeX value.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "{}$&#%_"},
}


def bibtex(answer: Answer, texts: Texts) -> str:
    """One entry for each cited publication, in the order of the answer, with the cited pages as a note."""
    return "\n".join(_entry(key, cited, texts) for key, cited in _publications(answer).items())


def csl_json(answer: Answer, texts: Texts) -> str:
    """The same entries as a CSL-JSON list."""
    items = [_item(key, cited, texts) for key, cited in _publications(answer).items()]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _publications(answer: Answer) -> dict[str, list[Citation]]:
    """Citations by publication under the key of its entry; keys are unique."""
    by_id: dict[str, list[Citation]] = {}
    for citation in (*answer.citations, *answer.newer):
        by_id.setdefault(citation.document.id, []).append(citation)
    keyed: dict[str, list[Citation]] = {}
    for cited in by_id.values():
        key = base = _key(cited[0].document)
        number = 1
        while key in keyed:
            number += 1
            key = f"{base}-{number}"
        keyed[key] = cited
    return keyed


def _key(document: DocumentInfo) -> str:
    """`la27eregion2025-rapport-activite`: author, year and first words of the title, in plain letters."""
    author = "".join(_words(document.authors[0])) if document.authors else ""
    year = str(document.date.year) if document.date else ""
    title = [word for word in _words(document.title) if len(word) > SMALL_WORD][:KEY_WORDS]
    return "-".join(part for part in (author + year, *title) if part) or "source"


def _words(text: str) -> list[str]:
    return [word for part in re.split(r"\W+", text) for word in re.findall(r"[a-z0-9]+", fold(part))]


def _entry(key: str, cited: list[Citation], texts: Texts) -> str:
    document = cited[0].document
    url = links.original(document.url)
    kind = "techreport" if document.kind == "report" and document.authors else "misc"
    fields = {
        "author": " and ".join(f"{{{_escaped(author)}}}" for author in document.authors),
        "institution": _escaped(", ".join(document.authors)) if kind == "techreport" else "",
        "title": f"{{{_escaped(document.title)}}}",
        "year": str(document.date.year) if document.date else "",
        "month": str(document.date.month) if document.date else "",
        "day": str(document.date.day) if document.date else "",
        "url": url.replace("{", "%7B").replace("}", "%7D"),
        "note": _escaped(_places(cited, texts)),
    }
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{rows}}}\n"


def _item(key: str, cited: list[Citation], texts: Texts) -> dict[str, Any]:
    document = cited[0].document
    day = document.date
    fields = {
        "id": key,
        "type": CSL_TYPES[document.kind],
        "title": document.title,
        "author": [{"literal": author} for author in document.authors],
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": links.original(document.url),
        "language": document.language,
        "note": _places(cited, texts),
    }
    return {name: value for name, value in fields.items() if value}


def _places(cited: list[Citation], texts: Texts) -> str:
    return " ; ".join(dict.fromkeys(formats.citation_place(citation, texts) for citation in cited))


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in " ".join(text.split()))
