"""Keeping current: upload, removal, versions and corrections on real corpora, with Streamlit's own test runner."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.unit.app.conftest import Visit, shown

from search27 import Library, build
from search27.app.access import is_local, role_of
from search27.app.components.build import builds
from search27.app.texts import Texts
from search27.extraction.meta import Meta, read_sidecar

TIMEOUT_SECONDS = 120
ARTICLE = "---\ntitle: Un lieu commun\ndate: 2024-05-01\n---\n\nLe lieu ouvre chaque jour à neuf heures.\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "lieu.md").write_text(ARTICLE, encoding="utf-8")
    build(folder / "corpus", folder / "index")
    return folder


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    """A corpus of one article and its index, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "place"))


def settled(app: AppTest) -> AppTest:
    """The page once the task under way has ended."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while builds().running and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not builds().running
    return app.run()


def stopped(app: AppTest) -> AppTest:
    """The page after the build that it started was ended."""
    job = builds().job
    assert job is not None
    job.stop()
    return app.run()


def texts_of(app: AppTest) -> list[str]:
    return [item.value for item in app.text]


def press(app: AppTest, label: str) -> AppTest:
    return next(item for item in app.button if item.label == label).click().run()


def section(app: AppTest, name: str) -> AppTest:
    control = next(item for item in app.segmented_control if (item.key or "").startswith("keep-section"))
    return control.set_value(name).run()


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return app.file_uploader[0].set_value([(name, content, "") for name, content in files]).run()


def test_an_uploaded_file_is_told_and_indexed(place: Path, visit: Visit, fr: Texts) -> None:
    app = visit(place / "index", "tenir-a-jour", place / "corpus")
    text = b"# Les quais \\<b>\n\nLa fabrique des quais ouvre.\n"
    newer = ARTICLE.replace("neuf", "dix").encode()
    app = upload(
        app,
        ("quais <script>.md", text),
        ("copie.txt", ARTICLE.encode()),
        ("vide.md", b" "),
        ("lieu.md", newer),
    )
    assert not app.exception
    lines = texts_of(app)
    assert "quais _script_.md" in lines
    assert any(line.startswith("Les quais <b>") for line in lines)
    assert fr.upload_duplicate.format(id="lieu.md") in lines
    assert any(line.startswith(fr.failures["EmptyDocument"]) for line in lines)
    assert fr.upload_add_one.format(n=1) in [item.label for item in app.button]
    app = next(item for item in app.checkbox if item.label == fr.upload_replace).check().run()
    app = settled(press(app, fr.upload_add_many.format(n=2)))
    assert not app.error
    library = Library.open(place / "index")
    assert {item.id for item in library.documents()} == {"lieu.md", "quais _script_.md"}
    assert "dix heures" in library.publication("lieu.md").text
    assert any("quais _script_.md" in line for line in texts_of(app))


def test_what_is_not_ticked_is_not_replaced(place: Path, visit: Visit, fr: Texts) -> None:
    app = visit(place / "index", "tenir-a-jour", place / "corpus")
    app = upload(app, ("lieu.md", ARTICLE.replace("neuf", "dix").encode()))
    assert fr.upload_none in [item.value for item in app.caption]
    assert (place / "corpus" / "lieu.md").read_text(encoding="utf-8") == ARTICLE


def test_a_publication_leaves_only_when_asked_again_and_can_return(
    place: Path, visit: Visit, fr: Texts
) -> None:
    app = section(visit(place / "index", "tenir-a-jour", place / "corpus"), fr.keep_remove)
    app = app.selectbox(key="remove-choice").set_value("lieu.md").run()
    app = press(app, fr.remove_button)
    assert (place / "corpus" / "lieu.md").exists()
    assert any("Un lieu commun" in line and "lieu.md" in line for line in texts_of(app))
    app = press(press(press(app, fr.confirm_cancel), fr.remove_button), fr.remove_agree)
    app = settled(app)
    assert not (place / "corpus" / "lieu.md").exists()
    assert Library.open(place / "index").documents() == []
    app = stopped(press(app, fr.trash_restore))
    assert not app.exception
    assert (place / "corpus" / "lieu.md").read_text(encoding="utf-8") == ARTICLE


def test_the_former_version_returns_when_asked_again(place: Path, visit: Visit, fr: Texts) -> None:
    (place / "corpus" / "deux.md").write_text(ARTICLE.replace("Un lieu", "Deux lieux"), encoding="utf-8")
    build(place / "corpus", place / "index")
    app = section(visit(place / "index", "tenir-a-jour", place / "corpus"), fr.keep_versions)
    app = press(app, fr.versions_button)
    assert Library.current_generation(place / "index") == "gen-000002"
    app = press(app, fr.versions_agree)
    assert Library.current_generation(place / "index") == "gen-000001"
    assert fr.versions_done in [item.value for item in app.success]
    assert "**1 publication**" in shown(app)


def test_a_correction_is_written_beside_the_file(place: Path, visit: Visit, fr: Texts) -> None:
    app = visit(place / "index", "publications", place / "corpus", doc="lieu.md")
    next(item for item in app.text_input if item.label == fr.correct_name).set_value("Un lieu <b> : suite")
    app.date_input[0].set_value(app.date_input[0].value.replace(year=2019))
    next(item for item in app.selectbox if item.label == fr.correct_kind).set_value("deliverable")
    stopped(press(app, fr.correct_save))
    assert read_sidecar(place / "corpus" / "lieu.md.meta.yaml") == (
        Meta(title="Un lieu <b> : suite", date=date(2019, 5, 1), kind="deliverable"),
        (),
    )


def test_a_failing_folder_is_told_with_a_number(place: Path, visit: Visit, fr: Texts) -> None:
    app = section(visit(place / "index", "tenir-a-jour", place / "corpus"), fr.keep_remove)
    app = press(app.selectbox(key="remove-choice").set_value("lieu.md").run(), fr.remove_button)
    (place / "corpus" / ".trash").write_text("a file where the trash should be")
    app = press(app, fr.remove_agree)
    assert fr.error_source in [item.value for item in app.error]
    assert (place / "corpus" / "lieu.md").exists()


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, "visitor"),
        ({"is_logged_in": False, "email": "a@example.org"}, "visitor"),
        ({"is_logged_in": True, "email": "A@Example.org"}, "admin"),
        ({"is_logged_in": True, "email": "a@example.org", "email_verified": True}, "admin"),
        ({"is_logged_in": True, "email": "a@example.org", "email_verified": False}, "reader"),
        ({"is_logged_in": True, "email": "a@example.org", "email_verified": "false"}, "reader"),
        ({"is_logged_in": True, "email": "b@example.org"}, "reader"),
        ({"is_logged_in": True}, "reader"),
    ],
)
def test_roles(claims: dict[str, object], expected: str) -> None:
    assert role_of(claims, ("a@example.org",)) == expected


def test_an_empty_address_is_never_an_admin() -> None:
    assert role_of({"is_logged_in": True, "email": ""}, ("",)) == "reader"


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_addresses_of_this_machine(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.4", "app.example.org", "", None])
def test_addresses_that_others_reach(address: str | None) -> None:
    assert not is_local(address)
