"""What every response carries: the page's language, a content security policy, and the usual headers."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search27.app import scripts
from search27.app.texts import LANGUAGES

HIDDEN = ("/_stcore/metrics",)

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_ASSET = re.compile(r"\.\w+$|^/_stcore/|^/static/|^/media/")

Html: TypeAlias = str


class PageGuard:
    """ASGI middleware around Streamlit.

    Streamlit's page says `lang="en"` whatever the app speaks, sends no security headers, and shows its
    metrics to anyone who asks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and dress its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] in HIDDEN:
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
        elif _ASSET.search(scope["path"]):
            await self.app(scope, receive, _with_headers(send))
        else:
            await _Page(self.app).respond(scope, receive, send)


class _Page:
    """One response that may be Streamlit's HTML page, held back until it is whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.start: Message = {}
        self.body = b""

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.start = message
                return
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._release(scope, send)

        plain = {**scope, "headers": [item for item in scope["headers"] if item[0] not in _CONDITIONAL]}
        await self.app(plain, receive, hold)

    async def _release(self, scope: Scope, send: Send) -> None:
        headers = MutableHeaders(raw=self.start["headers"])
        if headers.get("content-type", "").startswith("text/html"):
            page = self.body.decode()
            headers["content-security-policy"] = policy(page, Headers(scope=scope).get("host", ""))
            self.body = localised(page, _language(scope)).encode()
            if self.body:
                headers["content-length"] = str(len(self.body))
        _secure(headers)
        await send(self.start)
        await send({"type": "http.response.body", "body": self.body})


# Left out of page requests: a compressed or unmodified answer could not be dressed.
_CONDITIONAL = (b"accept-encoding", b"if-none-match", b"if-modified-since")


def localised(page: Html, language: str) -> Html:
    """Streamlit's page with its real language."""
    return page.replace('<html lang="en">', f'<html lang="{language}">', 1)


def policy(page: Html, host: str) -> str:
    """Content security policy: this server only, the page's own inline scripts and ours by their hash.

    Streamlit sets styles from scripts, hence `'unsafe-inline'` for styles alone. The web socket is named
    because some browsers do not count it as `'self'`.
    Source: W3C Content Security Policy Level 3.
    """
    hashes = [scripts.source_hash(script) for script in _INLINE_SCRIPT.findall(page)] + scripts.hashes()
    sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host) else ""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets}",
            "object-src 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def _language(scope: Scope) -> str:
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", ["fr"])[0]
    return asked if asked in LANGUAGES else "fr"


def _secure(headers: MutableHeaders) -> None:
    headers["x-content-type-options"] = "nosniff"
    headers["x-frame-options"] = "DENY"
    headers["referrer-policy"] = "no-referrer"
    headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"


def _with_headers(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            _secure(MutableHeaders(raw=message["headers"]))
        await send(message)

    return dressed
