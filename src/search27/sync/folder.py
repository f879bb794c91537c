"""A site's folder in the corpus: its files, what is known of each, and the trash."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from search27.curation.files import told
from search27.curation.trash import TRASH, keep_copy
from search27.errors import SyncFailed
from search27.extraction.meta import corrected_facts
from search27.sources.folder import SIDECAR_SUFFIX
from search27.types import SyncItem

STATE = ".sync.json"
LOCK = ".lock"
FORMAT = 1
TRASH_DAYS = 30
POST = re.compile(r"\d+\.json")
UNFINISHED = ".part"
_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(slots=True)
class Entry:
    """What the last sync noted about one file.

    Attributes:
        version: `Listed.version` at that time.
        digest: `Fetched.digest` of what the file holds.
        checked: UTC time of the last answer about it, ISO 8601.
        pdfs: Address and visible words of the PDFs that it links to.
        facts: `Fetched.facts`.
        alias: Whether it has no file, being a copy of another page or not to be indexed.
    """

    url: str
    title: str = ""
    version: str = ""
    digest: str = ""
    etag: str = ""
    last_modified: str = ""
    checked: str = ""
    pdfs: list[list[str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    alias: bool = False


def state_without(path: Path, name: str) -> bytes | None:
    """A site's state in which a file's entry says nothing but that it was there; None where it has no entry."""
    try:
        data = json.loads(path.read_bytes())
        if name not in data["entries"]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # a state that cannot be read is made anew by the next sync
    data["entries"][name] = asdict(Entry(""))
    return json.dumps(data, ensure_ascii=False, indent=0).encode()


class SiteFolder:
    """`corpus/<host>/`. Files are replaced whole, each before its entry: after a crash the files are the truth.

    Args:
        corpus: Folder of publications; exists.
        name: Name of the site's folder.
    """

    def __init__(self, corpus: Path, name: str) -> None:
        self.path = corpus / name
        self.entries: dict[str, Entry] = {}
        self.dead: dict[str, str] = {}
        self._sidecars: dict[str, str] = {}  # SHA-256 of each sidecar as a sync wrote it
        self._trash = corpus / TRASH
        self._load()

    def _load(self) -> None:
        """Read the state; where it cannot be read the files are compared anew with the site."""
        try:
            data = json.loads((self.path / STATE).read_bytes())
            if data["format"] == FORMAT:
                self.entries = {name: Entry(**row) for name, row in data["entries"].items()}
                self.dead = dict(data["dead"])
                self._sidecars = dict(data.get("sidecars", {}))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.entries, self.dead, self._sidecars = {}, {}, {}
        for path in self.path.glob("*.json"):
            if POST.fullmatch(path.name) and path.name not in self.entries:
                self.entries[path.name] = Entry("")

    def save(self) -> None:
        """Write the state."""
        rows = {name: asdict(entry) for name, entry in sorted(self.entries.items())}
        data = {"format": FORMAT, "entries": rows, "dead": self.dead, "sidecars": self._sidecars}
        self._sync_names()
        self._replace(STATE, json.dumps(data, ensure_ascii=False, indent=0).encode())

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one sync, and clear what a former one left unfinished.

        Raises:
            SyncFailed: Another sync holds it, or it cannot be written.
        """
        try:
            self.path.mkdir(exist_ok=True)
            file = (self.path / LOCK).open("w")
        except OSError as error:
            raise SyncFailed(f"{self.path} cannot be written: {error.strerror}. Check its rights.") from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise SyncFailed(
                    f"Another sync into {self.path} is running. Wait for it, then run again."
                ) from None
            with told(self.path):
                for path in self.path.glob(f".*{UNFINISHED}"):
                    path.unlink()
            self._load()
            try:
                yield
            finally:
                if [path.name for path in self.path.iterdir()] == [LOCK]:
                    shutil.rmtree(self.path)  # nothing came: no trace of a mistyped address

    def has(self, name: str) -> bool:
        """Whether the file is there, or need not be."""
        entry = self.entries.get(name)
        return (entry is not None and entry.alias) or (self.path / name).is_file()

    def item(self, name: str) -> SyncItem:
        """A row of the report."""
        entry = self.entries.get(name) or Entry("")
        return SyncItem(f"{self.path.name}/{name.removesuffix('.json')}", entry.title, entry.url)

    def write(self, name: str, content: bytes) -> bool:
        """Write a file whole; tell whether it differs from what was there."""
        path = self.path / name
        if path.is_file() and path.read_bytes() == content:
            return False
        self._replace(name, content)
        return True

    def write_sidecar(self, name: str, facts: dict[str, Any]) -> bool:
        """Write a file's sidecar, or remove it where there is nothing to say; tell whether that is a change.

        What a person corrected in it stays. A sidecar that a person wrote is never removed, and a copy of it is
        in the trash before the site's facts replace it.
        """
        path = self.path / (name + SIDECAR_SUFFIX)
        facts = {**facts, **self._corrected(path)}
        theirs = path.is_file() and self._sidecars.get(path.name) != _digest(path.read_bytes())
        if not facts:
            if theirs or not path.is_file():
                return False
            with told(path):
                path.unlink()
            del self._sidecars[path.name]
            return True
        content = yaml.safe_dump(facts, allow_unicode=True, sort_keys=True).encode()
        if theirs and path.read_bytes() != content:
            keep_copy(self.path.parent, path)
        self._sidecars[path.name] = _digest(content)
        return self.write(path.name, content)

    def _corrected(self, path: Path) -> dict[str, Any]:
        try:
            return corrected_facts(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValueError, RecursionError):
            return {}  # a sidecar that cannot be read corrects nothing, and is written anew

    def remove(self, name: str, now: datetime) -> None:
        """Move a file and its sidecar to the trash.

        Raises:
            SourceError: They cannot be moved.
        """
        trash = self._trash / now.strftime(_MOMENT) / self.path.name
        with told(trash):
            trash.mkdir(parents=True, exist_ok=True)
            for each in (name, name + SIDECAR_SUFFIX):
                if (self.path / each).is_file():
                    shutil.move(self.path / each, trash / each)
        self.entries.pop(name, None)
        self._sidecars.pop(name + SIDECAR_SUFFIX, None)

    def empty_trash(self, now: datetime) -> None:
        """Delete what has lain in the trash longer than it is kept.

        Raises:
            SourceError: It cannot be deleted.
        """
        for path in self._trash.iterdir() if self._trash.is_dir() else ():
            try:
                moved = datetime.strptime(path.name, _MOMENT).replace(tzinfo=UTC)
            except ValueError:
                continue  # not ours
            if now - moved > timedelta(days=TRASH_DAYS):
                with told(path):
                    shutil.rmtree(path)

    def _sync_names(self) -> None:
        """Bring the files' names to disk before an entry says that they are there."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _replace(self, name: str, content: bytes) -> None:
        scratch = self.path / f".{name.removeprefix('.')}{UNFINISHED}"
        try:
            with scratch.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self.path / name)
        except OSError as error:
            raise SyncFailed(
                f"{self.path / name} cannot be written ({error.strerror}). What was fetched before is kept; "
                "make room or check the folder's rights, then run again."
            ) from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
