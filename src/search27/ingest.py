"""The write side: bring the index up to date with the corpus, touching only what changed."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from search27 import learned
from search27.config import Settings, load_settings
from search27.embedding.encoder import (
    Encoder,
    EncoderIdentity,
    PassageInput,
    SentenceTransformerEncoder,
    Vectors,
)
from search27.errors import IndexCorrupt, IndexIncompatible, IndexNotFound, IndexStoreError
from search27.extraction import EXTRACTION_VERSION
from search27.extraction.sandbox import Extracted, ExtractionPool
from search27.index import generation
from search27.index.dense import DenseIndex
from search27.index.lexical import LexicalIndex
from search27.index.store import Entry, Store, StoreWriter
from search27.passages import PASSAGES_VERSION, context, sentence_windows, split_document
from search27.sources.folder import SourceFile, content_hash, discover
from search27.types import BuildReport, Document, FailedDocument, Passage, Progress, Span

OnProgress = Callable[[Progress], None]

STORE = "store.sqlite"
PASSAGES = "passages"
WINDOWS = "windows"
LEXICAL = "lexical"


def build(
    corpus: str | Path,
    index: str | Path,
    settings: Settings | None = None,
    progress: OnProgress | None = None,
) -> BuildReport:
    """Index the corpus; unchanged documents keep their passages and vectors.

    Args:
        corpus: Folder of publications.
        index: Folder of generations; made where it does not exist.
        settings: Names the encoder and its cache; read from the environment where None.
        progress: Called as documents are extracted and passages encoded.

    Returns:
        What was added, changed, removed and what failed. Documents that fail are rows of the report and keep
        nothing in the index; the build goes on.

    Raises:
        SourceNotFound: The corpus folder does not exist.
        EncoderUnavailable: The encoder cannot be loaded.
        IndexStoreError: Another build is running, or the index cannot be written.
    """
    settings = settings or load_settings()
    encoder = SentenceTransformerEncoder(settings.encoder, settings.cache)
    index = Path(index)
    with generation.build_lock(index):
        return _Build(Path(corpus), index, encoder, progress or (lambda _: None)).run()


@dataclass(slots=True)
class _Previous:
    """What the current generation offers for reuse."""

    store: Store
    passages: Vectors
    windows: Vectors
    name: str
    contents: generation.Contents

    def vectors(self, position: int) -> tuple[Vectors, Vectors]:
        """Raw vectors of one document's passages and windows."""
        rows = self.store.passages_of(position)
        if not rows:
            return self.passages[:0], self.windows[:0]
        first, last = rows[0], rows[-1] + 1
        limits = self.store.windows_of
        return self.passages[first:last], self.windows[limits[first] : limits[last]]


@dataclass(slots=True)
class _Plan:
    """Sources by what is to be done with them; values are the keys they will be stored under."""

    kept: dict[str, list[int]] = field(default_factory=dict)
    to_extract: list[SourceFile] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


class _Build:
    """One run of `build`."""

    def __init__(self, corpus: Path, index: Path, encoder: Encoder, progress: OnProgress) -> None:
        self.corpus = corpus
        self.index = index
        self.encoder = encoder
        self.progress = progress
        self.started = time.monotonic()

    def run(self) -> BuildReport:
        sources = discover(self.corpus)
        identity = self.encoder.identity
        previous = _open_previous(self.index, identity)
        plan = _plan(sources, identity, previous)
        before = {info.id for info in previous.store.infos} if previous else set()
        kept = (
            {previous.store.infos[n].id for rows in plan.kept.values() for n in rows} if previous else set()
        )
        extracted, failed = self._extract(plan.to_extract, kept)
        fresh = {document.info.id for item in extracted for document in item.documents}
        report = {
            "added": tuple(sorted(fresh - before)),
            "changed": tuple(sorted(fresh & before)),
            "removed": tuple(sorted(before - kept - fresh)),
        }
        learned_version = learned.version(identity.name, identity.revision)
        if (
            previous
            and not any(report.values())
            and (failed, learned_version) == (previous.contents.failed, previous.contents.learned)
        ):
            return self._report(previous.name, len(before), len(previous.passages), 0, failed, {}, report)
        entries = [self._entry(document, item, plan) for item in extracted for document in item.documents]
        return self._write(previous, plan, entries, failed, report)

    def _extract(
        self, sources: list[SourceFile], taken: set[str]
    ) -> tuple[list[Extracted], tuple[FailedDocument, ...]]:
        """Extract the sources; `taken` are the ids that unchanged documents hold."""
        done: list[Extracted] = []
        failed: list[FailedDocument] = []
        if sources:
            with ExtractionPool() as pool:
                for number, item in enumerate(pool.run(sources), 1):
                    self.progress(Progress("documents", number, len(sources), item.source.id))
                    if item.failure:
                        failed.append(item.failure)
                    else:
                        done.append(item)
        return _without_collisions(done, failed, set(taken)), tuple(sorted(failed, key=lambda row: row.id))

    def _entry(self, document: Document, item: Extracted, plan: _Plan) -> Entry:
        passages = tuple(split_document(document, self.encoder.count_tokens))
        windows = tuple(
            tuple(Span(p.span.start + w.start, p.span.start + w.end) for w in sentence_windows(p.text))
            for p in passages
        )
        return Entry(document, item.source.id, plan.keys[item.source.id], passages, windows)

    def _write(
        self,
        previous: _Previous | None,
        plan: _Plan,
        entries: list[Entry],
        failed: tuple[FailedDocument, ...],
        report: dict[str, tuple[str, ...]],
    ) -> BuildReport:
        fresh = self._encode(entries)
        carried = [] if previous is None else [n for rows in plan.kept.values() for n in rows]
        parts: list[tuple[Entry, Vectors, Vectors]] = list(fresh)
        if previous:
            parts += [(previous.store.entry(n), *previous.vectors(n)) for n in carried]
        parts.sort(key=lambda part: part[0].document.info.id)
        self.progress(Progress("index", 0, 1))
        identity = self.encoder.identity
        try:
            with generation.new_generation(self.index) as scratch:
                counts = _write_files(scratch, parts, identity)
                learned_version = learned.version(identity.name, identity.revision)
                contents = generation.Contents(identity, counts, learned_version, failed)
                name = generation.publish(self.index, scratch, contents)
        except (OSError, sqlite3.Error) as error:
            raise IndexStoreError(
                f"The index in {self.index} cannot be written ({error}); the former one is untouched. "
                "Make room or check the folder's rights, then run: search27 build"
            ) from error
        self.progress(Progress("index", 1, 1))
        warnings = {e.document.info.id: e.document.warnings for e in entries if e.document.warnings}
        encoded = sum(len(entry.passages) for entry in entries)
        return self._report(name, counts["documents"], counts["passages"], encoded, failed, warnings, report)

    def _encode(self, entries: list[Entry]) -> list[tuple[Entry, Vectors, Vectors]]:
        inputs = [
            passage_input(entry.document, passage, windows)
            for entry in entries
            for passage, windows in zip(entry.passages, entry.windows, strict=True)
        ]
        if not inputs:
            empty = np.zeros((0, self.encoder.identity.dimension), np.float32)
            return [(entry, empty, empty) for entry in entries]
        vectors, windows = self.encoder.encode_passages(
            inputs, lambda done: self.progress(Progress("passages", done, len(inputs)))
        )
        result = []
        row = window_row = 0
        for entry in entries:
            rows, window_rows = len(entry.passages), sum(map(len, entry.windows))
            result.append((entry, vectors[row : row + rows], windows[window_row : window_row + window_rows]))
            row, window_row = row + rows, window_row + window_rows
        return result

    def _report(
        self,
        name: str,
        documents: int,
        passages: int,
        encoded: int,
        failed: tuple[FailedDocument, ...],
        warnings: dict[str, tuple[str, ...]],
        report: dict[str, tuple[str, ...]],
    ) -> BuildReport:
        seconds = round(time.monotonic() - self.started, 2)
        return BuildReport(
            name, documents, passages, encoded, seconds, failed=failed, warnings=warnings, **report
        )


def passage_input(document: Document, passage: Passage, windows: Iterable[Span]) -> PassageInput:
    """What is encoded of a passage: context, then text; windows shifted accordingly."""
    prefix = context(document.info, passage)
    shift = len(prefix) - passage.span.start
    return PassageInput(prefix + passage.text, tuple(Span(w.start + shift, w.end + shift) for w in windows))


def _without_collisions(
    items: list[Extracted], failed: list[FailedDocument], seen: set[str]
) -> list[Extracted]:
    """Two sources may claim one document id: the first keeps it, the second becomes a row of the report."""
    unique = []
    for item in items:
        twice = [document.info.id for document in item.documents if document.info.id in seen]
        if twice:
            failed.append(
                FailedDocument(
                    item.source.id,
                    f"The id {twice[0]!r} is already taken by another file.",
                    "Rename this file, or remove one of the two.",
                )
            )
            continue
        seen.update(document.info.id for document in item.documents)
        unique.append(item)
    return unique


def _open_previous(index: Path, identity: EncoderIdentity) -> _Previous | None:
    """The current generation where it can be reused: readable, and made by the same encoder."""
    try:
        name = generation.current_name(index)
        folder = index / name
        manifest = generation.verify(folder)
    except (IndexNotFound, IndexCorrupt, IndexIncompatible):
        return None
    if manifest.contents.encoder != identity:
        return None
    passages = np.load(folder / f"{PASSAGES}.npy", mmap_mode="r")
    windows = np.load(folder / f"{WINDOWS}.npy", mmap_mode="r")
    return _Previous(Store(folder / STORE), passages, windows, name, manifest.contents)


def _plan(sources: list[SourceFile], identity: EncoderIdentity, previous: _Previous | None) -> _Plan:
    known = previous.store.keys() if previous else {}
    plan = _Plan()
    for source in sources:
        key = _key(source, identity)
        plan.keys[source.id] = key
        if source.id in known and known[source.id][0] == key:
            plan.kept[source.id] = known[source.id][1]
        else:
            plan.to_extract.append(source)
    return plan


def _key(source: SourceFile, identity: EncoderIdentity) -> str:
    parts = (content_hash(source), EXTRACTION_VERSION, PASSAGES_VERSION, str(identity))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _write_files(
    folder: Path, parts: list[tuple[Entry, Vectors, Vectors]], identity: EncoderIdentity
) -> dict[str, int]:
    """Write a generation's files and return its counts."""
    writer = StoreWriter(folder / STORE)
    for entry, _, _ in parts:
        writer.add(entry)
    writer.close()
    empty = np.zeros((0, identity.dimension), np.float32)
    query_mean = learned.query_mean(identity.name, identity.revision)
    for name, column in ((PASSAGES, 1), (WINDOWS, 2)):
        vectors = np.concatenate([part[column] for part in parts] or [empty])
        np.save(folder / f"{name}.npy", vectors)
        DenseIndex.build(vectors, query_mean).save(folder, name)
    texts = [context(e.document.info, passage) + passage.text for e, _, _ in parts for passage in e.passages]
    (folder / LEXICAL).mkdir()
    LexicalIndex.build(texts).save(folder / LEXICAL)
    return {"documents": writer.documents, "passages": writer.passages, "windows": writer.windows}
