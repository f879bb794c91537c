"""Commands and options that scripts rely on."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

from search27.cli import app

ROOT = Path(__file__).parents[2]

FOLDERS = ["--corpus", "--index", "--encoder"]
FILTERS = ["--year-from", "--year-to", "--kind", "--author", "--category"]
OPTIONS = {
    "build": [*FOLDERS, "--json"],
    "sync": [
        "--site",
        "--dry-run",
        "--no-build",
        "--yes",
        "--allow-private-hosts",
        *FOLDERS,
        "--json",
    ],
    "watch": FOLDERS,
    "search": ["-k", *FILTERS, *FOLDERS, "--json"],
    "ask": [*FILTERS, "--generate", *FOLDERS, "--json"],
    "status": [*FOLDERS, "--json"],
    "rollback": ["--to", "--corpus", "--index", "--json"],
    "evaluate": ["--against", "--against-encoder", *FOLDERS, "--json"],
    "serve": ["--port", "--address", *FOLDERS],
    "mcp": FOLDERS,
    "doctor": [*FOLDERS, "--json"],
    "purge": ["--publication", "--question", "--person", "--dry-run", "--yes", *FOLDERS, "--json"],
}
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_the_commands_are_these() -> None:
    assert list(COMMANDS) == list(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_options_keep_their_names_and_have_help(name: str) -> None:
    command = COMMANDS[name]
    parameters = [parameter for parameter in command.params if parameter.name != "help"]
    options = [parameter.opts[0] for parameter in parameters if parameter.opts[0].startswith("-")]
    assert options == OPTIONS[name]
    assert command.help
    assert all(parameter.help for parameter in parameters)


@pytest.mark.parametrize("name", OPTIONS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"search27 {name}" in (ROOT / "README.md").read_text(encoding="utf-8")
