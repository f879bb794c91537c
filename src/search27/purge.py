"""Erasure for good: a publication, a question or a person's name, from corpus, trash, generations and verdicts."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from search27 import feedback, ingest
from search27.config import Settings
from search27.curation import files
from search27.curation.trash import TRASH, own_sidecar
from search27.embedding import vector_cache
from search27.erasure import Name, is_rewritable, rewritten
from search27.errors import IndexCorrupt, IndexStoreError, SourceError, SourceNotFound
from search27.extraction.sandbox import ExtractionPool
from search27.index import generation
from search27.index.store import Store
from search27.reuse import STORE
from search27.sources.folder import SIDECAR_SUFFIX, SourceFile, discover
from search27.sync.folder import STATE, state_without
from search27.types import Document


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be erased.

    Attributes:
        removed: Files to delete.
        rewritten: New content by file.
        verdict: Whether a line of the verdicts is to go.
        name: What must not be found in the index afterwards.
        in_index: Whether the index holds it: it is renewed then, and former generations and cached vectors go.
    """

    verdict: Callable[[str], bool]
    removed: tuple[Path, ...] = ()
    rewritten: dict[Path, bytes] = field(default_factory=dict)
    name: Name | None = None
    in_index: bool = True


@dataclass(frozen=True, slots=True)
class Purged:
    """What was erased, or, before that, what would be.

    Attributes:
        removed: Files deleted.
        rewritten: Files from which the name was taken out.
        verdicts: How many readers' verdicts were deleted.
        generations: Generations deleted; before that, those that are there.
        left: Publications of the index in which the name is still found.
    """

    removed: tuple[str, ...]
    rewritten: tuple[str, ...]
    verdicts: int
    generations: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def of_publication(settings: Settings, publication: str) -> Erasure:
    """Erase a publication: its file and sidecar, their copies in the trash, verdicts that cite it.

    Raises:
        SourceNotFound: Neither corpus nor trash hold a file of this id alone, nor does a generation hold it.
    """
    ids = {publication, f"{publication}.json"}
    removed: list[Path] = []
    places: set[Path] = set()
    states: dict[Path, bytes] = {}
    for folder in _folders(settings.corpus):
        for source in discover(folder):
            if source.id in ids:
                removed += _with_sidecar(folder, source)
                places.add(source.path.relative_to(folder))
                path = settings.corpus / source.path.relative_to(folder)
                if (content := state_without(path.with_name(STATE), path.name)) is not None:
                    states[path.with_name(STATE)] = content
    if not (removed or _is_held(settings, publication)):
        raise SourceNotFound(
            f"{settings.corpus} holds no file {publication!r} of its own, nor does its trash. "
            "A post in a file with others is taken out of that file by hand."
        )
    removed += _lone_sidecars(settings.corpus, places)
    cited = {publication, publication.rpartition(".")[0] or publication}
    return Erasure(
        lambda line: any(f'"doc": {json.dumps(name, ensure_ascii=False)}' in line for name in cited),
        tuple(removed),
        states,
    )


def of_question(question: str) -> Erasure:
    """Erase the verdicts whose question holds these words.

    Raises:
        ValueError: There is no word in it.
    """
    return Erasure(_in_verdict(Name(question)), in_index=False)


def of_person(settings: Settings, person: str) -> Erasure:
    """Erase a name: taken out of texts; PDF, DOCX and ODT that hold it, and copies in the trash, are deleted.

    Raises:
        ValueError: There is no letter in the name.
        SourceError: A file cannot be searched.
    """
    name = Name(person)
    removed: list[Path] = []
    changed: dict[Path, bytes] = {}
    for folder in _folders(settings.corpus):
        in_trash = folder != settings.corpus
        for source in _that_name(discover(folder), name):
            if in_trash or not is_rewritable(source.path):
                removed += _with_sidecar(folder, source)
            elif (content := rewritten(source.path, name)) is not None:
                changed[source.path] = content
        for path in [*_sidecars(folder), *sorted(folder.glob(f"*/{STATE}"))]:
            if path not in removed and (content := rewritten(path, name)) is not None:
                changed[path] = content
    return Erasure(_in_verdict(name), tuple(removed), changed, name)


def _in_verdict(name: Name) -> Callable[[str], bool]:
    """Whether a line of verdicts holds the name; line breaks and tabs as JSON writes them count as blanks."""
    return lambda line: name.stands_in(re.sub(r"\\[nrt]", " ", line))


def preview(settings: Settings, erasure: Erasure) -> Purged:
    """What `carry_out` would erase."""
    verdicts = feedback.erase(settings.feedback, erasure.verdict, dry_run=True)
    generations = _generations(settings) if erasure.in_index else ()
    return Purged(tuple(map(str, erasure.removed)), tuple(map(str, erasure.rewritten)), verdicts, generations)


def carry_out(settings: Settings, erasure: Erasure, progress: ingest.OnProgress | None = None) -> Purged:
    """Erase; renew the index, delete every other generation, what Milvus holds of it, and the cache of vectors.

    It may be repeated: what a run that failed left to do is done by the next one.

    Raises:
        SourceError: A file cannot be written or deleted.
        IndexStoreError: The index cannot be renewed: former generations are still there.
    """
    verdicts = feedback.erase(settings.feedback, erasure.verdict)
    for path, content in erasure.rewritten.items():
        files.write(path, content)
    for path in erasure.removed:
        with files.told(path):
            path.unlink(missing_ok=True)
    dropped = _renew(settings, progress) if erasure.in_index else ()
    left = tuple(_left(settings.index, erasure.name)) if erasure.name else ()
    return Purged(
        tuple(map(str, erasure.removed)), tuple(map(str, erasure.rewritten)), verdicts, dropped, left
    )


def _renew(settings: Settings, progress: ingest.OnProgress | None) -> tuple[str, ...]:
    """Renew the index and give the generations deleted; where there is none, only the cache goes."""
    there = bool(_generations(settings))
    if there:
        in_milvus = settings.store == "milvus"
        ingest.build(settings.corpus, settings.index, settings, progress, anew=in_milvus)
    with files.told(settings.cache):
        (settings.cache / vector_cache.FILE).unlink(missing_ok=True)
    if not there:
        return ()
    dropped = tuple(generation.drop_former(settings.index))
    ingest.follow(settings.index, settings)
    return dropped


def _is_held(settings: Settings, publication: str) -> bool:
    """Whether a generation, or one that a failed run left, holds the publication."""
    for name in _generations(settings):
        with contextlib.suppress(sqlite3.Error, IndexCorrupt), Store(settings.index / name / STORE) as store:
            if any(info.id == publication for info in store.infos):
                return True
    return False


def _generations(settings: Settings) -> tuple[str, ...]:
    if not settings.index.is_dir():
        return ()
    return tuple(sorted(path.name for path in settings.index.glob("gen-*")))


def _folders(corpus: Path) -> list[Path]:
    """The corpus, and each removal in its trash, in which files keep their paths."""
    trash = corpus / TRASH
    return [corpus, *(sorted(path for path in trash.iterdir() if path.is_dir()) if trash.is_dir() else ())]


def _with_sidecar(folder: Path, source: SourceFile) -> list[Path]:
    own = source.sidecar is not None and own_sidecar(folder, source)
    return [source.path, source.sidecar] if own and source.sidecar else [source.path]


def _lone_sidecars(corpus: Path, places: set[Path]) -> Iterator[Path]:
    """Former sidecars of these files that the trash keeps without the files."""
    for folder in _folders(corpus)[1:]:
        used = {source.sidecar for source in discover(folder)}
        for place in places:
            for name in (place.name + SIDECAR_SUFFIX, place.stem + SIDECAR_SUFFIX):
                path = folder / place.with_name(name)
                if path.is_file() and path not in used:
                    yield path


def _sidecars(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob(f"*{SIDECAR_SUFFIX}")):
        if (
            path.is_file()
            and not path.is_symlink()
            and (folder.parent.name == TRASH or TRASH not in path.parts)
        ):
            yield path


def _that_name(sources: list[SourceFile], name: Name) -> Iterator[SourceFile]:
    """The sources whose id, metadata or text hold a name; those that cannot be read are searched as bytes."""
    with ExtractionPool() as pool:
        for result in pool.run(sources):
            texts = [result.source.id, *(text for document in result.documents for text in _texts(document))]
            if result.failure:
                texts.append(
                    unicodedata.normalize("NFC", _bytes(result.source.path).decode("utf-8", "replace"))
                )
            if any(name.stands_in(text) for text in texts):
                yield result.source


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}). Check its rights.") from error


def _texts(document: Document) -> tuple[str, ...]:
    info = document.info
    return (document.text, info.title, *info.authors, *info.categories, info.url)


def _left(index: Path, name: Name) -> Iterator[str]:
    try:
        path = index / generation.current_name(index) / STORE
    except IndexStoreError:
        return
    with Store(path) as store:
        for position, info in enumerate(store.infos):
            document = store.document(position)
            if name.stands_in(info.id) or any(name.stands_in(text) for text in _texts(document)):
                yield info.id
