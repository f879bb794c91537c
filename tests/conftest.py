"""Fixtures shared by all tests: the starter corpus, built once a session with the real bundled encoder."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

from search27 import Library, build
from search27.config import Settings, load_settings
from search27.embedding.encoder import SentenceTransformerEncoder
from search27.types import BuildReport

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "corpus"
SHARED = ROOT.parent / "shared"

# A busy machine is no defect: timing belongs in benchmarks.
hypothesis.settings.register_profile("search27", deadline=None)
hypothesis.settings.load_profile("search27")


@pytest.fixture(autouse=True, scope="session")
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in [name for name in os.environ if name.startswith("SEARCH27_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings()


@pytest.fixture(scope="session")
def encoder(settings: Settings) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("bundled", settings.cache)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    """Index folder and build report of the starter corpus."""
    index = tmp_path_factory.mktemp("starter") / "index"
    return index, build(STARTER, index)


@pytest.fixture(scope="session")
def starter_index(starter: tuple[Path, BuildReport]) -> Path:
    return starter[0]


@pytest.fixture(scope="session")
def starter_library(starter_index: Path) -> Library:
    return Library.open(starter_index)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "corpus27").is_dir():
        pytest.skip("../shared/corpus27 is absent: the real corpus is needed for this test")
    return SHARED
