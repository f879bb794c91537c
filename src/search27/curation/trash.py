"""What was taken out of the corpus: kept in `corpus/.trash`, from where it can be put back.

Each removal, also that by a sync, has a folder named after its moment, in which the file keeps its path.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from search27.curation.files import find, told
from search27.errors import SourceError, SourceNotFound
from search27.sources.folder import SIDECAR_SUFFIX, SourceFile, discover

TRASH = ".trash"
STAMP = "%Y%m%dT%H%M%S%fZ"

_STAMP = re.compile(r"\d{8}T\d{6}(\d{6})?Z")


@dataclass(frozen=True, slots=True)
class Discarded:
    """A file in the trash.

    Attributes:
        id: Its path in the corpus, as before.
        stamp: Name of the folder that holds it.
    """

    id: str
    stamp: str

    @property
    def removed_at(self) -> str:
        """UTC time of the removal, ISO 8601 to the second."""
        moment = datetime.strptime(self.stamp[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return moment.isoformat(timespec="seconds")


def discard(corpus: Path, source_id: str) -> Discarded:
    """Move a file, and its sidecar where no other file shares it, to the trash.

    Raises:
        SourceNotFound: The corpus holds no such file.
        SourceError: It cannot be moved.
    """
    source = find(corpus, source_id)
    stamp = datetime.now(UTC).strftime(STAMP)
    moved = [source.path]
    if source.sidecar is not None and own_sidecar(corpus, source):
        moved.append(source.sidecar)
    for path in moved:
        _move(path, corpus / TRASH / stamp / path.relative_to(corpus))
    return Discarded(source.id, stamp)


def keep_copy(corpus: Path, path: Path) -> None:
    """Put a copy of a file that is about to be changed into the trash."""
    target = corpus / TRASH / datetime.now(UTC).strftime(STAMP) / path.relative_to(corpus)
    with told(target):
        target.parent.mkdir(parents=True)
        shutil.copy2(path, target)


def discarded(corpus: Path) -> list[Discarded]:
    """Publications in the trash, the last one removed first."""
    trash = corpus / TRASH
    if not trash.is_dir():
        return []
    stamps = sorted((path for path in trash.iterdir() if _STAMP.fullmatch(path.name)), reverse=True)
    return [Discarded(source.id, folder.name) for folder in stamps for source in discover(folder)]


def restore(corpus: Path, item: Discarded) -> None:
    """Put a file and its sidecar back where they were.

    Raises:
        SourceNotFound: The trash no longer holds it.
        SourceError: A file of this name has taken its place, or it cannot be moved.
    """
    folder = corpus / TRASH / item.stamp
    if not _STAMP.fullmatch(item.stamp) or not folder.is_dir():
        raise SourceNotFound(f"The trash no longer holds {item.id!r}.")
    source = find(folder, item.id)
    target = corpus / source.path.relative_to(folder)
    if target.exists():
        raise SourceError(f"{item.id} is in the corpus again. Take that file out first, or rename it.")
    _move(source.path, target)
    if source.sidecar is not None and not (corpus / source.sidecar.relative_to(folder)).exists():
        _move(source.sidecar, corpus / source.sidecar.relative_to(folder))


def own_sidecar(corpus: Path, source: SourceFile) -> bool:
    """Whether the sidecar of a file speaks of this file only."""
    named_after_file = source.path.name + SIDECAR_SUFFIX
    if source.sidecar is None or source.sidecar.name == named_after_file:
        return True
    return sum(other.sidecar == source.sidecar for other in discover(corpus)) == 1


def _move(path: Path, target: Path) -> None:
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
