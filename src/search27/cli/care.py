"""Commands that look after an installation: `doctor` and `purge`."""

from __future__ import annotations

from typing import Annotated

import typer

from search27.cli import options


def doctor(
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Look for what may keep search27 from working here, and say what to do."""
    from search27 import doctor as examination
    from search27.cli import output
    from search27.config import load_settings

    settings = load_settings(corpus=corpus, index=index, encoder=encoder)
    findings = list(examination.examine(settings))
    output.emit({"findings": findings}, as_json, lambda _: output.show_findings(findings))
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


def purge(
    publication: Annotated[
        str | None, typer.Option(metavar="ID", help="Erase this publication: its file and all copies.")
    ] = None,
    question: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Erase the verdicts on questions with these words.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Erase this name from every text, and files that keep it."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Erase for good, from corpus, trash, every generation and verdicts.

    There is no way back but your own back-ups, which have to be erased too.
    """
    given = [value for value in (publication, question, person) if value is not None]
    if len(given) != 1 or not any(character.isalnum() for character in given[0]):
        raise typer.BadParameter("give exactly one of --publication, --question and --person")
    if as_json and not (yes or dry_run):
        raise typer.BadParameter("--json asks nothing: add --yes or --dry-run")
    from search27 import purge as erasing
    from search27.cli import output, progress
    from search27.config import load_settings

    settings = load_settings(corpus=corpus, index=index, encoder=encoder)
    if publication is not None:
        erasure = erasing.of_publication(settings, publication)
    elif person is not None:
        erasure = erasing.of_person(settings, person)
    else:
        erasure = erasing.of_question(given[0])
    purged = erasing.preview(settings, erasure)
    if not dry_run:
        if not yes:
            output.show_purge(purged)
            typer.confirm("Erase all this for good?", abort=True, err=True)
        with progress.build_bars() as show:
            purged = erasing.carry_out(settings, erasure, show)
    output.emit(purged, as_json, output.show_purge)
    if purged.left:
        raise typer.Exit(1)
