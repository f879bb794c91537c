from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from tests.browser.serving import FLAGS, ROOT, TIMEOUT_SECONDS, chromium_path, served, settled


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        message = "Chromium is absent: the app was NOT tested in a browser. Install it (apt install chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=TIMEOUT_SECONDS * 1000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        with pytest.MonkeyPatch.context() as patch:
            for action in ("click", "fill"):
                patch.setattr(Locator, action, _once_settled(getattr(Locator, action)))
            yield opened
        opened.close()


def _once_settled(action: Callable[..., None]) -> Callable[..., None]:
    """An action as a person does it: on a page that has come to rest. While it is drawn, its elements are replaced."""

    def acted(target: Locator, *given: Any, **options: Any) -> None:
        if target.page.get_by_test_id("stApp").count():
            settled(target.page)
        action(target, *given, **options)

    return acted


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def starter_app(browser: Browser, starter_index: Path) -> Iterator[str]:
    with served(ROOT / "corpus", starter_index) as address:
        yield address
