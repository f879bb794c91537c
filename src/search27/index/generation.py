"""Generations: immutable folders `gen-000042`, a manifest in each, and `CURRENT`, which names the one to read.

A new generation is written aside, flushed to disk, renamed into place, and only then named by `CURRENT`, itself
replaced by rename. Readers see the old index or the new one (docs/adr/0006-index-generations.md).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from search27.embedding.encoder import EncoderIdentity
from search27.errors import IndexCorrupt, IndexIncompatible, IndexNotFound, IndexStoreError
from search27.types import FailedDocument, Generation

FORMAT = 4
"""Older formats lack the atlas, the tokens or the spread of scores; the next build makes an index anew."""
KEPT = 2
MANIFEST = "manifest.json"
CURRENT = "CURRENT"
_NAME = re.compile(r"gen-(\d{6})")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a build puts into a generation, apart from the files themselves.

    Attributes:
        counts: Rows by name: documents, passages, windows.
        learned: Version of the learned numbers that went into the files.
        failed: Sources that could not be indexed.
        failed_keys: By source, the key under which it will fail again (see `search27.reuse`).
        explore: What decided the atlas beside the publications, `""` where there is none.
        analysis: What analysed the words, see `search27.french.analysis_version`; `""` where they are not kept.
    """

    encoder: EncoderIdentity
    counts: dict[str, int]
    learned: str = ""
    failed: tuple[FailedDocument, ...] = ()
    failed_keys: dict[str, str] = field(default_factory=dict)
    explore: str = ""
    analysis: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds.

    Attributes:
        built_at: UTC, ISO 8601.
        files: SHA-256 by path relative to the generation.
    """

    contents: Contents
    built_at: str
    files: dict[str, str]
    format: int = FORMAT


def current_name(index: Path) -> str:
    """Name of the generation that `CURRENT` points to.

    Raises:
        IndexNotFound: There is no index here yet.
        IndexCorrupt: `CURRENT` does not name a generation.
    """
    try:
        name = (index / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexNotFound(f"No index in {index}. Run: search27 build --index {index}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{index / CURRENT} cannot be read ({error}). {_REBUILD}") from error
    if not _NAME.fullmatch(name):
        raise IndexCorrupt(
            f"{index / CURRENT} holds {name[:40]!r}, expected a name such as gen-000042. {_REBUILD}"
        )
    return name


_REBUILD = "Go back with: search27 rollback. Or make the index anew: search27 build"


def verify(folder: Path) -> Manifest:
    """Read the manifest and check every file's SHA-256.

    Raises:
        IndexCorrupt: A file is missing, added or changed, or the manifest is unreadable.
        IndexIncompatible: The generation has another format.
    """
    manifest = _read_manifest(folder)
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    for name in sorted(present | manifest.files.keys()):
        if name not in present:
            raise IndexCorrupt(f"{folder.name}/{name} is missing. {_REBUILD}")
        try:
            found = _sha256(folder / name)
        except OSError as error:
            raise IndexCorrupt(
                f"{folder.name}/{name} cannot be read ({error.strerror}). {_REBUILD}"
            ) from error
        if manifest.files.get(name) != found:
            raise IndexCorrupt(f"{folder.name}/{name} differs from what was built. {_REBUILD}")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        if data["format"] != FORMAT:
            raise IndexIncompatible(
                f"{folder} has index format {data['format']}, this version reads {FORMAT}. {_REBUILD}"
            )
        checksum = data.pop("checksum")
        if checksum != _checksum(data):
            raise IndexCorrupt(f"{path} differs from what was built. {_REBUILD}")
        contents = data.pop("contents")
        encoder = EncoderIdentity(**contents.pop("encoder"))
        failed = tuple(FailedDocument(**row) for row in contents.pop("failed"))
        return Manifest(Contents(encoder, failed=failed, **contents), **data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(f"{path} cannot be read ({error}). {_REBUILD}") from error


def _checksum(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def build_lock(index: Path) -> Iterator[None]:
    """Hold the index for one build.

    Raises:
        IndexStoreError: Another build holds it, or the folder cannot be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        file = (index / ".lock").open("w")
    except OSError as error:
        raise IndexStoreError(
            f"The index folder {index} cannot be written ({error.strerror}). "
            "Make room, check its rights, or name another with --index."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexStoreError(
                f"Another build of {index} is running. Wait for it, then run again."
            ) from None
        yield


@contextmanager
def new_generation(index: Path) -> Iterator[Path]:
    """Give an empty scratch folder; it is removed where `publish` was not reached. Call under `build_lock`."""
    scratch = index / ".building"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def publish(
    index: Path, scratch: Path, contents: Contents, check: Callable[[Path], None] | None = None
) -> str:
    """Seal the scratch folder, make it the current generation, drop old ones, and return its name.

    Args:
        index: Folder of generations.
        scratch: From `new_generation`, with all its files.
        contents: What they hold.
        check: Called with the sealed folder before it becomes a generation; what it raises prevents that.
    """
    files = {
        str(path.relative_to(scratch)): _sha256(path) for path in sorted(scratch.rglob("*")) if path.is_file()
    }
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    data = asdict(Manifest(contents, built_at, files))
    data["checksum"] = _checksum(json.loads(json.dumps(data)))
    (scratch / MANIFEST).write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    for path in [*scratch.rglob("*"), scratch]:
        _fsync(path)
    if check:
        check(scratch)
    last = max((int(other.removeprefix("gen-")) for other in _names(index)), default=0)
    name = f"gen-{last + 1:06d}"
    os.replace(scratch, index / name)
    _fsync(index)
    former = _pointed(index)
    try:
        _point(index, name)
    except OSError:
        if _pointed(index) != name:
            # Left behind, it would take the room that the next attempt needs.
            shutil.rmtree(index / name, ignore_errors=True)
        raise
    _drop_old(index, name, former)
    return name


def history(index: Path) -> list[Generation]:
    """The generations on disk, newest first; one without a readable manifest cannot be gone back to."""
    current = _pointed(index)
    rows = []
    for name in reversed(_names(index)):
        try:
            manifest = _read_manifest(index / name)
        except IndexStoreError:
            continue
        counts = manifest.contents.counts
        rows.append(
            Generation(
                name, manifest.built_at, counts["documents"], counts["passages"], current=name == current
            )
        )
    return rows


def rollback(index: Path, name: str | None = None) -> str:
    """Make a kept generation the current one, after checking every file of it.

    Args:
        index: Folder of generations.
        name: Which one, such as `gen-000041`; where None, the newest before the current one, or the newest
            of all where `CURRENT` is unreadable.

    Raises:
        IndexNotFound: There is no such generation.
        IndexCorrupt: A file of it is missing or differs from what was built; the current one stays.
        IndexIncompatible: It has another format; the current one stays.
        IndexStoreError: A build is running.
    """
    if not index.is_dir():
        raise IndexNotFound(f"No index in {index}. Run: search27 build --index {index}")
    with build_lock(index):
        kept = _names(index)
        current = _pointed(index)
        former = [other for other in kept if current is None or other < current]
        target = name or (former[-1] if former else None)
        if target not in kept:
            wanted = f"generation {name!r}" if name else "former generation"
            raise IndexNotFound(f"{index} holds no {wanted}; it holds {', '.join(kept) or 'none'}.")
        verify(index / target)
        _point(index, target)
    return target


def drop_former(index: Path) -> list[str]:
    """Delete every generation but the current one, and give their names.

    Raises:
        IndexNotFound, IndexCorrupt: No generation is current.
        IndexStoreError: A build is running, or a folder cannot be deleted.
    """
    with build_lock(index):
        current = current_name(index)
        former = [name for name in _names(index) if name != current]
        try:
            for name in former:
                shutil.rmtree(index / name)
        except OSError as error:
            raise IndexStoreError(
                f"{index / name} cannot be deleted ({error.strerror}). Delete it by hand."
            ) from error
    return former


def _point(index: Path, name: str) -> None:
    pointer = index / f".{CURRENT}"
    pointer.write_text(name + "\n", encoding="utf-8")
    _fsync(pointer)
    os.replace(pointer, index / CURRENT)
    _fsync(index)


def _pointed(index: Path) -> str | None:
    try:
        return current_name(index)
    except IndexStoreError:
        return None


def _names(index: Path) -> list[str]:
    return sorted(path.name for path in index.iterdir() if _NAME.fullmatch(path.name))


def _drop_old(index: Path, new: str, former: str | None) -> None:
    """Keep the new generation and the one that was read before it, which a roll-back may have chosen."""
    kept = {new, former} if former else set(_names(index)[-KEPT:])
    for name in _names(index):
        if name not in kept:
            shutil.rmtree(index / name, ignore_errors=True)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
