"""Files that someone wants to add: named safely, read once as a trial, told apart from what is there."""

from __future__ import annotations

import hashlib
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from search27.curation.files import write
from search27.curation.trash import keep_copy
from search27.errors import SourceError
from search27.extraction.sandbox import ExtractionPool
from search27.sources.folder import SourceFile, discover, is_publication
from search27.types import DocumentInfo, FailedDocument

Verdict = Literal["new", "replaces", "duplicate", "refused"]

ACCEPTED: tuple[Verdict, ...] = ("new", "replaces")
NAME_BYTES = 180
UNSAFE = re.compile(r'[<>:"|?*\x7f]')


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that someone wants to add, and what was found out about it.

    Attributes:
        name: Safe file name; its path in the corpus.
        verdict: `replaces`: another file has this name; `duplicate`: the corpus holds these very bytes.
        publications: What the trial reading found.
        same_as: Of a duplicate, the id of the file that has the same content.
        failure: Of a refused file, why and what to do; None where its name is at fault: not one of a
            publication, or that of an earlier file of the same choice.
    """

    name: str
    content: bytes
    verdict: Verdict
    publications: tuple[DocumentInfo, ...] = ()
    same_as: str = ""
    failure: FailedDocument | None = None


def safe_name(name: str) -> str:
    """A file name without folders, control characters and signs that some system forbids; may be empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    clean = " ".join(UNSAFE.sub("_", visible).split()).lstrip("._~$ ").rstrip(". ")
    path = Path(clean)
    room = NAME_BYTES - len(path.suffix.encode())
    return path.stem.encode()[: max(room, 0)].decode(errors="ignore").rstrip() + path.suffix


def examine(corpus: Path, files: Iterable[tuple[str, bytes]]) -> Iterator[Offer]:
    """Look at files before they are added: names, duplicates, and a reading in a process with limits.

    Args:
        corpus: Folder of publications.
        files: Name as given and content of each.

    Raises:
        SourceNotFound: The corpus folder does not exist.
    """
    sources = discover(corpus)
    by_size: dict[int, list[SourceFile]] = {}
    for source in sources:
        by_size.setdefault(source.path.stat().st_size, []).append(source)
    earlier: dict[str, str] = {}
    with ExtractionPool() as pool:
        for given, content in files:
            digest = hashlib.sha256(content).hexdigest()
            name = safe_name(given)
            same = _same(by_size.get(len(content), []), digest) or earlier.get(digest)
            if same is not None:
                yield Offer(name, content, "duplicate", same_as=same)
            elif not name or not is_publication(name) or name in earlier.values():
                yield Offer(name or given, content, "refused")
            else:
                offer = _tried(corpus, name, content, pool)
                if offer.verdict in ACCEPTED:
                    earlier[digest] = name
                yield offer


def accept(corpus: Path, offer: Offer, replace: bool = False) -> str:
    """Add an examined file and give its id; of a file that it replaces a copy goes to the trash.

    Raises:
        SourceError: A file of this name is there and `replace` is not set, or the disk fails.
        ValueError: The offer is a duplicate or was refused.
    """
    if offer.verdict not in ACCEPTED:
        raise ValueError(f"{offer.name} is {offer.verdict} and cannot be added")
    target = corpus / offer.name
    if target.exists():
        if not replace:
            raise SourceError(f"{offer.name} is there already. Allow it to be replaced, or rename the file.")
        keep_copy(corpus, target)
    write(target, offer.content)
    return offer.name


def _same(candidates: list[SourceFile], digest: str) -> str | None:
    for source in candidates:
        if hashlib.sha256(source.path.read_bytes()).hexdigest() == digest:
            return source.id
    return None


def _tried(corpus: Path, name: str, content: bytes, pool: ExtractionPool) -> Offer:
    """Read the file where it cannot harm, with the reader and the limits of a build."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        (extracted,) = pool.run([SourceFile(name, path, None)])
    if extracted.failure is not None:
        return Offer(name, content, "refused", failure=extracted.failure)
    verdict: Verdict = "replaces" if (corpus / name).exists() else "new"
    return Offer(name, content, verdict, tuple(document.info for document in extracted.documents))
