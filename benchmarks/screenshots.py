"""Take the pictures of the README and the guide: the starter corpus, in Chromium, into docs/images/."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright
from tests.browser.serving import FLAGS, ROOT, chromium_path, command, served

IMAGES = ROOT / "docs" / "images"
QUESTION = "Qu'est-ce que La Synchro ?"
PUBLICATION = "2025-12-19-budget-2025.md"
UPLOADS: list[FilePayload] = [
    {
        "name": "fabrique-des-quais.md",
        "mimeType": "text/markdown",
        "buffer": "---\ntitle: La fabrique des quais\ndate: 2026-01-12\n---\n\nUn atelier ouvert à tous.\n".encode(),
    },
    {
        "name": "budget.md",
        "mimeType": "text/markdown",
        "buffer": (ROOT / "corpus" / PUBLICATION).read_bytes(),
    },
    {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"},
]
WAIT_MILLISECONDS = 120_000
SETTLE_MILLISECONDS = 1500


def main() -> None:
    chromium = chromium_path()
    if chromium is None:
        sys.exit("Chromium was not found. Install it: apt install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # The corpus is copied so that the pictures name no folder of this machine.
        corpus = shutil.copytree(ROOT / "corpus", Path(folder) / "corpus")
        index = Path(folder) / "index"
        # Two builds, for two versions to be shown.
        held = (corpus / PUBLICATION).rename(Path(folder) / PUBLICATION)
        subprocess.run(command("build", corpus, index), check=True)
        held.rename(corpus / PUBLICATION)
        subprocess.run(command("build", corpus, index), check=True)
        with served(corpus, index, {"TZ": "Europe/Paris"}) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            take_all(browser, address)
            browser.close()


def take_all(browser: Browser, address: str) -> None:
    desk = visit(browser, 1280, "light")
    take(desk, f"{address}/", "accueil")
    take(desk, f"{address}/?q={QUESTION}", "reponse", ready=".s27-answer")
    desk.get_by_role("link", name="Lire dans la publication").first.click()
    shoot(desk, "publication", ready="#s27-cited")
    take(desk, f"{address}/rechercher?mots=communs", "recherche", ready=".s27-source mark")
    take(desk, f"{address}/publications", "publications")
    keep_current(desk, address)
    take(desk, f"{address}/explorer?voir=carte", "explorer", ready=".js-plotly-plot, canvas, svg.marks, h1")
    take(visit(browser, 1280, "dark"), f"{address}/?q={QUESTION}", "reponse-sombre", ready=".s27-answer")
    take(visit(browser, 390, "light"), f"{address}/?q={QUESTION}", "reponse-mobile", ready=".s27-answer")


def keep_current(page: Page, address: str) -> None:
    """The page that admins use: as it opens, with files examined, its versions, and a correction."""
    take(page, f"{address}/tenir-a-jour", "tenir-a-jour", ready="[data-testid=stFileUploader]")
    page.locator("input[type=file]").set_input_files(UPLOADS)
    shoot(page, "ajouter", ready=f".st-key-offer-{len(UPLOADS) - 1}")
    page.get_by_text("Versions", exact=True).click()
    shoot(page, "versions", ready=".st-key-keep-section [data-testid=stText]")
    page.goto(f"{address}/publications?doc={PUBLICATION}")
    page.get_by_text("Corriger titre, date ou type").click()
    shoot(page, "corriger", ready="[data-testid=stForm] input")


def visit(browser: Browser, width: int, scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="fr-FR",
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MILLISECONDS)
    return context.new_page()


def take(page: Page, url: str, name: str, ready: str = "h1") -> None:
    page.goto(url)
    shoot(page, name, ready)


def shoot(page: Page, name: str, ready: str) -> None:
    page.locator(ready).first.wait_for()
    page.locator("[data-testid=stSpinner]").first.wait_for(state="detached")
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
