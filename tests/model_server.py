"""A real server on 127.0.0.1 that speaks the streaming chat of OpenAI-compatible models; what it says is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 12  # characters sent at a time


@contextmanager
def model_server(says: Callable[[str], str], go_on: threading.Event | None = None) -> Iterator[str]:
    """Base address of the model while it runs.

    Args:
        says: The model's text for the last message of the chat.
        go_on: What to wait for after the first piece of text.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            text = says(request["messages"][-1]["content"])
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            try:
                for start in range(0, len(text), PIECE):
                    self._send(text[start : start + PIECE])
                    if start == 0 and go_on is not None:
                        go_on.wait(60)
                self.wfile.write(b"data: [DONE]\n\n")
            except (BrokenPipeError, ConnectionResetError):
                return  # the reader has stopped it

        def _send(self, piece: str) -> None:
            chunk = {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "m",
                "choices": [{"index": 0, "delta": {"content": piece}}],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
