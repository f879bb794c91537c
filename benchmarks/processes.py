"""Measurements in processes of their own, so that none warms or burdens the next."""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def isolated(work: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
    """What a function gives in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **keywords).result()


def peak_megabytes() -> int:
    """Most memory that this process has held, files mapped included.

    Source: getrusage(2): `ru_maxrss` counts kilobytes (of 1,024 bytes) on Linux, bytes on macOS.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6)
