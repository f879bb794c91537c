"""The commands of `search27`.

Heavy modules are imported by the command that needs them, so that `--help` and wrong usage answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search27.cli import care, current, options
from search27.errors import Search27Error

if TYPE_CHECKING:
    from search27.config import Settings
    from search27.library import Library

app = typer.Typer(
    name="search27",
    help="Search and ask the publications of La 27e Région; every answer cites its passages.",
    epilog="Exit status: 0 done, 1 the operation failed, 2 wrong usage. "
    "Settings: option, then SEARCH27_* variable, then search27.toml, then default.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; an error of search27 becomes one message and exit status 1."""
    try:
        app()
    except Search27Error as error:
        typer.echo(f"search27: {error}", err=True)
        raise SystemExit(1) from None


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"search27 {version('search27')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def build(
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Bring the index up to date with the corpus.

    Only what changed is read and encoded; files that cannot be read are listed.
    """
    from search27 import ingest
    from search27.cli import output, progress

    settings = _settings(corpus, index, encoder)
    with progress.build_bars() as show:
        report = ingest.build(settings.corpus, settings.index, settings, show)
    output.emit(report, as_json, output.show_report)


app.command()(current.sync)
app.command()(current.watch)


@app.command()
def search(
    question: options.Question,
    k: Annotated[
        int, typer.Option("-k", min=1, max=1000, metavar="N", help="How many passages at most.")
    ] = 10,
    year_from: options.YearFrom = None,
    year_to: options.YearTo = None,
    kind: options.Kinds = None,
    author: options.Authors = None,
    category: options.Categories = None,
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Find the passages that speak of something, best first."""
    filters = options.filters(year_from, year_to, kind, author, category)
    from search27.cli import output

    hits = _open(_settings(corpus, index, encoder)).search(question, k, filters)
    output.emit({"question": question, "hits": hits}, as_json, lambda _: output.show_hits(hits))


@app.command()
def ask(
    question: options.Question,
    year_from: options.YearFrom = None,
    year_to: options.YearTo = None,
    kind: options.Kinds = None,
    author: options.Authors = None,
    category: options.Categories = None,
    generate: options.Generate = False,
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Answer a question with quoted sentences.

    Where the publications do not say, the answer says so.
    """
    filters = options.filters(year_from, year_to, kind, author, category)
    from search27.cli import output, progress

    library = _open(_settings(corpus, index, encoder))
    if generate and library.generator:
        with progress.writing(library.generator) as show:
            answer = library.ask(question, filters, generate=True, on_text=show)
    else:
        answer = library.ask(question, filters, generate=generate)
    output.emit(answer, as_json, output.show_answer)


@app.command()
def status(
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Show what the index holds, and which files could not be read."""
    from search27.cli import output

    output.emit(_open(_settings(corpus, index, encoder)).status(), as_json, output.show_status)


@app.command()
def rollback(
    to: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Generation to go to.", show_default="the one before"),
    ] = None,
    corpus: options.Corpus = None,
    index: options.Index = None,
    as_json: options.Json = False,
) -> None:
    """Go back to the index's former generation."""
    from search27 import ingest
    from search27.cli import output
    from search27.library import Library

    settings = _settings(corpus, index, None)
    ingest.rollback(settings.index, to, settings)
    output.emit({"generations": Library.history(settings.index)}, as_json, output.show_history)


@app.command()
def evaluate(
    questions: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, metavar="QUESTIONS.jsonl", help="File of questions."),
    ],
    against: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, metavar="DIR", help="Another index to compare with."),
    ] = None,
    against_encoder: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Encoder of that other index.", show_default="the same"),
    ] = None,
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Measure search and answers on questions whose evidence is known."""
    from search27 import evaluation
    from search27.cli import output, progress

    library = _open(_settings(corpus, index, encoder))
    other = _open(_settings(corpus, against, against_encoder or encoder)) if against else None
    with progress.question_bar() as show:
        result = evaluation.evaluate(library, questions, other, show)
    output.emit(result, as_json, output.show_evaluation)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="TCP port.")] = 8501,
    address: Annotated[
        str, typer.Option(help="Interface to listen on; 0.0.0.0 opens the app to the network.")
    ] = "localhost",
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
) -> None:
    """Start the app in the browser, until Ctrl-C."""
    settings = _settings(corpus, index, encoder)
    from search27.app import server

    server.run(settings, port, address)


@app.command()
def mcp(
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
) -> None:
    """Serve search, ask and publication to an MCP client on stdin and stdout."""
    settings = _settings(corpus, index, encoder)
    from search27 import mcp as door

    door.serve(settings)


app.command()(care.doctor)
app.command()(care.purge)


def _settings(corpus: Path | None, index: Path | None, encoder: str | None) -> Settings:
    from search27.config import load_settings

    return load_settings(corpus=corpus, index=index, encoder=encoder)


def _open(settings: Settings) -> Library:
    from search27.library import Library

    return Library.open(settings.index, settings)
