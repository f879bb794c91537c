"""Measurements of search27: quality and speed beside other systems, robustness, and the report on them."""

from __future__ import annotations

import search27  # noqa: F401  (first: it settles how NumPy waits and that OpenVINO reports nothing)
