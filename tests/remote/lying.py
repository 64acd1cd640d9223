"""A little HTTP server that answers as a test tells it, to see what happens when servers err or lie."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["JSON", "Asked", "Said", "answer", "serving"]

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"urn:a"}}]}}'


class Asked(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: str


class Said(NamedTuple):
    """One answer: ``length`` is what Content-Length says if it lies, ``wait`` is awaited in the middle."""

    body: bytes = ROWS
    kind: str = JSON
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    chunked: bool = False
    wait: threading.Event | None = None
    mute: bool = False


def answer(*said: Said) -> Callable[[Asked, int], Said]:
    """Answer the n-th request by the n-th saying, and all later ones by the last."""
    return lambda _, count: said[min(count, len(said) - 1)]


@contextmanager
def serving(reply: Callable[[Asked, int], Said]) -> Iterator[tuple[str, list[Asked]]]:
    """Run a server on loopback; yields its URL and the list of what it was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            request = Asked(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
            asked.append(request)
            said = reply(request, len(asked) - 1)
            if said.mute:
                self.close_connection = True
                return
            self.send_response(said.status)
            if said.kind:
                self.send_header("Content-Type", said.kind)
            for name, value in said.headers:
                self.send_header(name, value)
            if said.chunked:
                self.send_header("Transfer-Encoding", "chunked")
            else:
                self.send_header(
                    "Content-Length", str(said.length if said.length is not None else len(said.body))
                )
            self.end_headers()
            if said.chunked:  # one chunk and no end
                self.wfile.write(f"{len(said.body):x}\r\n".encode() + said.body + b"\r\n")
            else:
                self.wfile.write(said.body)
            self.wfile.flush()
            if said.wait:
                said.wait.wait(20)
            if said.chunked or (said.length or 0) > len(said.body):
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/sparql", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
