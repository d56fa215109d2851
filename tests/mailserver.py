"""A mail server over real sockets, for tests: it takes what it is given, and can refuse, hang or be away."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


@dataclass
class Mailbox:
    """What arrived, and how the server behaves."""

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    """An answer to RCPT, by address, for example "550 no such person"."""
    answer_to_data: str = "250 taken"
    hangs_at: str = ""
    """The command that is never answered: EHLO, DATA."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    let_go: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def times_arrived(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        with self.lock:
            return Counter(str(message["Message-ID"]) for message in self.arrived)


class _Session(socketserver.StreamRequestHandler):
    """One connection, as much of RFC 5321 as a client that behaves needs."""

    server: Any

    def handle(self) -> None:
        box: Mailbox = self.server.box
        with box.lock:
            box.connections += 1
        try:
            self._talk(box)
        except ConnectionError:
            return  # a client that was killed says no goodbye

    def _talk(self, box: Mailbox) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode().strip()
            word = command[:4].upper()
            if box.hangs_at and word == box.hangs_at:
                box.let_go.wait(60)
                return
            match word:
                case "RCPT":
                    address = command.partition("<")[2].partition(">")[0]
                    self._say(box.refuse.get(address, "250 ok"))
                case "DATA":
                    self._say("354 go on")
                    self._say(self._take(box))
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self, box: Mailbox) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        if line == b"":
            raise ConnectionResetError("the client went before the message ended")
        if box.answer_to_data.startswith("250"):
            parsed: Any = message_from_bytes(b"".join(lines), policy=policy.default)
            with box.lock:
                box.arrived.append(parsed)
        return box.answer_to_data

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def running() -> Iterator[Mailbox]:
    """A mail server at a port of its own for the length of the block."""
    box = Mailbox()
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.let_go.set()
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
