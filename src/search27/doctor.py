"""What may keep search27 from working here, each with what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from search27.config import Settings
from search27.errors import IndexNotFound, Search27Error
from search27.library import Library
from search27.sources.folder import discover

State = Literal["ok", "warning", "problem"]

ROOM_FACTOR = 3
"""Generations on disk while a build runs: the current, the former and the new one."""
ROOM_MINIMUM_BYTES = 1_000_000_000
SENTENCE = "Une phrase pour essayer le modèle."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        advice: What to do, `""` where nothing is to be done.
    """

    name: str
    state: State
    found: str
    advice: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each thing in turn; an error while looking is itself a finding."""
    looks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _packages,
        _settings,
        _corpus,
        _encoder,
        _index,
        _disk,
        _folders,
        _generator,
    )
    for look in looks:
        name = look.__name__.removeprefix("_")
        try:
            yield look(settings)
        except Search27Error as error:
            yield Finding(name, "problem", str(error), "Do what the message says.")
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            yield Finding(name, "problem", found, "Keep this message for whoever maintains search27.")


def _python(_: Settings) -> Finding:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", "ok", found)
    return Finding("python", "problem", found, "Install Python 3.11, 3.12 or 3.13, then: make install")


def _packages(_: Settings) -> Finding:
    wrong = []
    for row in metadata.requires("search27") or ():
        wanted = Requirement(row)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{wanted.name} is {version}, needed is {wanted.specifier}")
    if wrong:
        return Finding("packages", "problem", "; ".join(wrong), "Run: make install")
    return Finding("packages", "ok", f"search27 {metadata.version('search27')} with all it needs")


def _settings(settings: Settings) -> Finding:
    found = f"corpus {settings.corpus}, index {settings.index}, encoder {settings.encoder}"
    return Finding("settings", "ok", f"{found}, cache {settings.cache}")


def _corpus(settings: Settings) -> Finding:
    count = len(discover(settings.corpus))
    if count:
        return Finding("corpus", "ok", f"{count} files in {settings.corpus}")
    return Finding("corpus", "warning", f"{settings.corpus} is empty", "Put publications into it.")


def _encoder(settings: Settings) -> Finding:
    from search27.embedding.openvino import open_encoder

    encoder = open_encoder(settings.encoder, settings.cache)
    identity, vector = encoder.identity, encoder.encode_query(SENTENCE).vector
    found = f"{identity.name} ({identity.revision}) gives {len(vector)} dimensions in {identity.numerics}"
    if len(vector) == identity.dimension:
        return Finding("encoder", "ok", found)
    return Finding("encoder", "problem", found, f"Remove {settings.cache} and run: search27 doctor")


def _index(settings: Settings) -> Finding:
    try:
        library = Library.open(settings.index, settings)
    except IndexNotFound as error:
        return Finding("index", "warning", f"No index in {settings.index}", str(error))
    status = library.status()
    library.close()
    found = (
        f"{status.generation} of {status.built_at}: {status.documents} documents, every file as it was built"
    )
    if status.failed:
        count = len(status.failed)
        return Finding("index", "warning", f"{found}; {count} files not indexed", "See: search27 status")
    return Finding("index", "ok", found)


def _disk(settings: Settings) -> Finding:
    place = _existing(settings.index)
    free = shutil.disk_usage(place).free
    generations = settings.index.glob("gen-*")
    sizes = [sum(path.stat().st_size for path in one.rglob("*") if path.is_file()) for one in generations]
    wanted = max(ROOM_MINIMUM_BYTES, ROOM_FACTOR * max(sizes, default=0))
    found = f"{free / 1e9:.1f} GB free beside {settings.index}"
    if free >= wanted:
        return Finding("disk", "ok", found)
    advice = f"Make room: a build may need {wanted / 1e9:.1f} GB. Until then the index stays as it is."
    return Finding("disk", "warning", found, advice)


def _folders(settings: Settings) -> Finding:
    refused = []
    for folder in (settings.index, settings.cache, settings.feedback):
        try:
            with tempfile.TemporaryFile(dir=_existing(folder)):
                pass
        except OSError as error:
            refused.append(f"{folder} ({error.strerror})")
    if refused:
        user = os.environ.get("USER", "the user who runs search27")
        advice = f"Give {user} the right to write there, or name other folders in search27.toml."
        return Finding("folders", "problem", f"Not writable: {', '.join(refused)}", advice)
    return Finding("folders", "ok", "index, cache and verdicts can be written")


def _generator(settings: Settings) -> Finding:
    if bool(settings.generator_url) != bool(settings.generator_model):
        advice = "Set both generator_url and generator_model, or neither."
        return Finding(
            "generator", "problem", "a language model is named by half: answers are quoted", advice
        )
    if not settings.generator_url:
        return Finding("generator", "ok", "no language model is set: answers are quoted")
    key = "with a key" if settings.generator_key.get_secret_value() else "without a key"
    return Finding("generator", "ok", f"{settings.generator_model} at {settings.generator_url}, {key}")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())
