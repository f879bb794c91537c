"""Fixtures of the fault tests: a tiny encoder, a corpus of three articles, and the tally of cases run."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.builders import write_markdown
from tests.faults.tally import Tally
from tests.faults.tiny_encoder import write_tiny_encoder

from search27.config import Settings, load_settings

LONG = os.environ.get("FAULTS") == "long"


@pytest.fixture(scope="session")
def long() -> bool:
    """Whether the long form runs (`make faults`)."""
    return LONG


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that name the tiny encoder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_settings(encoder=str(write_tiny_encoder(tmp_path_factory.mktemp("encoder"))))


@pytest.fixture(scope="session")
def tally() -> Iterator[Tally]:
    """Counts the cases that held; the long form writes them to `results.json`."""
    counted = Tally(long=LONG)
    yield counted
    if LONG:
        counted.write()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for number, subject in enumerate(("forêt", "budget", "bibliothèque"), 1):
        write_markdown(folder, f"{subject}.md", title=subject.title(), body=article(subject, number))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def article(subject: str, version: int) -> str:
    """Text of an article whose version stands in its text."""
    return (
        f"Le texte parle de {subject}. Il en est à la version {version}. Les habitants y tiennent beaucoup."
    )
