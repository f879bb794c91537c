"""Results on stdout: one JSON object, or text for a reader. Labels around French content are French."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.table import Table

from search27.app.formats import citation_place, count, day, place
from search27.app.texts import texts_in
from search27.evaluation import Evaluation, Scores
from search27.types import (
    Answer,
    BuildReport,
    Citation,
    DocumentInfo,
    FailedDocument,
    Generation,
    Hit,
    IndexStatus,
    SyncReport,
)

if TYPE_CHECKING:
    from search27.doctor import Finding
    from search27.purge import Purged

Result = TypeVar("Result")

FRENCH = texts_in("fr")
GENERATED = "Rédigé par un modèle de langue ; chaque phrase est vérifiée dans les passages cités."
MEGABYTE = 1_000_000
COLUMNS = {
    "hit@1": "hit_at_1",
    "hit@5": "hit_at_5",
    "hit@10": "hit_at_10",
    "mrr@10": "mrr_at_10",
    "doc@5": "doc_at_5",
    "answered": "answered",
    "right": "answer_right",
    "cites gold": "cites_gold",
}


def emit(result: Result, as_json: bool, show: Callable[[Result], None]) -> None:
    """Print a result as JSON, or have it shown as text."""
    if as_json:
        print(to_json(result))
    else:
        show(result)


def to_json(value: object) -> str:
    """JSON of a value made of dataclasses, by their field names; dates are ISO 8601."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def show_report(report: BuildReport) -> None:
    """What a build did."""
    if report.unchanged:
        _line("Nothing changed: the index already holds this corpus.")
    else:
        changes = f"{len(report.added)} added, {len(report.changed)} changed, {len(report.removed)} removed"
        cached = f", {report.passages_cached} more taken from the cache" if report.passages_cached else ""
        _line(f"Documents: {changes}. Passages encoded: {report.passages_encoded}{cached}.")
    _line(
        f"Index {report.generation}: {_counted(report.documents, 'document')}, "
        f"{_counted(report.passages, 'passage')} ({report.seconds:.1f} s)."
    )
    for document, warnings in report.warnings.items():
        for warning in warnings:
            _line(f"Warning: {document}: {warning}")
    _show_failed(report.failed)


def show_history(result: dict[str, list[Generation]]) -> None:
    """The kept generations, the one in use marked."""
    for row in result["generations"]:
        mark = "*" if row.current else " "
        counts = f"{_counted(row.documents, 'document')}, {_counted(row.passages, 'passage')}"
        _line(f"{mark} {row.name}, built {row.built_at}: {counts}")


def show_sync(report: SyncReport) -> None:
    """What a sync did, or would do."""
    _line(f"{report.site}: {'what a sync would do' if report.dry_run else 'brought in'}", "bold")
    for title, rows in (
        ("New", report.added),
        ("Changed", report.changed),
        ("To the trash", report.removed),
        ("Taken out of the corpus by somebody, and left out", report.left_out),
        ("No longer listed, but too many to remove at once; check them, then add --yes", report.held),
    ):
        _show_list(f"{title}: {len(rows)}", [f"{row.title or row.url} ({row.id})" for row in rows])
    _line(f"\nUnchanged: {report.unchanged}. Requests: {report.requests} ({report.seconds:.1f} s).")
    _show_failed(report.failed, "Not fetched")
    if report.build:
        show_report(report.build)
    if report.index_kept:
        _line(f"The index stays as it was: {report.index_kept}", "bold")


def show_watched(result: BuildReport | str) -> None:
    """What a watched folder brought, or why the index could not be renewed now."""
    if isinstance(result, str):
        print(f"search27: {result}", file=sys.stderr, flush=True)
    else:
        show_report(result)


def show_status(status: IndexStatus) -> None:
    """What an index holds."""
    _line(f"Index {status.generation}, built {status.built_at}")
    _line(
        f"{_counted(status.documents, 'document')}, {_counted(status.passages, 'passage')}, "
        f"{status.bytes / MEGABYTE:.1f} MB"
    )
    _line(f"Encoder {status.encoder}, {status.dimension} dimensions")
    _show_failed(status.failed)


def show_hits(hits: Sequence[Hit]) -> None:
    """Passages with their place, best first."""
    if not hits:
        _line("Aucun passage trouvé.")
    for number, hit in enumerate(hits, 1):
        where = place(hit.passage, hit.passage.pages, FRENCH)
        _line(f"{number}. {_described(hit.document)}, {where}  ({hit.score:.3f})", "bold")
        _line(hit.passage.text)
        _show_source(hit.document)
        for other in hit.also_in:
            _line(f"= {_described(other)}", "dim")
        _line("")


def show_answer(answer: Answer) -> None:
    """An answer with the numbers of its citations, then the citations; or what else to read and ask."""
    marked = [s.text + "".join(f" [{number}]" for number in s.citations) for s in answer.shown]
    _line(" ".join(marked) or answer.text)
    if any(sentence.verdict == "supported" for sentence in answer.sentences):
        _line(f"\n{GENERATED}", "dim")
    if answer.notice:
        _line(f"\n{answer.notice}")
    withheld = count(len(answer.withheld), FRENCH.withheld_one, FRENCH.withheld_many, FRENCH)
    _show_list(f"{withheld}. {FRENCH.withheld_lead}", [sentence.text for sentence in answer.withheld])
    _show_list(FRENCH.abstained_nearest, [_described(document) for document in answer.nearest])
    _show_list(FRENCH.abstained_suggestions, answer.suggestions)
    if answer.citations:
        _line(f"\n{FRENCH.answer_sources}", "bold")
    for citation in answer.citations:
        _show_citation(citation)
    for citation in answer.newer:
        _line("\n" + FRENCH.answer_newer.format(date=day(citation.document.date, FRENCH)), "bold")
        _show_citation(citation)


def _show_citation(citation: Citation) -> None:
    speaker = f" ({citation.speaker})" if citation.speaker else ""
    _line(f"[{citation.number}] « {citation.quote} »{speaker}")
    _line(f"{_described(citation.document)}, {citation_place(citation, FRENCH)}")
    _show_source(citation.document)


def _described(document: DocumentInfo) -> str:
    return f"{document.title}, {day(document.date, FRENCH)}"


def _show_source(document: DocumentInfo) -> None:
    _line(document.url or document.id, "dim")


def _show_list(title: str, rows: Sequence[str]) -> None:
    if rows:
        _line(f"\n{title}", "bold")
    for row in rows:
        _line(f"- {row}")


def show_findings(findings: Sequence[Finding]) -> None:
    """What the doctor found."""
    table = _table("", "State", "Found", "What to do")
    for finding in findings:
        table.add_row(finding.name, finding.state, finding.found, finding.advice)
    Console().print(table)


def show_purge(purged: Purged) -> None:
    """What was erased, or would be."""
    for title, rows in (
        ("Files erased", purged.removed),
        ("Files from which the name is taken out", purged.rewritten),
        ("Generations of the index", purged.generations),
        ("Publications of the index that still hold the name", purged.left),
    ):
        _show_list(title, rows)
    _line(f"Verdicts erased: {purged.verdicts}")


def _show_failed(failed: Sequence[FailedDocument], title: str = "Not indexed") -> None:
    if not failed:
        return
    _line(f"\n{title}: {len(failed)}", "bold")
    table = _table("File", "Reason", "What to do")
    for row in failed:
        table.add_row(row.id, row.reason, row.hint)
    Console().print(table)


def show_evaluation(result: Evaluation) -> None:
    """Scores of each group of questions, with the difference to the index compared with."""
    table = _table("questions", "n", *COLUMNS)
    for name, scores in result.groups.items():
        other = result.against.groups[name] if result.against else None
        table.add_row(name, str(scores.n), *(_cell(scores, other, field) for field in COLUMNS.values()))
    Console().print(table)
    for label, field in (
        ("Abstained on unanswerable", "abstained"),
        ("Confidence AUROC", "confidence_auroc"),
    ):
        _line(f"{label}: {_cell(result, result.against, field)}")
    if result.against:
        _line("In brackets: difference to the other index.")


def _cell(scores: Scores | Evaluation, other: Scores | Evaluation | None, field: str) -> str:
    value = getattr(scores, field)
    if value is None:
        return "–"
    if other is None or getattr(other, field) is None:
        return f"{value:.3f}"
    return f"{value:.3f} ({value - getattr(other, field):+.3f})"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _line(text: str, style: str | None = None) -> None:
    """Print text as it is: no markup, and no wrapping where a program reads it."""
    console: Any = Console()
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=not console.is_terminal)
