"""An answer with its sources as Markdown, to paste into a note."""

from __future__ import annotations

from search27.app import formats, links
from search27.app.markup import literal
from search27.app.texts import Texts
from search27.types import Answer, Citation


def markdown(answer: Answer, texts: Texts) -> str:
    """Question, answer with numbered citations, and each source with its quote, place and address."""
    lines = [f"**{texts.export_question}** — {literal(answer.question)}", "", _body(answer), ""]
    lines += [f"*{literal(answer.notice)}*", ""] if answer.notice else []
    lines += [f"## {texts.export_sources}", ""] if answer.citations else []
    for citation in answer.citations:
        lines += [_source(citation, texts), f"   > {literal(citation.quote)}", ""]
    for citation in answer.newer:
        notice = texts.answer_newer.format(date=formats.day(citation.document.date, texts))
        lines += [notice, "", f"> {literal(citation.quote)}", ">", f"> {_reference(citation, texts)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _body(answer: Answer) -> str:
    if not answer.sentences:
        return literal(answer.text)
    return " ".join(literal(s.text) + "".join(f" [{n}]" for n in s.citations) for s in answer.shown)


def _source(citation: Citation, texts: Texts) -> str:
    return f"{citation.number}. {_reference(citation, texts)}"


def _reference(citation: Citation, texts: Texts) -> str:
    url = links.original(citation.document.url)
    title, *facts = formats.reference(citation, texts)
    parts = [literal(title), *map(literal, facts), f"<{url}>" if url else ""]
    return ", ".join(part for part in parts if part)
