"""An OpenID Connect provider on this machine: authorization code flow with PKCE, signed ID tokens, logout.

Source: OpenID Connect Core 1.0, RFC 6749, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT = "search27-tests"
CLIENT_SECRET = "not-a-real-secret"
SECONDS = 300


class Provider:
    """Knows some people by their claims and lets whoever asks be one of them."""

    def __init__(self, issuer: str, people: Mapping[str, dict[str, Any]]) -> None:
        self.issuer = issuer
        self.people = people
        self.codes: dict[str, dict[str, str]] = {}
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"})

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/jwks", self.jwks),
                Route("/authorize", self.authorize),
                Route("/choose", self.choose),
                Route("/token", self.token, methods=["POST"]),
                Route("/logout", self.logout),
            ]
        )

    async def metadata(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return Response("wrong client or no PKCE", status_code=400)
        links = "".join(
            f'<li><a href="/choose?{escape(urlencode({**asked, "person": name}))}">{escape(name)}</a></li>'
            for name in self.people
        )
        return HTMLResponse(f'<html lang="en"><title>Provider</title><ul>{links}</ul></html>')

    async def choose(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", status_code=302)

    async def token(self, request: Request) -> Response:
        expected = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        form = await request.form()
        asked = self.codes.pop(str(form.get("code")), None)
        if request.headers.get("authorization") != f"Basic {expected}" or asked is None:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["person"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + SECONDS,
            **self.people[asked["person"]],
        }
        signed = jwt.encode({"alg": "RS256", "kid": "tests"}, claims, self.key)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(),
                "token_type": "Bearer",
                "expires_in": SECONDS,
                "id_token": signed,
            }
        )

    async def logout(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], status_code=302)


@contextmanager
def provided(people: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Issuer of a provider that knows these people, while it runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(Provider(issuer, people).app(), log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.should_exit = True
            thread.join(10)
