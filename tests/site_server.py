"""Real sites on 127.0.0.1 for tests of `sync`: a WordPress with its REST API, and a static site; both can misbehave."""

from __future__ import annotations

import hashlib
import json
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

Fault = Literal["429", "500", "drip", "truncated", "cut"]
DRIP_SECONDS = 30


@dataclass(slots=True)
class Answer:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Query = dict[str, str]


@dataclass
class Site:
    """What a server serves and what it was asked.

    Attributes:
        faults: By a part of the address, faults still to come for it, in order.
        requests: Addresses (path and query) in the order in which they came.
        named: The only host and port under which it answers; others are redirected there. `""` for any.
    """

    origin: str = ""
    named: str = ""
    robots: Answer = field(default_factory=lambda: Answer(404))
    faults: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    requests: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    pdfs: dict[str, bytes] = field(default_factory=dict)

    def answer(self, path: str, query: Query) -> Answer:
        """The answer to a request for `path`."""
        if path == "/robots.txt":
            return self.robots
        if path in self.pdfs:
            return Answer(body=self.pdfs[path], kind="application/pdf", headers=_tag(self.pdfs[path]))
        return self.page(path, query)

    def page(self, path: str, query: Query) -> Answer:
        """The answer for anything but robots.txt and PDFs."""
        return Answer(404, b"not found", "text/plain")

    def asked(self, part: str) -> list[str]:
        """Requests whose address holds `part`."""
        return [address for address in self.requests if part in address]


def _tag(content: bytes) -> dict[str, str]:
    return {"ETag": f'"{hashlib.sha256(content).hexdigest()[:12]}"'}


@dataclass
class WordPressSite(Site):
    """Posts, pages and media as WordPress's REST API gives them.

    Attributes:
        before_page: Called with the number of each page of a listing before it is made: items can shift meanwhile.
    """

    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    media: list[dict[str, Any]] = field(default_factory=list)
    before_page: Callable[[int], None] = lambda number: None

    def page(self, path: str, query: Query) -> Answer:
        route = query.get("rest_route") if path == "/" else path.removeprefix("/wp-json")
        parts = (route or "").strip("/").split("/")
        if parts[:2] != ["wp", "v2"] or len(parts) not in (3, 4):
            return Answer(404, b"<html>Introuvable</html>", "text/html")
        kinds = {"posts": "post", "pages": "page"}
        if parts[2] == "media":
            rows = self.media
        elif parts[2] in kinds:
            rows = [post for post in self.posts.values() if post["type"] == kinds[parts[2]]]
        else:
            return _wp_error(404, "rest_no_route")
        return self._one(rows, parts[3], query) if len(parts) == 4 else self._many(rows, query)

    def _one(self, rows: list[dict[str, Any]], number: str, query: Query) -> Answer:
        for row in rows:
            if str(row["id"]) == number:
                return self._json(_cut(row, query))
        return _wp_error(404, "rest_post_invalid_id")

    def _many(self, rows: list[dict[str, Any]], query: Query) -> Answer:
        number, size = int(query.get("page", 1)), int(query.get("per_page", 10))
        if not 1 <= size <= 100:
            return _wp_error(400, "rest_invalid_param")
        self.before_page(number)
        if "include" in query:
            wanted = set(query["include"].split(","))
            rows = [row for row in rows if str(row["id"]) in wanted]
        rows = sorted((row for row in rows if row["id"] in self.posts or "source_url" in row), key=_by(query))
        pages = -(-len(rows) // size)
        if number > max(1, pages):
            return _wp_error(400, "rest_post_invalid_page_number")
        chosen = rows[(number - 1) * size : number * size]
        headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
        return self._json([_cut(row, query) for row in chosen], headers)

    def _json(self, value: Any, headers: dict[str, str] | None = None) -> Answer:
        text = json.dumps(value, ensure_ascii=False).replace("https://site.example", self.origin)
        return Answer(body=text.encode(), kind="application/json; charset=UTF-8", headers=headers or {})


def _by(query: Query) -> Callable[[dict[str, Any]], Any]:
    if query.get("orderby") == "id":
        return lambda row: row["id"]
    return lambda row: row["date"]


def _cut(row: dict[str, Any], query: Query) -> dict[str, Any]:
    """Fields that were asked for; embedded objects only with `_embed`."""
    fields = query["_fields"].split(",") if "_fields" in query else list(row)
    return {key: row[key] for key in fields if key in row and (key != "_embedded" or "_embed" in query)}


def _wp_error(status: int, code: str) -> Answer:
    return Answer(status, json.dumps({"code": code, "data": {"status": status}}).encode())


@dataclass
class StaticSite(Site):
    """Files by path; with `validators`, an unchanged one is answered with 304."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    validators: bool = True

    def page(self, path: str, query: Query) -> Answer:
        if path in self.redirects:
            return Answer(301, headers={"Location": self.redirects[path]})
        if path not in self.files:
            return Answer(404, b"not found", "text/plain")
        kind, text = self.files[path]
        body = text.replace("https://site.example", self.origin).encode()
        return Answer(body=body, kind=kind, headers=_tag(body) if self.validators else {})


def sitemap(pages: dict[str, str]) -> tuple[str, str]:
    """A sitemap of paths with the time of their last change, `""` for none."""
    rows = "".join(
        f"<url><loc>https://site.example{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in pages.items()
    )
    return (
        "application/xml",
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>',
    )


Served = TypeVar("Served", bound=Site)


@contextmanager
def serving(site: Served, certificate: tuple[Path, Path] | None = None) -> Iterator[Served]:
    """Serve a site on a free port of 127.0.0.1; with a certificate and its key, over TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients of these tests hang up
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.origin = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.site.requests.append(self.path)
        self.site.agents.add(self.headers.get("User-Agent", ""))
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        fault = self._fault()
        if fault in ("429", "500"):
            self._send(Answer(int(fault), b"{}", headers={"Retry-After": "0"}))
            return
        if self.site.named not in ("", self.headers["Host"]):
            self._send(Answer(301, headers={"Location": f"http://{self.site.named}{self.path}"}))
            return
        answer = self.site.answer(url.path, query)
        if answer.status == 200 and answer.headers.get("ETag", "-") == self.headers.get("If-None-Match"):
            answer = Answer(304, headers=answer.headers)
        if fault == "truncated":
            answer.body = answer.body[: len(answer.body) // 2]
        self._send(answer, fault)

    def _fault(self) -> Fault | None:
        for part, faults in self.site.faults.items():
            if part in self.path and faults:
                return faults.pop(0)
        return None

    def _send(self, answer: Answer, fault: Fault | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault == "cut":
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True
        elif fault == "drip":
            self._drip(answer.body)
        else:
            self.wfile.write(answer.body)

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        try:
            for byte in body[: DRIP_SECONDS * 20]:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass  # the client has had enough, as it should

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the site keeps the requests."""
