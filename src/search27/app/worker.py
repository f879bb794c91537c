"""The child that builds and syncs: `python -m search27.app.worker TASK CORPUS INDEX`, JSON lines on stdout."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from search27.config import load_settings
from search27.errors import Search27Error
from search27.types import Progress


def main(task: str, corpus: str, index: str) -> int:
    """Do a task of `search27.app.builds`: `progress` lines, then one `report`, `sync` or `error` line."""
    try:
        _tell(_result(task, corpus, index))
    except Search27Error as error:
        _tell({"error": f"{type(error).__name__}: {error}"})
        return 1
    return 0


def _result(task: str, corpus: str, index: str) -> dict[str, Any]:
    settings = load_settings(corpus=corpus, index=index)
    if task == "build":
        from search27.ingest import build

        return {"report": asdict(build(corpus, index, settings, _tell_progress))}
    from search27.sync import sync

    report = sync(
        settings,
        dry_run=task == "plan",
        allow_removals=task == "sync-removals",
        progress=_tell_progress,
    )
    return {"sync": asdict(report)}


def _tell_progress(step: Progress) -> None:
    _tell({"progress": asdict(step)})


def _tell(message: dict[str, Any]) -> None:
    print(json.dumps(message, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
