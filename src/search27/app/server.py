"""Serve the app, from a checkout or from the installed package."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from search27 import logs
from search27.config import ENV_PREFIX, Settings

DEFAULT_PORT = 8501

HERE = Path(__file__).parent
SCRIPT = HERE / "entry" / "script.py"
OPTIONS = HERE / "streamlit.toml"


def run(settings: Settings, port: int = DEFAULT_PORT, address: str = "localhost") -> None:
    """Serve the app until it is stopped.

    Args:
        settings: Handed on through the environment, which the build's child reads too.
        port: TCP port.
        address: Interface to listen on; `localhost` keeps the app to this machine.
    """
    # Streamlit takes more than a second to load: not for `search27 --help`.
    import streamlit as st
    from starlette.middleware import Middleware

    from search27.app.security import PageGuard

    logs.setup([settings.generator_key.get_secret_value()])
    os.environ.update(environment(settings))
    # Streamlit puts the launcher's folder on the import path. With `python -m search27` that is the package's
    # own, whose `types` would hide Python's from every child process.
    sys.argv = [str(SCRIPT)]
    app = st.App(SCRIPT, middleware=[Middleware(PageGuard)])
    app.run(config={**streamlit_options(), "server.port": port, "server.address": address})


def environment(settings: Settings) -> dict[str, str]:
    """Variables that give these settings again, with absolute paths."""
    rows = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {ENV_PREFIX + name.upper(): _plain(value) for name, value in rows.items() if value is not None}


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return json.dumps(value)
    return str(value.resolve() if isinstance(value, Path) else value)


def streamlit_options() -> dict[str, Any]:
    """Streamlit's options from `streamlit.toml`, by dotted name."""
    return dict(_dotted(tomllib.loads(OPTIONS.read_text(encoding="utf-8")), ""))


def _dotted(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
