"""From a search with facets, and from Explore, to a publication: with the mouse and with the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.serving import choose_filter

from search27 import Library

pytestmark = pytest.mark.browser


def parameter(page: Page, name: str) -> str:
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def test_search_with_facets_to_publication(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/rechercher?mots=budget")
    expect(page.locator(".s27-source mark").first).to_be_visible()
    choose_filter(page, re.compile(r"Article \("))
    expect(page.locator(".s27-facts", has_text=re.compile("^Rapport"))).to_have_count(0)
    page.get_by_text("Par publication").click()
    title = page.locator(".s27-title").first.inner_text()
    page.get_by_role("link", name="Lire dans la publication").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("#s27-cited mark").first).to_be_in_viewport()


def test_more_like_this_and_back_to_the_words(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/rechercher?mots=budget")
    page.get_by_role("button", name="Passages semblables").first.click()
    expect(page.get_by_role("heading", name="À partir de ce passage")).to_be_visible()
    assert parameter(page, "comme")
    page.get_by_role("button", name="Nouvelle recherche").click()
    expect(page.get_by_label("Mots ou question")).to_have_value("budget")
    expect(page.locator(".s27-source mark").first).to_be_visible()


def test_a_tour_leads_to_the_quoted_words(page: Page, starter_app: str, starter_index: Path) -> None:
    step = Library.open(starter_index).atlas.tours[0].steps[0]
    page.goto(f"{starter_app}/explorer")
    page.locator(".st-key-tour-1").get_by_role("link").click()
    expect(page.locator("#s27-cited mark").first).to_be_in_viewport()
    assert parameter(page, "doc") == step.document_id


def test_a_point_of_the_map_opens_its_publication(page: Page, starter_app: str, starter_index: Path) -> None:
    ids = {point.document_id for point in Library.open(starter_index).atlas.points}
    page.goto(f"{starter_app}/explorer?voir=carte")
    points = page.locator(".st-key-chart-map .mark-symbol path")
    expect(points).to_have_count(len(ids))
    points.first.hover(force=True)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Thème")
    points.first.click(force=True)
    expect(page.locator(".s27-reader")).to_be_visible()
    assert parameter(page, "doc") in ids


def test_the_same_by_keyboard(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/explorer?voir=carte")
    page.get_by_role("radio", name=re.compile(r"\(\d+\)$")).first.focus()
    page.keyboard.press("Space")
    link = page.locator("[class*=st-key-publication-list-topic-] a").first
    expect(link).to_be_visible()
    assert parameter(page, "theme") == "1"
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".s27-reader")).to_be_visible()


def test_from_a_publication_to_its_programme_and_on(
    page: Page, starter_app: str, starter_index: Path
) -> None:
    programme = next(item for item in Library.open(starter_index).atlas.programmes if item.documents)
    page.goto(f"{starter_app}/publications?doc={quote(programme.documents[0])}")
    page.get_by_test_id("stMain").get_by_role(
        "link", name=re.compile(re.escape(programme.name))
    ).first.click()
    expect(page.get_by_role("heading", level=2, name=programme.name)).to_be_visible()
    assert parameter(page, "programme") == programme.name


def test_an_address_of_explore_is_the_same_in_both_languages(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/explorer?voir=glossaire&lang=en")
    expect(page.get_by_placeholder("Find an acronym or a word")).to_be_visible()
    page.goto(f"{starter_app}/explorer?voir=glossaire")
    expect(page.get_by_placeholder("Chercher un sigle ou un mot")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_explore_does_not_scroll_sideways(page: Page, starter_app: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for section in ("parcours", "carte", "programmes", "glossaire", "lieux"):
        page.goto(f"{starter_app}/explorer?voir={section}")
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(box => box.scrollWidth <= box.clientWidth + 1)"
        ), section


def test_the_charts_break_no_policy_and_stay_on_this_machine(page: Page, starter_app: str) -> None:
    broken: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if "violates" in message.text else None)
    page.on("request", lambda request: requests.append(request.url))
    for path in ("/explorer?voir=carte", "/explorer?voir=programmes"):
        page.goto(starter_app + path)
        expect(page.locator("[class*=st-key-chart-]").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert not broken
    assert all(url.startswith((starter_app, "data:", "blob:")) for url in requests)
