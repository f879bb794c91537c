"""Watching a folder: what people or a synchronised drive put into it is in the index within a minute.

The folder is looked at every few seconds rather than through notices of the file system, which network drives and
synchronised folders do not send.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from search27.config import Settings
from search27.ingest import OnProgress, build
from search27.sources.folder import SourceFile, discover
from search27.sync.check import KEEPS_THE_OLD, IndexCheck, NotAsGood
from search27.types import BuildReport

EVERY = 5.0  # seconds between looks
SETTLED = 4  # looks in a row at which a file must be the same before it is read
RETRY = 60.0  # seconds after a build that could not be made

Stamp = tuple[int, ...]
Report = Callable[[BuildReport | str], None]


@dataclass(slots=True)
class Watcher:
    """What a folder looked like, and what of it is not in the index yet; one `look` at a time."""

    settings: Settings
    progress: OnProgress | None = None
    _seen: dict[str, Stamp] = field(default_factory=dict)
    _same: dict[str, int] = field(default_factory=dict)
    _indexed: dict[str, Stamp] = field(default_factory=dict)

    def look(self) -> BuildReport | None:
        """Look at the folder once, and build where something is new and settled.

        Files that still change are left as the index has them.

        Raises:
            SourceNotFound: The corpus folder does not exist.
            ConfigError: The file of questions cannot be read.
            EncoderUnavailable: The encoder cannot be loaded.
            IndexStoreError: Another build is running, or the index cannot be written; the next look tries again. It
            does not where the new index is not as good as the former one.
        """
        now = {source.id: _stamp(source) for source in discover(self.settings.corpus)}
        self._same = {
            name: self._same.get(name, 0) + 1 if self._seen.get(name) == stamp else 1
            for name, stamp in now.items()
        }
        self._seen = now
        moving = {name for name, looks in self._same.items() if looks < SETTLED}
        wanted = self._wanted(moving)
        if wanted == self._indexed:
            return None
        try:
            report = self._build(moving)
        except NotAsGood:
            self._indexed = wanted  # the same files would give the same index
            raise
        self._indexed = wanted
        return report

    def _wanted(self, moving: Collection[str]) -> dict[str, Stamp]:
        """What the index should hold: settled files as they are, others as they were."""
        former = {name: self._indexed[name] for name in moving if name in self._indexed}
        return {name: stamp for name, stamp in self._seen.items() if name not in moving} | former

    def _build(self, moving: Collection[str]) -> BuildReport:
        settings = self.settings
        return build(
            settings.corpus,
            settings.index,
            settings,
            self.progress,
            check=IndexCheck(settings),
            leave=moving,
        )


def watch(settings: Settings, report: Report, progress: OnProgress | None = None) -> None:
    """Keep the index current with the corpus folder until interrupted.

    Args:
        settings: Corpus, index and encoder.
        report: Called with each build's report, or with the reason why one could not be made now.
        progress: Called by the builds.
    """
    watcher = Watcher(settings, progress)
    said = ""
    while True:
        try:
            made = watcher.look()
        except KEEPS_THE_OLD as error:
            if str(error) != said:
                report(str(error))
            said = str(error)
            time.sleep(RETRY)
        else:
            said = ""
            if made is not None and not made.unchanged:
                report(made)
            time.sleep(EVERY)


def _stamp(source: SourceFile) -> Stamp:
    """Size and time of change of a file and of its sidecar; nothing where it went meanwhile."""
    stamp: list[int] = []
    for path in (source.path, source.sidecar):
        try:
            stat = path.stat() if path is not None else None
        except FileNotFoundError:
            stat = None
        stamp += [stat.st_size, stat.st_mtime_ns, stat.st_ino] if stat else [0]
    return tuple(stamp)
