"""The child process that reads one file after another under limits: `python -m search27.extraction.worker`.

Reads requests on standard input and writes replies on what was standard output; ends with its parent.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from search27.errors import LimitExceeded, Search27Error
from search27.extraction import extract
from search27.extraction.confine import allow_processor_seconds, confine
from search27.extraction.wire import HEADER, document_to_row, pack
from search27.sources.folder import SourceFile


def main() -> None:
    """Serve requests until standard input ends."""
    memory = int(sys.argv[1])
    requests = sys.stdin.buffer
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        # What a parser prints must not end up among the replies.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        confine(memory)
        while request := _receive(requests):
            allow_processor_seconds(request["seconds"])
            replies.write(pack(_answer(request)))
            replies.flush()


def _receive(requests: BinaryIO) -> dict[str, Any] | None:
    header = requests.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    request: dict[str, Any] = json.loads(requests.read(HEADER.unpack(header)[0]))
    return request


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    sidecar = request["sidecar"]
    source = SourceFile(request["id"], Path(request["path"]), Path(sidecar) if sidecar else None)
    try:
        return {"documents": [document_to_row(document) for document in extract(source)]}
    except Search27Error as error:
        return {"error": type(error).__name__, "reason": str(error)}
    except MemoryError:
        return {
            "error": LimitExceeded.__name__,
            "reason": f"{source.id} needs more memory than a reader may take.",
        }
    except Exception as error:
        # Whatever a parser raises on a damaged file costs this file only; the row names the error.
        reason = f"{source.id} is damaged or unusual: its reader stopped with {type(error).__name__}: {error}"
        return {
            "error": "ExtractionError",
            "reason": reason,
            "again": isinstance(error, ImportError | OSError),
        }


if __name__ == "__main__":
    main()
