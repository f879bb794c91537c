"""The corpus folder: which files are publications, their ids, their sidecars and their content hash."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from search27.errors import SourceNotFound

SIDECAR_SUFFIX = ".meta.yaml"
TEMPORARY_SUFFIXES = (".tmp", ".part", ".crdownload", "~")
SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus that should be a publication.

    Attributes:
        id: POSIX path relative to the corpus, in Unicode NFC.
        path: Where the file lies.
        sidecar: `NAME.EXT.meta.yaml` or else `NAME.meta.yaml` beside it, None where there is neither.
    """

    id: str
    path: Path
    sidecar: Path | None


def discover(corpus: Path) -> list[SourceFile]:
    """List the publications of a folder and its subfolders, sorted by id.

    Hidden files and folders, names that begin with `_`, `README*`, sidecars, temporary files and symbolic
    links that leave the corpus are not publications.

    Raises:
        SourceNotFound: The folder does not exist or is no folder, or a subfolder cannot be listed.
    """
    if not corpus.is_dir():
        found = "is a file" if corpus.exists() else "does not exist"
        raise SourceNotFound(
            f"The corpus folder {corpus} {found}. Create it and put publications into it, "
            "or name another with --corpus."
        )
    sources: dict[str, SourceFile] = {}
    root = corpus.resolve()
    composed_first = sorted(
        _files(corpus, root), key=lambda path: (not unicodedata.is_normalized("NFC", str(path)), path)
    )
    for path in composed_first:
        # A name may hold bytes that are no UTF-8; an id is text that can be stored and shown.
        name = os.fsencode(path.relative_to(corpus).as_posix()).decode("utf-8", "backslashreplace")
        composed = unicodedata.normalize("NFC", name)
        # Two names may differ only in how their accents are encoded: the second keeps its own spelling.
        document_id = name if composed in sources else composed
        sources[document_id] = SourceFile(document_id, path, _sidecar(path, root))
    return [sources[document_id] for document_id in sorted(sources)]


def content_hash(source: SourceFile) -> str:
    """SHA-256, in hexadecimal, over the bytes of the file and of its sidecar.

    Raises:
        SourceNotFound: The file has gone since it was discovered.
    """
    digest = hashlib.sha256()
    try:
        for path in (source.path, source.sidecar):
            if path is not None:
                digest.update(path.stat().st_size.to_bytes(8, "big"))
                with path.open("rb") as stream:
                    while block := stream.read(1 << 20):
                        digest.update(block)
    except FileNotFoundError as error:
        raise SourceNotFound(f"{source.id} has gone from the corpus. Run the build again.") from error
    return digest.hexdigest()


def _files(corpus: Path, root: Path) -> Iterator[Path]:
    for folder, subfolders, names in os.walk(corpus, onerror=_refuse):
        subfolders[:] = [name for name in subfolders if not name.startswith((".", "_"))]
        for name in names:
            path = Path(folder, name)
            if is_publication(name) and _is_inside(path, root):
                yield path


def _refuse(error: OSError) -> None:
    """Stop: what lies in a folder that cannot be listed would otherwise count as taken out."""
    raise SourceNotFound(
        f"The folder {error.filename} cannot be listed ({error.strerror}). Check its rights, or take it out."
    ) from error


def _is_inside(path: Path, root: Path) -> bool:
    return os.path.isfile(path) and path.resolve().is_relative_to(root)


def is_publication(name: str) -> bool:
    """Whether a file of this name counts as a publication."""
    lower = name.lower()
    return not (
        name.startswith((".", "_", "~$"))
        or lower.startswith("readme")
        or lower.endswith((SIDECAR_SUFFIX, *TEMPORARY_SUFFIXES))
        or lower in SYSTEM_FILES
    )


def _sidecar(path: Path, root: Path) -> Path | None:
    for candidate in (path.with_name(path.name + SIDECAR_SUFFIX), path.with_name(path.stem + SIDECAR_SUFFIX)):
        if _is_inside(candidate, root):
            return candidate
    return None
