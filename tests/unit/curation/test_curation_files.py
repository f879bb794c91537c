from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders import write_pdf

from search27.curation.files import find
from search27.errors import SourceNotFound


def test_only_files_that_the_corpus_lists_are_found(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "dossier").mkdir(parents=True)
    outside = write_pdf(tmp_path / "dehors.pdf", [["Secret"]])
    inside = write_pdf(corpus / "dossier" / "a.pdf", [["Texte"]])
    write_pdf(corpus / "_brouillon.pdf", [["Brouillon"]])
    (corpus / "lien.pdf").symlink_to(outside)
    assert find(corpus, "dossier/a.pdf").path == inside
    for name in (
        "../dehors.pdf",
        str(outside),
        "lien.pdf",
        "_brouillon.pdf",
        "dossier",
        "",
        "dossier/../dossier/a.pdf",
    ):
        with pytest.raises(SourceNotFound):
            find(corpus, name)
