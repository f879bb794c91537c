"""Dates, pages, counts and sizes as a reader writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from search27.app.texts import Texts
from search27.extraction.remarks import recognised
from search27.extraction.sandbox import HINTS, OTHER_HINT
from search27.types import Citation, DocumentInfo, FailedDocument, PageRef, Passage

HIGH_CONFIDENCE = 0.6
MEDIUM_CONFIDENCE = 0.3


def day(value: date | None, texts: Texts) -> str:
    """`12 mars 2019`; the first of a month as the language has it."""
    if value is None:
        return texts.undated
    number = texts.first_of_month if value.day == 1 else str(value.day)
    return texts.date.format(day=number, month=texts.months[value.month - 1], year=value.year)


def count(number: int, one: str, many: str, texts: Texts) -> str:
    """`one` or `many` with its `{n}` filled; French counts 0 as singular."""
    singular = number in (0, 1) if texts.language == "fr" else number == 1
    grouped = f"{number:,}".replace(",", "\u202f" if texts.language == "fr" else ",")
    return (one if singular else many).format(n=grouped)


def publications(number: int, texts: Texts) -> str:
    """`12 publications`."""
    return count(number, texts.publications_one, texts.publications_many, texts)


def passages(number: int, texts: Texts) -> str:
    """`340 passages`."""
    return count(number, texts.passages_one, texts.passages_many, texts)


def decimal(number: float, texts: Texts) -> str:
    """One decimal, with the language's mark."""
    return f"{number:.1f}".replace(".", texts.decimal_mark)


def pages(refs: Sequence[PageRef], texts: Texts) -> str:
    """Printed labels, and the place in the PDF where it differs: `p. 12, PDF 14`; `""` without pages."""
    if not refs:
        return ""
    first, last = refs[0], refs[-1]
    label = texts.page_one.format(label=first.label)
    if first != last:
        label = texts.page_many.format(first=first.label, last=last.label)
    if first.label == str(first.number):
        return label
    return f"{label}, {texts.page_in_file.format(number=first.number)}"


def place(passage: Passage, refs: Sequence[PageRef], texts: Texts, title: str = "") -> str:
    """Where a passage stands: its pages, or paragraph and heading where the source has no pages.

    A heading that only says the publication's `title` again is left out.
    """
    if refs:
        return pages(refs, texts)
    paragraph = texts.paragraph.format(number=passage.paragraph)
    return paragraph if passage.heading in ("", title) else f"{paragraph}, {passage.heading}"


def citation_place(citation: Citation, texts: Texts) -> str:
    """Where a citation's quote stands."""
    refs = citation.pages or citation.passage.pages
    return place(citation.passage, refs, texts, citation.document.title)


def described(document: DocumentInfo, texts: Texts) -> str:
    """Kind and date: `Rapport · 12 mars 2019`."""
    return f"{texts.kinds[document.kind]} · {day(document.date, texts)}"


def reference(citation: Citation, texts: Texts) -> list[str]:
    """Title, kind and date, place, and whose words they are, where the publication quotes someone."""
    speaker = texts.answer_speaker.format(name=citation.speaker) if citation.speaker else ""
    facts = (described(citation.document, texts), citation_place(citation, texts), speaker)
    return [citation.document.title, *(fact for fact in facts if fact)]


def confidence(value: float, texts: Texts) -> str:
    """A confidence in [0, 1] in words."""
    if value >= HIGH_CONFIDENCE:
        return texts.confidence_high
    return texts.confidence_medium if value >= MEDIUM_CONFIDENCE else texts.confidence_low


def moment(timestamp: str, texts: Texts) -> tuple[str, str]:
    """Day and time of an ISO 8601 UTC timestamp, in the machine's time zone."""
    local = datetime.fromisoformat(timestamp).astimezone()
    return day(local.date(), texts), local.strftime("%H:%M")


def failure(row: FailedDocument, texts: Texts) -> str:
    """Why a file could not be read and what to do, then the message of the log, which is English."""
    known = {hint: texts.failures[name] for name, hint in HINTS.items()} | {
        OTHER_HINT: texts.failures["other"]
    }
    return f"{known[row.hint]}\n({row.reason})" if row.hint in known else f"{row.reason}\n{row.hint}"


def remark(warning: str, texts: Texts) -> str:
    """A remark of extraction in the reader's language; an unusual one as it is in the log, which is English."""
    found = recognised(warning)
    if found is None:
        return warning
    name, values = found
    if name == "date_guessed":
        values = {"date": day(date.fromisoformat(values["date"]), texts)}
    return texts.remarks[name].format(**values)
