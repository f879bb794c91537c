"""The app in a process of its own, and the Chromium of this machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
TIMEOUT_SECONDS = 90

_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium_path() -> str | None:
    """Chromium or Chrome on this machine, None where there is none."""
    return next((path for name in _CHROMIUM_NAMES if (path := shutil.which(name))), None)


def command(name: str, corpus: Path, index: Path) -> list[str]:
    """Command line of `search27 NAME` on a corpus and an index."""
    return [sys.executable, "-m", "search27", name, "--corpus", str(corpus), "--index", str(index)]


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(
    corpus: Path,
    index: Path,
    variables: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    port: int | None = None,
) -> Iterator[str]:
    """Base address of the app while it runs, as `search27 serve` runs it in a folder."""
    port = port or free_port()
    line = [*command("serve", corpus, index), "--port", str(port)]
    with subprocess.Popen(line, cwd=folder, env={**os.environ, **(variables or {})}) as process:
        try:
            _wait(f"http://localhost:{port}/_stcore/health", process)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("The app ended before it answered.")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer within {TIMEOUT_SECONDS} s.")


def settled(page: Page) -> None:
    """Wait until the page's run has ended and what it changed is drawn."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def choose_filter(page: Page, label: re.Pattern[str]) -> None:
    """Open the filters, choose one, and close them again."""
    page.get_by_role("button", name=re.compile("^Filtres|tune")).click()
    body = page.get_by_test_id("stPopoverBody")
    body.get_by_role("button", name=label).click()
    expect(body.get_by_role("button", name=label, pressed=True)).to_be_visible()
    settled(page)
    page.keyboard.press("Escape")
