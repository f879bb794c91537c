"""A real HTTP server on 127.0.0.1 that answers chat completions as a test says, well or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Exchange(BaseHTTPRequestHandler):
    """One request, read, that a reply is written to."""

    asked: dict[str, Any]


Reply = Callable[[Exchange], None]
DONE = b"data: [DONE]\n\n"
PIECE = 12  # characters that `spoken` sends at a time


@dataclass
class Scripted:
    """Where the server listens, and the requests that it got."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def scripted(*replies: Reply) -> Iterator[Scripted]:
    """Serve the replies one request after the other, the last one for all further requests."""
    seen = Scripted()

    class Handler(Exchange):
        def do_POST(self) -> None:
            self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.requests.append(self.asked)
            seen.keys.append(self.headers["Authorization"])
            try:
                replies[min(len(seen.requests), len(replies)) - 1](self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        seen.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


def status(code: int, wait_ms: int = 1) -> Reply:
    """Refuse with an HTTP status, asking to come back after some milliseconds."""

    def reply(handler: Exchange) -> None:
        handler.send_response(code)
        handler.send_header("retry-after-ms", str(wait_ms))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return reply


def body(text: str, content_type: str = "text/event-stream") -> Reply:
    """Send a body as it is."""

    def reply(handler: Exchange) -> None:
        _open(handler, content_type)
        handler.wfile.write(text.encode())

    return reply


def pieces(*texts: str, pause: float = 0.0, announced: int = 0) -> Reply:
    """Stream pieces of text; with `announced` bytes that never come, the connection breaks off after them."""

    def reply(handler: Exchange) -> None:
        _open(handler, "text/event-stream", announced)
        for text in texts:
            _send(handler, text)
            time.sleep(pause)
        if not announced:
            handler.wfile.write(DONE)

    return reply


def spoken(says: Callable[[str], str], go_on: threading.Event | None = None) -> Reply:
    """Stream what `says` makes of the chat's last message; wait for `go_on` after the first piece."""

    def reply(handler: Exchange) -> None:
        text = says(handler.asked["messages"][-1]["content"])
        _open(handler, "text/event-stream")
        for start in range(0, len(text), PIECE):
            _send(handler, text[start : start + PIECE])
            if start == 0 and go_on is not None:
                go_on.wait(60)
        handler.wfile.write(DONE)

    return reply


def _send(handler: Exchange, text: str) -> None:
    chunk = {"choices": [{"index": 0, "delta": {"content": text}}]}
    handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    handler.wfile.flush()


def _open(handler: Exchange, content_type: str, announced: int = 0) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    if announced:
        handler.send_header("Content-Length", str(announced))
    handler.end_headers()
