"""The write side: bring the index up to date with the corpus, touching only what changed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import numpy as np

from search27 import learned
from search27.config import Settings, load_settings
from search27.embedding.encoder import Encoder, PassageInput
from search27.embedding.openvino import open_encoder
from search27.embedding.vector_cache import CachedEncoder
from search27.errors import ConfigError, IndexStoreError
from search27.explore import atlas, drawing, programmes
from search27.explore.apart import AtlasProcess
from search27.extraction.sandbox import Extracted, ExtractionPool
from search27.french import analysis_version
from search27.index import generation, milvus, milvus_rows
from search27.index.store import Entry
from search27.passages import MAX_TOKENS, context, sentence_windows, split_document
from search27.reuse import STORE, Part, Plan, Previous, make_plan, open_previous, words_of
from search27.sources.folder import discover
from search27.types import BuildReport, Document, FailedDocument, Passage, Progress, Span
from search27.writing import write_files

OnProgress = Callable[[Progress], None]
Check = Callable[[Path], None]

PROMPT_TOKENS = 32
"""Room for an encoder's prompt and special tokens beside a passage."""
ENCODED_TOGETHER = 256
"""Passages that are gathered before they are encoded, so that batches hold texts of like length."""

ATLAS = "atlas.json"


def build(
    corpus: str | Path,
    index: str | Path,
    settings: Settings | None = None,
    progress: OnProgress | None = None,
    *,
    check: Check | None = None,
    leave: Collection[str] = (),
    anew: bool = False,
) -> BuildReport:
    """Index the corpus; unchanged documents keep their passages and vectors.

    Args:
        corpus: Folder of publications.
        index: Folder of generations; made where it does not exist.
        settings: Names the encoder and its cache; read from the environment where None.
        progress: Called as documents are extracted and passages encoded.
        check: Called with the folder of the new generation before anybody reads it; an error that it raises
            leaves the former generation in place.
        leave: Ids of files that are not to be read now: the index keeps what it has of them, if anything.
        anew: Write a generation even where nothing has changed, and share no rows of Milvus with earlier ones.

    Returns:
        What was added, changed, removed and what failed. Files that fail are rows of the report, and the index
        keeps what it had of them; they are read again when they, the versions or the limits have changed.

    Raises:
        SourceNotFound: The corpus folder does not exist.
        ConfigError: A setting cannot be used.
        EncoderUnavailable: The encoder cannot be loaded.
        IndexStoreError: Another build is running, the index cannot be written, or Milvus does not answer.
        MissingExtra: Milvus is set without the extra `milvus`.
    """
    settings = settings or load_settings()
    encoder = CachedEncoder(open_encoder(settings.encoder, settings.cache), settings.cache)
    index = Path(index)
    with generation.build_lock(index):
        show = progress or (lambda _: None)
        return _Build(Path(corpus), index, encoder, show, check, leave, _milvus(settings), anew).run()


def rollback(index: str | Path, name: str | None = None, settings: Settings | None = None) -> str:
    """Go back to a kept generation; the next build follows the corpus again.

    Args:
        index: Folder of generations.
        name: Which one; the newest before the current one where None.
        settings: Say where Milvus is, should the generation need it; read from the environment where None.

    Returns:
        Name of the generation that is read now.

    Raises:
        IndexNotFound: There is no such generation.
        IndexCorrupt: It differs from what was built; the current one stays.
        IndexIncompatible: It has another format; the current one stays.
        IndexStoreError: A build is running, or Milvus, whose aliases are to follow, cannot be reached.
    """
    index = Path(index)
    target = generation.rollback(index, name)
    follow(index, settings or load_settings())
    return target


def follow(index: Path, settings: Settings) -> None:
    """Let Milvus follow the index folder, where the current generation needs it: aliases, rows and collections.

    Raises:
        IndexStoreError: It cannot be reached; it follows with the next build.
    """
    current = generation.current_name(index)
    if settings.milvus_uri and milvus.is_used(index / current):
        milvus_rows.follow(index, settings.milvus_uri, current)


class _Build:
    """One run of `build`."""

    def __init__(
        self,
        corpus: Path,
        index: Path,
        encoder: Encoder,
        progress: OnProgress,
        check: Check | None,
        leave: Collection[str],
        milvus_uri: str,
        anew: bool,
    ) -> None:
        self.corpus = corpus
        self.index = index
        self.encoder = encoder
        self.progress = progress
        self.check = check
        self.leave = leave
        self.milvus_uri = milvus_uri
        self.anew = anew
        self.started = time.monotonic()
        self.programmes: tuple[programmes.Named, ...] | None = None
        self.parts: list[Part] = []
        self.encoded = self.cached = 0
        self.atlas = AtlasProcess()

    def run(self) -> BuildReport:
        sources = [source for source in discover(self.corpus) if source.id not in self.leave]
        with self.atlas, open_previous(self.index, self.encoder.identity) as previous:
            plan = make_plan(sources, self.encoder.identity, previous)
            plan.keep_former(self.leave)
            try:
                self.programmes = programmes.read_list(self.corpus)
            except ConfigError as error:
                plan.failed[programmes.LIST] = FailedDocument(
                    programmes.LIST, str(error), "Correct the list, or remove it to have one proposed."
                )
            return self._update(plan, previous)

    def _update(self, plan: Plan, previous: Previous | None) -> BuildReport:
        if previous and plan.to_extract:
            self.atlas.prepare(len(previous.passages), self.index / previous.name / STORE)
        extracted = plan.settle(self._extract(plan), previous)
        before = {info.id for info in previous.store.infos} if previous else set()
        kept = previous.ids(plan.positions()) if previous else set()
        fresh = {document.info.id for item in extracted for document in item.documents}
        report = {
            "added": tuple(sorted(fresh - before)),
            "changed": tuple(sorted(fresh & before)),
            "removed": tuple(sorted(before - kept - fresh)),
        }
        failed = tuple(plan.failed[source] for source in sorted(plan.failed))
        identity = self.encoder.identity
        learned_version = learned.version(identity.name, identity.revision)
        if (
            previous
            and not (self.anew or any(report.values()))
            and self._is_served(self.index / previous.name)
            and (failed, plan.failed_keys, learned_version)
            == (previous.contents.failed, previous.contents.failed_keys, previous.contents.learned)
            and previous.contents.explore == drawing.key(self.programmes)
            and previous.contents.analysis == analysis_version()
        ):
            if self.milvus_uri:
                milvus_rows.follow(self.index, self.milvus_uri, previous.name)
            return self._report(previous.name, len(before), len(previous.passages), failed, {}, report)
        sources = {item.source.id for item in extracted}
        parts = [part for part in self.parts if part.entry.source in sources]
        return self._write(previous, plan, parts, failed, report)

    def _is_served(self, folder: Path) -> bool:
        """Whether a generation's candidates come from where the settings want them, and are there."""
        if not self.milvus_uri or not milvus.is_used(folder):
            return milvus.is_used(folder) == bool(self.milvus_uri)
        return milvus_rows.serves(folder, self.milvus_uri)

    def _extract(self, plan: Plan) -> list[Extracted]:
        """Read the sources in child processes, and encode what is read while the next ones are being read."""
        done: list[Extracted] = []
        waiting: list[Entry] = []
        if plan.to_extract:
            with ExtractionPool() as pool:
                for number, item in enumerate(pool.run(plan.to_extract), 1):
                    self.progress(Progress("documents", number, len(plan.to_extract), item.source.id))
                    done.append(item)
                    waiting += [self._entry(document, item, plan) for document in item.documents]
                    if sum(len(entry.passages) for entry in waiting) >= ENCODED_TOGETHER:
                        self.parts += self._encode(waiting)
                        waiting = []
            self.parts += self._encode(waiting)
        return done

    def _entry(self, document: Document, item: Extracted, plan: Plan) -> Entry:
        most = min(MAX_TOKENS, self.encoder.max_tokens - PROMPT_TOKENS)
        passages = tuple(split_document(document, self.encoder.count_tokens, most))
        windows = tuple(
            tuple(Span(p.span.start + w.start, p.span.start + w.end) for w in sentence_windows(p.text))
            for p in passages
        )
        return Entry(document, item.source.id, plan.keys[item.source.id], passages, windows)

    def _write(
        self,
        previous: Previous | None,
        plan: Plan,
        fresh: list[Part],
        failed: tuple[FailedDocument, ...],
        report: dict[str, tuple[str, ...]],
    ) -> BuildReport:
        parts = list(fresh)
        if previous:
            parts += [previous.part(n) for n in plan.positions()]
        parts.sort(key=lambda part: part.entry.document.info.id)
        self.progress(Progress("index", 0, 1))
        identity = self.encoder.identity
        try:
            with generation.new_generation(self.index) as scratch:
                finish_atlas = self.atlas.begin([part[:3] for part in parts], self.programmes)
                counts = write_files(scratch, parts, identity, self.milvus_uri, self.anew)
                atlas.save(finish_atlas(), scratch / ATLAS)
                learned_version = learned.version(identity.name, identity.revision)
                explore_key = drawing.key(self.programmes)
                contents = generation.Contents(
                    identity,
                    counts,
                    learned_version,
                    failed,
                    plan.failed_keys,
                    explore_key,
                    analysis_version(),
                )
                name = generation.publish(self.index, scratch, contents, self.check)
            if self.milvus_uri:
                milvus_rows.follow(self.index, self.milvus_uri, name)
        except (OSError, sqlite3.Error) as error:
            raise IndexStoreError(
                f"The index in {self.index} cannot be written ({error}); the former one is untouched. "
                "Make room or check the folder's rights, then run: search27 build"
            ) from error
        self.progress(Progress("index", 1, 1))
        documents = [part.entry.document for part in fresh]
        warnings = {document.info.id: document.warnings for document in documents if document.warnings}
        return self._report(name, counts["documents"], counts["passages"], failed, warnings, report)

    def _encode(self, entries: list[Entry]) -> list[Part]:
        inputs = [
            passage_input(entry.document, passage, windows)
            for entry in entries
            for passage, windows in zip(entry.passages, entry.windows, strict=True)
        ]
        if not inputs:
            empty = np.zeros((0, self.encoder.identity.dimension), np.float32)
            return [Part(entry, empty, empty, [], []) for entry in entries]
        before = sum(len(part.entry.passages) for part in self.parts)
        total = before + len(inputs)
        encoded = self.encoder.encode_passages(
            inputs, lambda done: self.progress(Progress("passages", before + done, total))
        )
        self.cached += encoded.cached
        self.encoded += len(inputs) - encoded.cached
        result = []
        row = window_row = 0
        for entry in entries:
            rows, window_rows = len(entry.passages), sum(map(len, entry.windows))
            last, last_window = row + rows, window_row + window_rows
            windows = encoded.windows[window_row:last_window]
            tokens = encoded.tokens[row:last]
            result.append(Part(entry, encoded.passages[row:last], windows, tokens, words_of(entry)))
            row, window_row = last, last_window
        return result

    def _report(
        self,
        name: str,
        documents: int,
        passages: int,
        failed: tuple[FailedDocument, ...],
        warnings: dict[str, tuple[str, ...]],
        report: dict[str, tuple[str, ...]],
    ) -> BuildReport:
        seconds = round(time.monotonic() - self.started, 2)
        return BuildReport(
            name,
            documents,
            passages,
            self.encoded,
            self.cached,
            seconds,
            failed=failed,
            warnings=warnings,
            **report,
        )


def passage_input(document: Document, passage: Passage, windows: Iterable[Span]) -> PassageInput:
    """What is encoded of a passage: context, then text; windows shifted accordingly."""
    prefix = context(document.info, passage)
    shift = len(prefix) - passage.span.start
    shifted = tuple(Span(w.start + shift, w.end + shift) for w in windows)
    return PassageInput(prefix + passage.text, shifted, len(prefix))


def _milvus(settings: Settings) -> str:
    """Address of Milvus where the settings choose it, else `""`."""
    if settings.store == "embedded":
        return ""
    if not settings.milvus_uri:
        raise ConfigError('store = "milvus" needs milvus_uri, such as http://localhost:19530 or a file.')
    return settings.milvus_uri
