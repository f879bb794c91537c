from __future__ import annotations

import asyncio
import base64
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from starlette.types import Message, Receive, Scope, Send
from streamlit import config

from search27.app import scripts, server
from search27.app.security import PageGuard, policy
from search27.config import load_settings

ROOT = Path(__file__).parents[3]
PAGE = '<!DOCTYPE html>\n<html lang="en"><script>window.a=1</script></html>'


async def streamlit_like(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers as Streamlit does: its page for any path, compressed where the browser allows it."""
    assert b"accept-encoding" not in dict(scope["headers"])
    body = PAGE.encode()
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body[:10], "more_body": True})
    await send({"type": "http.response.body", "body": body[10:]})


def get(path: str, query: str = "") -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a page behind the guard."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost:8501"), (b"accept-encoding", b"gzip")],
    }
    asyncio.run(PageGuard(streamlit_like)(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.mark.parametrize(
    ("query", "language"), [("", "fr"), ("lang=en", "en"), ('lang="><script>', "fr"), ("q=x", "fr")]
)
def test_the_page_says_its_language(query: str, language: str) -> None:
    _, headers, body = get("/rechercher", query)
    assert f'<html lang="{language}">' in body
    assert int(headers["content-length"]) == len(body.encode())


def test_the_page_carries_a_policy_and_headers() -> None:
    _, headers, _ = get("/")
    allowed = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    own = base64.b64encode(hashlib.sha256(b"window.a=1").digest()).decode()
    assert allowed["script-src"].split() == ["'self'", f"'sha256-{own}'", *scripts.hashes()]
    assert allowed["img-src"] == "'self' data: blob:"
    assert allowed["frame-ancestors"] == allowed["object-src"] == "'none'"
    assert "ws://localhost:8501" in allowed["connect-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_host_that_is_no_host_stays_out_of_the_policy() -> None:
    assert "evil" not in policy(PAGE, "evil; script-src *")


def test_metrics_are_not_shown() -> None:
    assert get("/_stcore/metrics")[0] == 404


def test_the_checkout_and_the_package_hold_the_same_options() -> None:
    assert (ROOT / ".streamlit" / "config.toml").read_text() == server.OPTIONS.read_text()


def test_options_are_known_to_streamlit_and_safe() -> None:
    options = server.streamlit_options()
    assert options["browser.gatherUsageStats"] is False
    assert options["client.showErrorDetails"] == "none"
    assert options["client.toolbarMode"] == "minimal"
    assert options["server.address"] == "localhost"
    assert not set(options) - set(config._config_options_template)
    assert tomllib.loads(server.OPTIONS.read_text())["theme"]["dark"]["backgroundColor"].startswith("#")


def test_streamlit_still_serves_the_page_that_the_guard_dresses() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    assert page.count('<html lang="en">') == 1


def test_settings_go_through_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(corpus=tmp_path / "c", index=tmp_path / "i", generator_key="s3cret")
    for name, value in server.environment(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings
    assert server.SCRIPT.is_file()
