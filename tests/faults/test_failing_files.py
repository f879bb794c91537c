"""A file that fails is remembered, tried again only when something changed, and never costs its last good version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from search27 import Library, build
from search27.config import Settings
from search27.extraction.sandbox import Extracted
from search27.sources.folder import SourceFile
from search27.types import FailedDocument


def _reads(corpus: Path, index: Path, settings: Settings) -> list[str]:
    """Ids of the files that a build reads."""
    read: list[str] = []
    build(corpus, index, settings, lambda step: read.append(step.label))
    return [label for label in read if label]


def test_it_is_not_read_again_until_something_changes(
    corpus: Path, index: Path, tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "vide.pdf").write_bytes(b"")
    first = build(corpus, index, tiny)
    second = build(corpus, index, tiny)
    assert (second.generation, second.failed) == (first.generation, first.failed)
    assert _reads(corpus, index, tiny) == []
    with monkeypatch.context() as patch:
        patch.setattr("search27.reuse.SECONDS", 90.0)
        assert _reads(corpus, index, tiny) == ["vide.pdf"]
    (corpus / "vide.pdf").write_bytes(b"%PDF-1.4")
    assert _reads(corpus, index, tiny) == ["vide.pdf"]


def test_one_that_may_be_the_machines_fault_is_read_again(
    corpus: Path, index: Path, tiny: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: object, source: SourceFile) -> Extracted:
        failure = FailedDocument(source.id, "The file made its reader crash (SIGKILL).", "Try again.")
        return Extracted(source, failure=failure, again=True)

    with monkeypatch.context() as patch:
        patch.setattr("search27.extraction.sandbox._Worker.extract", crash)
        assert build(corpus, index, tiny).documents == 0
    assert build(corpus, index, tiny).documents == 3


def test_a_file_that_now_fails_keeps_its_last_good_version(corpus: Path, index: Path, tiny: Settings) -> None:
    build(corpus, index, tiny)
    good = (corpus / "forêt.md").read_bytes()
    (corpus / "forêt.md").write_bytes(b"")
    report = build(corpus, index, tiny)
    assert (report.changed, report.removed, report.documents) == ((), (), 3)
    assert [row.id for row in report.failed] == ["forêt.md"]
    assert report.failed[0].reason.endswith("The index keeps the version of this file that was read before.")
    assert "version 1" in Library.open(index, tiny).publication("forêt.md").text
    again = build(corpus, index, tiny)
    assert (again.generation, again.failed) == (report.generation, report.failed)
    (corpus / "forêt.md").write_bytes(good)
    restored = build(corpus, index, tiny)
    assert (restored.failed, restored.passages_encoded, restored.documents) == ((), 0, 3)
    (corpus / "forêt.md").unlink()
    assert build(corpus, index, tiny).removed == ("forêt.md",)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")]
)
def test_one_that_cannot_be_opened_is_a_row(
    corpus: Path, index: Path, tiny: Settings, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    build(corpus, index, tiny)
    real = Path.open

    def refuse(self: Path, *args: Any, **options: Any) -> Any:
        if self.name == "forêt.md":
            raise error
        return real(self, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        report = build(corpus, index, tiny)
    assert [row.id for row in report.failed] == ["forêt.md"]
    assert report.documents == 3
    assert build(corpus, index, tiny).failed == ()
