"""An answer with its sources as a Word document."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from search27.app import formats, links
from search27.app.texts import Texts
from search27.extraction.repair import repair_characters
from search27.types import Answer, Citation

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

LINK_COLOUR = "0B5568"


def word(answer: Answer, texts: Texts) -> bytes:
    """The same content as the Markdown form, as DOCX."""
    from docx import Document

    document = Document()
    _describe(document, answer, texts)
    document.add_heading(_clean(answer.question), 1)
    body = document.add_paragraph()
    for sentence in answer.shown:
        numbers = "".join(f" [{number}]" for number in sentence.citations)
        body.add_run(f"{_clean(sentence.text)}{numbers} ")
    if not answer.sentences:
        body.add_run(_clean(answer.text))
    if answer.notice:
        document.add_paragraph().add_run(_clean(answer.notice)).italic = True
    if answer.citations:
        document.add_heading(texts.export_sources, 2)
    for citation in answer.citations:
        _source(document, citation, f"[{citation.number}] ", texts)
    for citation in answer.newer:
        day = formats.day(citation.document.date, texts)
        document.add_paragraph(texts.answer_newer.format(date=day))
        _source(document, citation, "", texts)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _describe(document: WordDocument, answer: Answer, texts: Texts) -> None:
    """Properties of the file; the language decides which words a spelling checker marks."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = document.core_properties
    properties.title = _clean(answer.question)[:255]
    properties.author = properties.comments = ""
    properties.language = texts.language
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR" if texts.language == "fr" else "en-GB")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _source(document: WordDocument, citation: Citation, number: str, texts: Texts) -> None:
    title, *facts = formats.reference(citation, texts)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(number + _clean(title)).bold = True
    paragraph.add_run("".join(f", {_clean(fact)}" for fact in facts))
    url = links.original(citation.document.url)
    if url:
        paragraph.add_run(", ")
        _link(paragraph, url)
    document.add_paragraph(_clean(citation.quote), style="Quote")


def _link(paragraph: Paragraph, url: str) -> None:
    """A clickable address; python-docx reads links and does not write them."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(url)
    run.underline = True
    run.font.color.rgb = RGBColor.from_string(LINK_COLOUR)
    link.append(run._r)
    paragraph._p.append(link)


def _clean(text: str) -> str:
    """Text that XML can hold: a typed question may contain control characters."""
    return " ".join(repair_characters(text).split())
