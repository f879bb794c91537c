"""Semantic search and answers with cited passages over the publications of La 27e Région."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from search27.types import Answer, BuildReport, Citation, Document, Filters, Hit, Passage

if TYPE_CHECKING:
    from search27.ingest import build
    from search27.library import Library

# NumPy's threads wait for more by spinning, on cores that the encoder's threads need: let them sleep soon (2^4 cycles).
# OpenBLAS reads this once, when NumPy is loaded.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")

# OpenVINO's package reports each import to its maker, unless the package that it does so with cannot be imported.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

__all__ = ["Answer", "BuildReport", "Citation", "Document", "Filters", "Hit", "Library", "Passage", "build"]


def __getattr__(name: str) -> Any:
    # The façades pull in numpy, FAISS and SQLite: loaded when first asked for, so that `--help` stays quick.
    if name == "build":
        from search27.ingest import build

        return build
    if name == "Library":
        from search27.library import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
