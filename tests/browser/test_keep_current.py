"""Files added, replaced, taken out and put back in real Chromium, and asked about at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import ROOT, served

pytestmark = pytest.mark.browser

BUILD_MILLISECONDS = 240_000
QUESTION = "À quelle heure ouvre la fabrique des quais ?"
NAME = "quais <img src=x onerror=window.broken=1>.md"
ARTICLE = """---
title: La fabrique des quais
date: 2024-05-01
---

La fabrique des quais est un atelier public installé dans l'ancienne gare. Elle ouvre chaque matin à neuf heures.
"""


@pytest.fixture(scope="module")
def own_app(browser: Browser, starter_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    shutil.copytree(starter_index, folder / "index")
    with served(folder / "corpus", folder / "index") as address:
        yield address


def choose(page: Page, name: str, content: str) -> None:
    file = {"name": name, "mimeType": "text/markdown", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]


def test_upload_then_rebuild_then_ask_then_remove(page: Page, own_app: str) -> None:
    page.goto(f"{own_app}/tenir-a-jour")
    expect(page.get_by_role("button", name="Choisir des fichiers")).to_be_visible()
    choose(page, NAME, ARTICLE)
    offer = page.locator(".st-key-offer-0")
    expect(offer).to_contain_text("La fabrique des quais · ")
    expect(offer).to_contain_text("quais _img src=x onerror=window.broken=1_.md")
    page.get_by_role("button", name="Ajouter 1 fichier et mettre à jour").click()
    expect(page.get_by_test_id("stAlert").get_by_text("Index à jour")).to_be_visible(
        timeout=BUILD_MILLISECONDS
    )
    assert page.evaluate("window.broken") is None

    page.get_by_role("link", name="Poser une question").click()
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(QUESTION)
    field.press("Enter")
    expect(page.locator(".s27-answer")).to_contain_text("neuf heures")

    page.goto(f"{own_app}/tenir-a-jour")
    page.get_by_text("Retirer", exact=True).click()
    field = page.get_by_role("combobox", name="Publication à retirer")
    field.fill("fabrique des quais")
    field.press("Enter")
    page.get_by_role("button", name="Retirer cette publication").click()
    expect(page.get_by_text("Fichier : quais")).to_be_visible()
    page.get_by_role("button", name="Oui, retirer").click()
    expect(page.get_by_text("Retirées (1)")).to_be_visible(timeout=BUILD_MILLISECONDS)
    expect(page.get_by_role("button", name="Remettre")).to_be_visible()

    page.get_by_text("Versions", exact=True).click()
    page.get_by_role("button", name="Revenir à cette version").click()
    page.get_by_role("button", name="Oui, revenir").click()
    expect(page.get_by_text("de nouveau en service")).to_be_visible()


def test_an_update_can_be_stopped(page: Page, own_app: str) -> None:
    page.goto(f"{own_app}/tenir-a-jour")
    choose(page, "long.md", ARTICLE + "\n\n".join(f"Paragraphe {n} sur les quais." * 30 for n in range(400)))
    page.get_by_role("button", name="Ajouter 1 fichier et mettre à jour").click()
    page.get_by_role("button", name="Arrêter").press("Enter")
    expect(page.get_by_text("L’index d’avant reste en service")).to_be_visible()
