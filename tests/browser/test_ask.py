"""Ask in real Chromium: from an answer to the printed page, from a verdict to `evaluate`, by keyboard alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.serving import ROOT, served
from tests.browser.test_hostile_texts import PROBES
from tests.builders import write_pdf
from tests.endpoint import scripted, spoken

from search27 import build
from search27.app import scripts

pytestmark = pytest.mark.browser

QUESTION = "Quelle subvention la Fabrique des quais a-t-elle reçue en 2023 ?"
TITLE = "Rapport piégé " + " ".join(PROBES)
PAGES = [  # the best quote begins on the first page and ends on the second
    ["Rapport de la Fabrique des quais", "La Fabrique des quais est un atelier du quartier."],
    [
        "Elle a reçu en 2023 une subvention de douze mille euros de la ville.",
        "Cette subvention a servi à ouvrir un second atelier pour les menuisiers du quartier.",
    ],
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with one PDF, whose title is full of markup, and its index."""
    folder = tmp_path_factory.mktemp("ask")
    corpus = folder / "corpus"
    corpus.mkdir()
    write_pdf(corpus / "rapport.pdf", PAGES)
    (corpus / "rapport.meta.yaml").write_text(
        json.dumps({"title": TITLE, "date": "2024-02-01"}), encoding="utf-8"
    )
    build(corpus, folder / "index")
    return folder


@pytest.fixture(scope="module")
def app(browser: Browser, place: Path) -> Iterator[str]:
    with served(place / "corpus", place / "index") as address:
        yield address


def yellow_share(image: Locator) -> float:
    """Share of an image's pixels on screen that carry the marker's colour."""
    pixels = np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("RGB")).reshape(-1, 3)
    red, green, blue = pixels.T
    return float(((red > 230) & (green > 200) & (blue < 140)).mean())


def test_question_to_citation_to_the_marked_page_of_the_report(page: Page, starter_app: str) -> None:
    page.set_viewport_size({"width": 1000, "height": 450})
    page.goto(f"{starter_app}/?q={quote('Qu’est-ce que La Synchro ?')}")
    expect(page.locator(".s27-answer")).to_contain_text("Synchro")
    page.get_by_role("button", name="Voir la page").first.click()
    dialog = page.get_by_role("dialog")
    image = dialog.get_by_role("img", name="du PDF")
    expect(image).to_be_visible()
    expect(dialog.get_by_text("La phrase citée est surlignée.")).to_be_visible()
    assert yellow_share(image) > 0.002
    page.wait_for_function(
        "name => { const place = document.getElementById(name).getBoundingClientRect();"
        " return 0 < place.top && place.top < innerHeight }",
        arg=scripts.MARKED,
    )
    dialog.get_by_role("button", name="Page suivante").click()
    expect(dialog.get_by_text("La phrase citée est surlignée.")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_by_keyboard_alone_to_the_page_and_back(page: Page, app: str) -> None:
    page.goto(app)
    field = page.get_by_test_id("stChatInputTextArea")
    expect(field).to_be_visible()
    tab_to(page, field)
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".s27-answer")).to_contain_text("douze mille euros")
    opener = page.get_by_role("button", name="Voir la page (p. 1)")
    tab_to(page, opener)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="Page 1 du PDF")).to_be_visible()
    after = dialog.get_by_role("button", name="Page suivante")
    tab_to(page, after)
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Page 2 sur 2")).to_be_visible()
    expect(dialog.get_by_text("La phrase citée est surlignée.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def tab_to(page: Page, target: Locator) -> None:
    """Press the tabulator until the target has the focus."""
    for _ in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The tabulator does not reach it.")


def test_nothing_in_a_title_becomes_markup_in_the_page_view(page: Page, app: str) -> None:
    page.goto(f"{app}/?q={quote(QUESTION)}")
    page.get_by_role("button", name="Voir la page").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("img", name="Page 1 du PDF")).to_be_visible()
    expect(dialog.locator(".s27-title")).to_have_text(TITLE)
    assert dialog.locator("a").count() == 0
    assert page.evaluate("window.broken") is None
    assert dialog.locator("img").count() == 1
    assert set(dialog.locator("script").all_text_contents()) <= {scripts.SHOW_MARKED}
    assert dialog.locator(".katex, a[href^='javascript'], span[style*='color']").count() == 0
    assert page.locator("[data-testid=stMain] a[href^='javascript']").count() == 0


def test_a_verdict_becomes_a_question_that_evaluate_scores(page: Page, app: str, place: Path) -> None:
    page.goto(f"{app}/?q={quote(QUESTION)}")
    expect(page.locator(".s27-answer")).to_be_visible()
    page.get_by_role("button", name="Oui").click()
    expect(page.get_by_text("Merci.")).to_be_visible()
    line = [sys.executable, "-m", "search27", "evaluate", str(place / "feedback" / "questions.jsonl")]
    line += ["--corpus", str(place / "corpus"), "--index", str(place / "index"), "--json"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, check=True)
    scores = json.loads(done.stdout)["groups"]["feedback"]
    assert (scores["n"], scores["hit_at_1"], scores["cites_gold"]) == (1, 1.0, 1.0)

    page.get_by_role("button", name="Annuler cet avis").click()
    expect(page.get_by_role("button", name="Non")).to_be_visible()
    page.get_by_role("button", name="Non").click()
    page.get_by_text("Il manque l’essentiel").click()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Merci, c’est noté.")).to_be_visible()
    assert (place / "feedback" / "questions.jsonl").read_text(encoding="utf-8") == ""
    [row] = (place / "feedback" / "open.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(row)["reason"] == "incomplete"


def test_files_of_an_answer_download(page: Page, app: str) -> None:
    page.goto(f"{app}/?q={quote(QUESTION)}")
    for label, start in (("Word", b"PK"), ("BibTeX", b"@misc{")):
        page.get_by_role("button", name="Télécharger la réponse").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.path().read_bytes().startswith(start)
        page.keyboard.press("Escape")


def test_a_written_answer_streams_and_can_be_stopped(page: Page, place: Path) -> None:
    go_on = threading.Event()
    with scripted(spoken(lambda prompt: "La Fabrique des quais a tout inventé. [1]", go_on)) as model:
        variables = {"SEARCH27_GENERATOR_URL": model.url, "SEARCH27_GENERATOR_MODEL": "m"}
        with served(place / "corpus", place / "index", variables) as address:
            page.goto(address)
            page.get_by_text("Rédiger la réponse").click()
            field = page.get_by_test_id("stChatInputTextArea")
            field.fill(QUESTION)
            field.press("Enter")
            expect(page.locator(".s27-draft")).to_contain_text("La Fabrique")
            page.get_by_role("button", name="Arrêter").press("Enter")
            expect(page.locator(".s27-verbatim").first).to_be_visible()
            expect(page.get_by_text("Rédaction interrompue")).to_be_visible()
            expect(page.get_by_role("button", name="Arrêter")).to_have_count(0)
            go_on.set()
