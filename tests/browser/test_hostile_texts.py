"""Titles, texts, file names and questions that try to become markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.serving import served

from search27 import build

pytestmark = pytest.mark.browser

PROBES = (
    "<script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    "[lien](javascript:window.broken=1)",
    "![image](https://example.org/pixel.png)",
    "$E=mc^2$",
    ":red[rouge]",
)
TITLE = "Un titre piégé " + " ".join(PROBES)
BODY = "La fabrique piégée ouvre ses portes chaque matin à neuf heures."
FILE_NAME = "piège <img src=x onerror=window.broken=1>.md"


PROGRAMME = "Fabrique ![x](https://example.org/p.png) :red[y] $z$"


@pytest.fixture(scope="module")
def hostile_app(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    front = f'---\ntitle: "{TITLE}"\ndate: 2024-05-01\nurl: "javascript:window.broken=1"\n---\n\n'
    # Backslashes keep Markdown from reading the probes as its own: they must reach the app as text.
    text = " ".join(probe.replace("<", "\\<").replace("[", "\\[") for probe in PROBES)
    (corpus / FILE_NAME).write_text(f"{front}{BODY}\n\n{text}\n", encoding="utf-8")
    (corpus / f"vide {FILE_NAME}").write_text("", encoding="utf-8")
    (corpus / "_programmes.yaml").write_text(f"programmes:\n- {json.dumps(PROGRAMME)}\n", encoding="utf-8")
    for number in range(5):
        path = corpus / f"programme-{number}.txt"
        text = f"Le programme {PROGRAMME} avance. Voici le carnet {number} de ses ateliers."
        path.write_text(text, encoding="utf-8")
        path.with_name(f"{path.name}.meta.yaml").write_text(
            f"date: {2018 + number}-05-01\n", encoding="utf-8"
        )
    build(corpus, folder / "index")
    with served(corpus, folder / "index") as address:
        yield address


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=" + quote("À quelle heure ouvre la fabrique piégée ?"),
        "/?q=" + quote(" ".join(PROBES)),
        "/rechercher?mots=" + quote("fabrique " + PROBES[1]),
        "/publications",
        "/publications?doc=" + quote(FILE_NAME),
        "/publications?doc=" + quote(PROBES[1]),
        "/explorer?voir=carte",
        "/explorer?voir=parcours",
        "/explorer?voir=glossaire",
        "/explorer?voir=programmes",
        "/explorer?voir=programmes&programme=" + quote(PROGRAMME),
        "/explorer?voir=lieux&lieu=" + quote(PROBES[1]),
        "/rechercher?comme=" + quote(FILE_NAME + "#0"),
        "/tenir-a-jour",
    ],
)
def test_nothing_of_it_becomes_markup(page: Page, hostile_app: str, path: str) -> None:
    outside: list[str] = []
    page.on(
        "request",
        lambda request: (
            outside.append(request.url) if urlsplit(request.url).hostname == "example.org" else None
        ),
    )
    page.goto(hostile_app + path)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    main = page.get_by_test_id("stMain")
    assert page.evaluate("window.broken") is None
    assert main.locator("img, .katex, a[href^='javascript'], a[href^='data']").count() == 0
    coloured = main.locator(
        "span[style*='color']:not([role=spinbutton])"
    )  # date fields hide their caret by one
    assert coloured.count() == 0
    assert not outside


def test_the_probes_are_readable_as_they_were_written(page: Page, hostile_app: str) -> None:
    page.goto(f"{hostile_app}/publications?doc={quote(FILE_NAME)}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.goto(f"{hostile_app}/publications")
    expect(page.get_by_test_id("stMain")).to_contain_text(TITLE)
