"""A first visit, before anything is indexed: from the empty app to an answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import served

pytestmark = pytest.mark.browser

ARTICLE = """---
title: La fabrique des quais
date: 2024-05-01
---

La fabrique des quais est un atelier public installé dans l'ancienne gare. Elle ouvre chaque matin à neuf heures.
"""


@pytest.fixture
def empty_app(browser: Browser, tmp_path: Path) -> Iterator[str]:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "fabrique.md").write_text(ARTICLE, encoding="utf-8")
    (corpus / "vide.md").write_text("", encoding="utf-8")
    with served(corpus, tmp_path / "index") as address:
        yield address


def test_from_the_empty_app_to_an_answer(page: Page, empty_app: str) -> None:
    page.goto(f"{empty_app}/rechercher")
    expect(page.get_by_role("heading", level=1)).to_contain_text("pas encore d’index")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("link", name="Tenir à jour").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tenir à jour")
    page.get_by_role("button", name="Construire l’index").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_test_id("stAlert").get_by_text("Index à jour")).to_be_visible()
    expect(page.get_by_text("vide.md", exact=True)).to_be_visible()

    page.get_by_role("link", name="Rechercher").click()
    field = page.get_by_label("Mots ou question")
    field.fill("atelier")
    field.press("Enter")
    expect(page.locator(".s27-source mark").first).to_have_text("atelier")
