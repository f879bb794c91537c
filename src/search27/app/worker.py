"""The child that builds: `python -m search27.app.worker CORPUS INDEX`, one JSON object a line on stdout."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from search27.errors import Search27Error
from search27.ingest import build
from search27.types import Progress


def main(corpus: str, index: str) -> int:
    """Build, printing `progress` lines, then one `report` or `error` line."""
    try:
        report = build(corpus, index, progress=_tell_progress)
    except Search27Error as error:
        _tell({"error": f"{type(error).__name__}: {error}"})
        return 1
    _tell({"report": asdict(report)})
    return 0


def _tell_progress(step: Progress) -> None:
    _tell({"progress": asdict(step)})


def _tell(message: dict[str, Any]) -> None:
    print(json.dumps(message, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
