"""What a build takes over from the generation before it: unchanged documents, known failures, last good versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from search27.embedding.encoder import EncoderIdentity, Vectors
from search27.embedding.tokens import Tokens
from search27.errors import IndexCorrupt, IndexIncompatible, IndexNotFound, SourceError
from search27.extraction import EXTRACTION_VERSION
from search27.extraction.sandbox import MEMORY_BYTES, SECONDS, Extracted
from search27.french import analyse, analysis_version
from search27.index import generation
from search27.index.store import Entry, Store
from search27.index.tokens import TokenIndex
from search27.index.words import WordIndex
from search27.passages import PASSAGES_VERSION, context
from search27.sources.folder import SourceFile, content_hash
from search27.types import FailedDocument

STORE = "store.sqlite"
PASSAGES = "passages"
WINDOWS = "windows"

FORMER_STAYS = " The index keeps the version of this file that was read before."
UNREADABLE_HINT = "Check that the file is there and that its rights let it be read, then run the build again."


class Part(NamedTuple):
    """A document as it goes into a generation.

    Attributes:
        passages: Raw vectors of its passages, float32, (passages, dim).
        windows: The same of its windows.
        tokens: Token records of each passage.
        words: Analysed words of each passage with its context.
    """

    entry: Entry
    passages: Vectors
    windows: Vectors
    tokens: list[Tokens]
    words: list[list[str]]


def words_of(entry: Entry) -> list[list[str]]:
    """What search by words reads of each passage of a document."""
    return [analyse(context(entry.document.info, passage) + passage.text) for passage in entry.passages]


@dataclass(slots=True)
class Previous:
    """What the current generation offers for reuse."""

    store: Store
    passages: Vectors
    windows: Vectors
    tokens: TokenIndex
    words: WordIndex | None
    name: str
    contents: generation.Contents

    def part(self, position: int) -> Part:
        """One document with all that is known of its passages."""
        entry = self.store.entry(position)
        rows = self.store.passages_of(position)
        if not rows:
            return Part(entry, self.passages[:0], self.windows[:0], [], [])
        first, last = rows[0], rows[-1] + 1
        limits = self.store.windows_of
        windows = self.windows[limits[first] : limits[last]]
        words = self.words.of(first, last) if self.words else words_of(entry)
        return Part(entry, self.passages[first:last], windows, self.tokens.of(first, last), words)

    def ids(self, positions: list[int]) -> set[str]:
        """Ids of the documents at these positions."""
        return {self.store.infos[position].id for position in positions}


@contextmanager
def open_previous(index: Path, identity: EncoderIdentity) -> Iterator[Previous | None]:
    """The current generation where it can be reused: readable, and made by the same encoder."""
    try:
        name = generation.current_name(index)
        folder = index / name
        manifest = generation.verify(folder)
    except (IndexNotFound, IndexCorrupt, IndexIncompatible):
        yield None
        return
    if manifest.contents.encoder != identity:
        yield None
        return
    words = WordIndex.load(folder) if manifest.contents.analysis == analysis_version() else None
    passages = np.load(folder / f"{PASSAGES}.npy", mmap_mode="r")
    windows = np.load(folder / f"{WINDOWS}.npy", mmap_mode="r")
    with Store(folder / STORE) as store:
        yield Previous(store, passages, windows, TokenIndex.load(folder), words, name, manifest.contents)


@dataclass(slots=True)
class Plan:
    """Sources by what is to be done with them.

    Attributes:
        kept: Positions in the previous generation by source, of unchanged files and of former versions of
            files that fail now.
        former: The same for all files that the previous generation holds.
        keys: By source, the key its documents are stored under.
        failed: Failures by source.
        failed_keys: By source, the key of a failure that will be the same until the key changes.
    """

    kept: dict[str, list[int]] = field(default_factory=dict)
    former: dict[str, list[int]] = field(default_factory=dict)
    to_extract: list[SourceFile] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    failed: dict[str, FailedDocument] = field(default_factory=dict)
    failed_keys: dict[str, str] = field(default_factory=dict)

    def positions(self) -> list[int]:
        """Positions in the previous generation of all that is carried over."""
        return [position for positions in self.kept.values() for position in positions]

    def keep_former(self, sources: Iterable[str]) -> None:
        """Carry over what the previous generation holds of these sources, whatever they are now."""
        self.kept |= {source: self.former[source] for source in sources if source in self.former}

    def settle(self, results: list[Extracted], previous: Previous | None) -> list[Extracted]:
        """Note the failures, keep former versions of failed files, and give the results to be indexed.

        Two sources may claim one document id: the first keeps it, the second becomes a failure.
        """
        for result in results:
            if result.failure:
                self._fail(result.source.id, result.failure)
                if not result.again:
                    self.failed_keys[result.source.id] = _failure_key(self.keys[result.source.id])
        taken = previous.ids(self.positions()) if previous else set()
        unique = []
        for result in results:
            twice = [document.info.id for document in result.documents if document.info.id in taken]
            if twice:
                reason = f"The id {twice[0]!r} is already taken by another file."
                hint = "Rename this file, or remove one of the two."
                free = previous is not None and not taken & previous.ids(
                    self.former.get(result.source.id, [])
                )
                self._fail(result.source.id, FailedDocument(result.source.id, reason, hint), free)
            elif not result.failure:
                unique.append(result)
            taken |= {document.info.id for document in result.documents if not twice}
            taken |= previous.ids(self.kept.get(result.source.id, [])) if previous else set()
        return unique

    def _fail(self, source: str, failure: FailedDocument, keep_former: bool = True) -> None:
        if keep_former and source in self.former:
            self.kept[source] = self.former[source]
            failure = replace(failure, reason=failure.reason + FORMER_STAYS)
        self.failed[source] = failure


def make_plan(sources: list[SourceFile], identity: EncoderIdentity, previous: Previous | None) -> Plan:
    """Compare the sources with the previous generation; files whose failure is known are not read again."""
    known = previous.store.keys() if previous else {}
    plan = Plan(former={source: positions for source, (_, positions) in known.items()})
    rows = {row.id: row for row in previous.contents.failed} if previous else {}
    failed_keys = previous.contents.failed_keys if previous else {}
    for source in sources:
        try:
            key = _key(source, identity)
        except (SourceError, OSError) as error:
            reason = f"{source.id} cannot be read ({error})."
            plan._fail(source.id, FailedDocument(source.id, reason, UNREADABLE_HINT))
            continue
        plan.keys[source.id] = key
        if source.id in known and known[source.id][0] == key:
            plan.kept[source.id] = plan.former[source.id]
        elif source.id in rows and failed_keys.get(source.id) == _failure_key(key):
            plan.failed[source.id] = rows[source.id]
            plan.failed_keys[source.id] = failed_keys[source.id]
            if source.id in plan.former:
                plan.kept[source.id] = plan.former[source.id]
        else:
            plan.to_extract.append(source)
    return plan


def _key(source: SourceFile, identity: EncoderIdentity) -> str:
    parts = (content_hash(source), EXTRACTION_VERSION, PASSAGES_VERSION, str(identity))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _failure_key(key: str) -> str:
    """A failure stands until the file, the versions or the limits of extraction change."""
    return hashlib.sha256(f"{key}\n{SECONDS}\n{MEMORY_BYTES}".encode()).hexdigest()
