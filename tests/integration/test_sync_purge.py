"""A purge reaches what a sync noted about a publication, and a later sync does not bring it back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.builders import wordpress_post

from search27 import purge
from search27.config import Settings
from search27.sync.folder import STATE, Entry, SiteFolder

NAME = "Zoé Lîmar"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = SiteFolder(tmp_path, "site.example")
    post = wordpress_post(7, f"Portrait de {NAME}", "<p>Un texte.</p>")
    with folder.lock():
        folder.write("7.json", json.dumps(post).encode())
        folder.entries["7.json"] = Entry(
            "https://site.example/portrait/", f"Portrait de {NAME}", "v1", facts={"authors": [NAME]}
        )
        folder.save()
    return Settings(corpus=tmp_path, index=tmp_path / "index")


def test_a_person_is_taken_out_of_the_state(settings: Settings) -> None:
    state = settings.corpus / "site.example" / STATE
    content = purge.of_person(settings, NAME).rewritten[state].decode()
    assert NAME not in content
    assert json.loads(content)["entries"]["7.json"]["version"] == "v1"


def test_of_a_publication_only_the_number_stays(settings: Settings) -> None:
    folder = settings.corpus / "site.example"
    erasure = purge.of_publication(settings, "site.example/7")
    assert erasure.removed == (folder / "7.json",)
    (folder / STATE).write_bytes(erasure.rewritten[folder / STATE])
    (folder / "7.json").unlink()
    assert NAME not in (folder / STATE).read_text(encoding="utf-8")
    again = SiteFolder(settings.corpus, "site.example")
    assert again.entries == {"7.json": Entry("")}
    assert not again.has("7.json")
