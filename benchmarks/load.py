"""How much of the machine other work took while something was measured."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

STAT = Path("/proc/stat")


class LoadMeter:
    """Counts from its making on; what this process's finished children use is not other work."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._others = _others_seconds()

    def others(self) -> float | None:
        """Cores that other work took on average (1.0: one whole core); None where the system does not tell."""
        now = _others_seconds()
        if now is None or self._others is None:
            return None
        return round(max(0.0, now - self._others) / (time.monotonic() - self._start), 2)


def _others_seconds() -> float | None:
    """CPU seconds since start-up, of all cores, without this process and its finished children.

    Source: proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal.
    """
    if not STAT.exists():
        return None
    times = [int(value) for value in STAT.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    busy = (sum(times) - times[3] - times[4]) / os.sysconf("SC_CLK_TCK")
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return busy - sum(usage.ru_utime + usage.ru_stime for usage in own)
