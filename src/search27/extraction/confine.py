"""Limits that a process puts on itself before it reads a file that nobody vouches for."""

from __future__ import annotations

import contextlib
import resource
import sys

FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn")


def confine(memory: int) -> None:
    """Take away network, programs and core dumps, and leave `memory` bytes of address space."""
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    sys.addaudithook(_refuse)


def allow_processor_seconds(seconds: float) -> None:
    """Let the system end this process once it has computed for so much longer."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _limit(resource.RLIMIT_CPU, int(used + seconds) + 2)


def _limit(which: int, value: int) -> None:
    # Some systems (macOS) do not let the address space be limited; time and crashes still are.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (value, resource.getrlimit(which)[1]))


def _refuse(event: str, _: object) -> None:
    if event.startswith(FORBIDDEN_EVENTS):
        raise PermissionError(f"A reader may not use {event}: it has no network and starts no programs.")
