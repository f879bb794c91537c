"""The command line: a thin shell over `build` and `Library`."""

from search27.cli.commands import app, main

__all__ = ["app", "main"]
