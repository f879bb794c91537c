"""The ways through the app, in real Chromium."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.browser.serving import choose_filter

pytestmark = pytest.mark.browser

QUESTION = "Qu'est-ce que La Synchro ?"


def ask(page: Page, question: str) -> None:
    field = page.get_by_test_id("stChatInputTextArea")
    field.fill(question)
    field.press("Enter")


def test_question_to_citation_to_the_marked_quote(page: Page, starter_app: str) -> None:
    page.goto(starter_app)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Que cherchez-vous")
    ask(page, QUESTION)
    expect(page.locator(".s27-answer")).to_contain_text("Synchro")
    assert "q=" in page.url

    page.locator(".s27-cite", has_text="[1]").first.click()
    source = page.locator(".s27-source:target")
    expect(source).to_be_in_viewport()
    expect(source.locator(".s27-facts")).to_contain_text(re.compile(r"p\. \d+|§ \d+"))
    quote = source.locator("mark").inner_text()

    card = page.locator("[class*=st-key-card-source-0-1]")
    card.get_by_role("link", name="Lire dans la publication").click()
    cited = page.locator("#s27-cited mark")
    expect(cited).to_be_in_viewport()
    assert cited.inner_text() == quote
    assert urlsplit(page.url).path == "/publications"

    page.get_by_role("button", name=QUESTION).click()
    expect(page.locator(".s27-answer")).to_be_visible()


def test_some_citation_of_the_report_names_its_page(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/?q={QUESTION}")
    facts = page.locator(".s27-source .s27-facts")
    expect(facts.first).to_be_visible()
    assert any(re.search(r"Rapport · .*p\. \d+", text) for text in facts.all_inner_texts())


def test_search_with_a_filter(page: Page, starter_app: str) -> None:
    page.goto(f"{starter_app}/rechercher")
    field = page.get_by_label("Mots ou question")
    field.fill("budget")
    field.press("Enter")
    expect(page.locator(".s27-source mark").first).to_be_visible()
    assert "mots=budget" in page.url
    choose_filter(page, re.compile(r"Rapport \("))
    expect(page.get_by_role("button", name=re.compile("Filtres · 1"))).to_be_visible()
    expect(page.locator(".s27-facts", has_text=re.compile("^Article"))).to_have_count(0)
    assert all(text.startswith("Rapport") for text in page.locator(".s27-facts").all_inner_texts())


def test_the_language_switch_changes_texts_page_language_and_address(page: Page, starter_app: str) -> None:
    page.goto(starter_app)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.locator(".st-key-lang").get_by_text("en", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What are you looking for")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "lang=en" in page.url
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What are you looking for")
    page.get_by_role("link", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")


def test_nothing_leaves_the_machine_and_no_policy_is_broken(page: Page, starter_app: str) -> None:
    requests: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: broken.append(message.text) if "violates" in message.text else None)
    for path in ("/", "/rechercher?mots=budget", "/publications", "/tenir-a-jour", f"/?q={QUESTION}"):
        page.goto(starter_app + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
    elsewhere = [url for url in requests if not url.startswith((starter_app, "data:", "blob:"))]
    assert not elsewhere
    assert not broken


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_page_scrolls_sideways(page: Page, starter_app: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/", f"/?q={QUESTION}", "/rechercher?mots=budget", "/publications", "/tenir-a-jour"):
        page.goto(starter_app + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate(
            "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every(box => box.scrollWidth <= box.clientWidth + 1)"
        ), path
