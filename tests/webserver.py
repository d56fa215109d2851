"""A web server over real sockets, for tests of what is posted to other systems."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Posted:
    """What was posted, and what is answered."""

    port: int = 0
    status: int = 200
    location: str = ""
    bodies: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    hangs: bool = False
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/secret?team=1"


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        posted: Posted = self.server.posted
        posted.paths.append(self.path)
        posted.hosts.append(self.headers["Host"])
        posted.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if posted.hangs:
            posted.let_go.wait(30)
            return
        self.send_response(posted.status)
        if posted.location:
            self.send_header("Location", posted.location)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def running() -> Iterator[Posted]:
    """A web server at a port of its own for the length of the block."""
    posted = Posted()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.posted = posted  # type: ignore[attr-defined]
        posted.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield posted
        finally:
            posted.let_go.set()
            server.shutdown()
            thread.join()
