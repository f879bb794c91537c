"""Every page for those who read with the keyboard, a screen reader, strong contrast or without motion."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import TIMEOUT_SECONDS, settled

pytestmark = pytest.mark.browser

QUESTION = "Qu'est-ce que La Synchro ?"
ABSENT = "Quelle est la capitale de la Mongolie ?"
DIGEST = "rapport-activite-2025-synthese.pdf"
PAGES = {
    "/": "h1",
    f"/?q={quote(QUESTION)}": ".s27-source",
    f"/?q={quote(ABSENT)}": "[data-testid=stAlert]",
    "/rechercher?mots=budget": ".s27-source mark",
    "/rechercher?mots=xyzzyx": "h1",
    "/explorer": "h1",
    "/explorer?voir=carte": "[data-testid=stVegaLiteChart] svg",
    "/explorer?voir=programmes": "h1",
    "/explorer?voir=glossaire": "h2",
    "/explorer?voir=lieux": "h1",
    "/publications": "[data-testid=stPageLink]",
    f"/publications?doc={DIGEST}&passage=3": "#s27-cited",
    "/publications?doc=absent": "[data-testid=stAlert]",
    "/tenir-a-jour": "[data-testid=stFileUploader]",
}
SERIOUS = ("serious", "critical")


@pytest.fixture
def quiet_page(browser: Browser) -> Any:
    context = browser.new_context(
        locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
    )
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    yield context.new_page()
    context.close()


def opened(page: Page, address: str, ready: str) -> None:
    page.goto(address)
    page.locator(ready).first.wait_for()
    page.locator("[data-testid=stSpinner]").first.wait_for(state="detached")
    page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
    page.wait_for_load_state("networkidle")


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:200]}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_in_light_or_dark(
    quiet_page: Page, starter_app: str, path: str, language: str
) -> None:
    join = "&" if "?" in path else "?"
    found = {}
    for scheme in ("light", "dark"):
        quiet_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if scheme == "light":
            opened(quiet_page, f"{starter_app}{path}{join}lang={language}", PAGES[path])
        else:
            expect(quiet_page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
        expect(quiet_page.locator("html")).to_have_attribute("lang", language)
        settled(quiet_page)
        found[scheme] = violations(quiet_page)
    assert found == {"light": [], "dark": []}


def focused(page: Page) -> str:
    """Name of what has the focus."""
    return str(
        page.evaluate(
            "(() => { const it = document.activeElement;"
            " const text = it.matches('a, button, summary') ? it.innerText : '';"
            " return it.getAttribute('aria-label') || text || it.placeholder || it.tagName })()"
        )
    ).strip()


def tab_to(page: Page, name: str, presses: int = 60) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if name in focused(page):
            return
    raise AssertionError(f"{name} was not reached by {presses} presses of Tab")


def test_the_keyboard_alone_asks_reads_a_source_and_opens_it(quiet_page: Page, starter_app: str) -> None:
    opened(quiet_page, starter_app, "h1")
    tab_to(quiet_page, "Posez votre question")
    quiet_page.keyboard.type(QUESTION)
    quiet_page.keyboard.press("Enter")
    expect(quiet_page.locator(".s27-answer")).to_be_visible()
    settled(quiet_page)
    tab_to(quiet_page, "Source 1")
    quiet_page.keyboard.press("Enter")
    expect(quiet_page.locator(".s27-source:target")).to_be_in_viewport()
    tab_to(quiet_page, "Lire dans la publication")
    quiet_page.keyboard.press("Enter")
    expect(quiet_page.locator("#s27-cited")).to_be_in_viewport()


def test_what_has_the_focus_is_visible(quiet_page: Page, starter_app: str) -> None:
    opened(quiet_page, f"{starter_app}/tenir-a-jour", PAGES["/tenir-a-jour"])
    unmarked = []
    for _ in range(25):
        quiet_page.keyboard.press("Tab")
        mark = quiet_page.evaluate(
            "(() => { let it = document.activeElement; if (it === document.body) return 'body';"
            " const ring = box => { const s = getComputedStyle(box);"
            " return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' };"
            " for (let n = 0; it && n < 4; n++, it = it.parentElement) if (ring(it)) return '';"
            " return document.activeElement.outerHTML.slice(0, 150) })()"
        )
        if mark and mark != "body":
            unmarked.append(mark)
    assert not unmarked


def test_nothing_moves_for_those_who_asked_for_stillness(quiet_page: Page, starter_app: str) -> None:
    opened(quiet_page, starter_app, "h1")
    moving = quiet_page.evaluate(
        "[...document.querySelectorAll('*')].filter(it => { const s = getComputedStyle(it);"
        " return parseFloat(s.transitionDuration) > 0.01 || parseFloat(s.animationDuration) > 0.01 }).length"
    )
    assert moving == 0
