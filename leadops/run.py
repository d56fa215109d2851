"""`make run`: the whole of LeadOps on this machine as one group of processes.

An embedded Valkey (unless REDIS_URL names another), the web server, the worker and the clock. The group lives and dies
together: what dies is started again, Ctrl-C stops all of it, and if this process is killed the others end too.
"""

import errno
import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from leadops import processes
from leadops.embedded import valkey
from leadops.supervisor import Group, say

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")


class CannotRun(Exception):
    """Why this set-up cannot start, for the person at the terminal."""


@contextmanager
def only_one(var: Path, address: str) -> Iterator[None]:
    """Holds this set-up's lock for the length of the block. The lock goes with the process, however it ends.

    Raises CannotRun when another process holds it.
    """
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRun(f"LeadOps is already running here: {lock.read().strip()}") from None
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})\n")
        lock.flush()
        yield


def free_port(host: str, port: int, *, patience: float = 3) -> None:
    """Returns when `port` can be listened on. A set-up that was just killed needs a moment to let go of it.

    Raises CannotRun when it is still taken after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise CannotRun(f"Cannot listen on {host}, port {port}: {error.strerror}.") from None
                if time.monotonic() > deadline:
                    raise CannotRun(
                        f"Port {port} is taken by another program; choose one: make run PORT=8001"
                    ) from None
        time.sleep(0.1)


def answers(address: str) -> bool:
    """Whether the web server gives any answer."""
    try:
        urllib.request.urlopen(f"{address}healthz", timeout=2).close()  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def prepared(group: Group) -> bool:
    """Runs `leadops.prepare` to its end. False when someone asked to stop meanwhile; CannotRun when it failed."""
    preparing = processes.start([PYTHON, "-m", "leadops.prepare"], cwd=settings.BASE_DIR)
    try:
        if not group.keep_until(lambda: preparing.poll() is not None):
            return False
    finally:
        processes.stop(preparing)
    if preparing.returncode:
        raise CannotRun("The database could not be made ready; the reason is above.")
    return True


def run(group: Group, address: str) -> None:
    """Starts everything in order, tells where it is, and keeps it running until someone asks to stop."""
    if settings.REDIS_IS_EMBEDDED:
        folder, at = settings.VAR_DIR / "valkey", settings.EMBEDDED_REDIS_SOCKET
        valkey.wait_until(False, at)
        group.add("valkey", *valkey.command(folder=folder, socket=at, durable=True), foundation=True)
        valkey.wait_until(True, at)
    if not prepared(group):
        return
    group.add(
        "web",
        *(PYTHON, "-m", "gunicorn", "leadops.wsgi", "--bind", f"{settings.HOST}:{settings.PORT}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
        *("--graceful-timeout", "5", "--log-level", "warning"),
    )
    group.add("worker", *MANAGE, "rqworker", "routing", "--verbosity", "0")
    # What may be slow has a worker of its own: a mail server that hangs holds up no lead.
    group.add("post", *MANAGE, "rqworker", "post", "default", "--verbosity", "0")
    group.add("clock", *MANAGE, "clock")
    if group.keep_until(lambda: answers(address)):
        greet(address)
        group.keep_until(lambda: False)


def greet(address: str) -> None:
    say(f"\nLeadOps is running at {address}")
    if settings.DEMO_LOGINS.exists():
        say(settings.DEMO_LOGINS.read_text().rstrip())
    say("Ctrl-C stops it.\n")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadops.settings")
    group = Group(cwd=settings.BASE_DIR)
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "") else settings.HOST  # noqa: S104
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}/"
    try:
        with only_one(settings.VAR_DIR, address):
            free_port(settings.HOST, settings.PORT)
            group.stop_on_signals()
            try:
                run(group, address)
            finally:
                group.stop()
            say("LeadOps has stopped.")
    except (CannotRun, valkey.ValkeyTrouble, PermissionError) as trouble:
        say(str(trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
