"""Logs: one JSON object a line, or coloured lines on a terminal; secrets never among them.

Modules log through `logging`; what they pass as `extra` becomes fields. Questions are not logged.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable
from typing import IO

import structlog
from structlog.types import EventDict, Processor

HIDDEN = "***"
SHORTEST_SECRET = 4  # characters; a shorter one would blank ordinary words

_NAMED = re.compile(
    r"""((?:authorization|api[-_]?key|token|password|passwd|secret|cookie)["']?\s*[:=]\s*["']?(?:bearer\s+)?)"""
    r"""(?!bearer\b)[^\s"',;]+""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(bearer\s+)[\w.~+/=-]+", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(://)[^/\s:@]+:[^/\s@]+(?=@)")


def setup(secrets: Iterable[str] = (), stream: IO[str] | None = None) -> None:
    """Send all logs to standard error; those of search27 from INFO on, others from WARNING on.

    Args:
        secrets: Values that must not appear; they are replaced by `***` wherever they stand.
        stream: Where to write instead of standard error.
    """
    target = stream or sys.stderr
    known = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if target.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *render,
                lambda _logger, _method, line: redacted(line, known),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("search27").setLevel(logging.INFO)


def redacted(line: str | EventDict, secrets: Iterable[str]) -> str:
    """A line without secrets: known values, values after telling names, passwords in addresses."""
    text = str(line)
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = _IN_ADDRESS.sub(rf"\1{HIDDEN}", text)
    return _BEARER.sub(rf"\1{HIDDEN}", _NAMED.sub(rf"\1{HIDDEN}", text))
