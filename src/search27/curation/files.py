"""Files of the corpus: found by id, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search27.errors import SourceError, SourceNotFound
from search27.sources.folder import SourceFile, discover


def find(corpus: Path, source_id: str) -> SourceFile:
    """The file with this id.

    Raises:
        SourceNotFound: There is none, or no corpus.
    """
    for source in discover(corpus):
        if source.id == source_id:
            return source
    raise SourceNotFound(f"{corpus} holds no file {source_id!r}. It may have been moved or renamed.")


def source_of(corpus: Path, document_id: str) -> str | None:
    """Id of the file that holds one publication alone: its own id, or that of its post in JSON.

    None where there is no such file, or where a file lists several posts.
    """
    ids = {source.id for source in discover(corpus)}
    return next((name for name in (document_id, f"{document_id}.json") if name in ids), None)


def write(path: Path, content: bytes) -> None:
    """Write a file aside, flush it and move it into place.

    Raises:
        SourceError: It cannot be written; what was there before is untouched.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        aside = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.chmod(0o644)
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn a failing disk into an error that names the file."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            f"{path} cannot be written ({error.strerror or error}). Make room or check the folder's rights."
        ) from error
