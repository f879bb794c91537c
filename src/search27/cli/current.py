"""Commands that keep the corpus and the index current: `sync` and `watch`."""

from __future__ import annotations

import contextlib
from typing import Annotated

import typer

from search27.cli import options


def sync(
    site: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address of the site.", show_default="the setting `site`"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")] = False,
    no_build: Annotated[bool, typer.Option("--no-build", help="Leave the index as it is.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove what the site no longer has, however much it is.")
    ] = False,
    allow_private_hosts: Annotated[
        bool, typer.Option("--allow-private-hosts", help="Let the site be on this machine or network.")
    ] = False,
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
    as_json: options.Json = False,
) -> None:
    """Bring the publications of a site into the corpus, and renew the index.

    Only what is new or changed is fetched; what the site no longer has goes to the trash.
    """
    from search27 import sync as syncing
    from search27.cli import output, progress
    from search27.config import load_settings

    settings = load_settings(
        corpus=corpus, index=index, encoder=encoder, sync_private_hosts=allow_private_hosts or None
    )
    with progress.build_bars() as show:
        report = syncing.sync(
            settings,
            site=site,
            dry_run=dry_run,
            build=not no_build,
            allow_removals=yes,
            progress=show,
        )
    output.emit(report, as_json, output.show_sync)
    if report.index_kept:
        raise typer.Exit(1)


def watch(
    corpus: options.Corpus = None,
    index: options.Index = None,
    encoder: options.Encoder = None,
) -> None:
    """Keep the index current with the corpus folder, until Ctrl-C.

    Files are indexed within a minute of their arrival, once they no longer change.
    """
    from search27 import sync as syncing
    from search27.cli import output
    from search27.config import load_settings

    settings = load_settings(corpus=corpus, index=index, encoder=encoder)
    typer.echo(f"Watching {settings.corpus}; Ctrl-C stops.", err=True)
    with contextlib.suppress(KeyboardInterrupt):
        syncing.watch(settings, output.show_watched)
