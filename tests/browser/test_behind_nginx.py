"""The app behind the nginx of `deploy/`: configuration checked, TLS, password, headers in Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from tests.browser.serving import ROOT, TIMEOUT_SECONDS

SITE = ROOT / "deploy" / "nginx-search27.conf"
HEADERS = {
    "strict-transport-security": "max-age=31536000",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Front:
    """Ports of a running nginx."""

    plain: int
    tls: int

    @property
    def address(self) -> str:
        return f"https://localhost:{self.tls}"


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None or shutil.which("openssl") is None:
        pytest.skip(
            "nginx or openssl is absent: the site of deploy/ was NOT tested (apt install nginx openssl)"
        )
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configuration(folder: Path, app: str, front: Front) -> Path:
    """The site as it is shipped, with this test's name, ports, certificate and password."""
    request = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*request, *files], check=True, capture_output=True)
    (folder / "search27.htpasswd").write_text("reader:{PLAIN}ouvre-toi\n", encoding="utf-8")
    site = SITE.read_text(encoding="utf-8")
    for shipped, own in (
        ("/etc/ssl/search27", str(folder)),
        ("/etc/nginx/search27.htpasswd", str(folder / "search27.htpasswd")),
        ("search27.example.org", "localhost"),
        ("listen 80;", f"listen 127.0.0.1:{front.plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{front.tls} ssl"),
        ("http://127.0.0.1:8501", app.replace("localhost", "127.0.0.1")),
    ):
        assert shipped in site
        site = site.replace(shipped, own)
    places = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    path = folder / "nginx.conf"
    as_root = "user root;" if os.geteuid() == 0 else ""
    own = f"{as_root} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;"
    path.write_text(f"{own}\nevents {{}}\nhttp {{ {places}\n{site}\n}}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def front(starter_app: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    nginx, folder = _nginx(), tmp_path_factory.mktemp("nginx")
    ports = Front(_free_port(), _free_port())
    line = [nginx, "-c", str(_configuration(folder, starter_app, ports)), "-e", str(folder / "error.log")]
    checked = subprocess.run([*line, "-t"], capture_output=True, text=True)
    assert "test is successful" in checked.stderr, checked.stderr
    with subprocess.Popen(line) as process:
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", ports.tls)) == 0:
                        break
                time.sleep(0.1)
            yield ports
        finally:
            process.terminate()


def _reader(browser: Browser) -> BrowserContext:
    """A browser of its own that knows the password."""
    context = browser.new_context(
        locale="fr-FR",
        ignore_https_errors=True,
        http_credentials={"username": "reader", "password": "ouvre-toi"},
    )
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    return context


def test_the_app_answers_with_all_headers(browser: Browser, front: Front) -> None:
    context = _reader(browser)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    response = page.goto(front.address)
    assert response is not None
    found = response.all_headers()
    assert {name: found.get(name) for name in HEADERS} == HEADERS
    policy = found["content-security-policy"]
    assert "default-src 'self'" in policy
    assert f"wss://localhost:{front.tls}" in policy
    assert "/" not in found["server"]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Publications").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Publications")
    expect(page.get_by_text("Nos comptes 2025", exact=False).first).to_be_visible()
    assert [text for text in refused if "Content Security Policy" in text or "WebSocket" in text] == []
    context.close()


def test_an_office_behind_one_address_opens_the_app_at_once(browser: Browser, front: Front) -> None:
    contexts = [_reader(browser) for _ in range(5)]
    pages = [context.new_page() for context in contexts]
    turned_away: list[str] = []
    for page in pages:
        page.on("response", lambda r: turned_away.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.goto(front.address, wait_until="commit")
    for page in pages:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert turned_away == []
    for context in contexts:
        context.close()


def test_nobody_enters_without_a_password(browser: Browser, front: Front) -> None:
    context = browser.new_context(ignore_https_errors=True)
    response = context.request.get(front.address)
    assert response.status == 401
    assert response.headers["strict-transport-security"] == "max-age=31536000"
    context.close()


def test_plain_http_leads_to_tls_and_metrics_are_hidden(browser: Browser, front: Front) -> None:
    context = _reader(browser)
    plain = context.request.get(f"http://localhost:{front.plain}/x?q=1", max_redirects=0)
    assert (plain.status, plain.headers["location"]) == (301, "https://localhost/x?q=1")
    assert context.request.get(f"{front.address}/_stcore/metrics").status == 404
    assert context.request.get(f"{front.address}/_stcore/health").status == 200
    context.close()
