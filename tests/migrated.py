"""The tables as the migrations make them, made once and copied after: to run the migrations takes many times longer.

Kept in `var/` from run to run, as long as migrations, models and the locked packages are the same. What a copy lacks
after all, the migrate command that makes every test database adds to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from leadops.embedded import postgres

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "var" / "migrated"


def sqlite_database(place: Path) -> None:
    """Makes a migrated SQLite database at `place`."""
    with made_once(f"{digest(sqlite3.sqlite_version)}.sqlite3", lambda new: migrate(f"sqlite:///{new}")) as kept:
        shutil.copyfile(kept, place)


def postgres_database(name: str, *, server: Path) -> None:
    """Makes a migrated database of this name on the embedded server whose data lie in `server`."""
    programs = postgres.installed_wheel() / postgres.INSTALLATION / "bin"
    at = ["--host", str(server), "--username", "postgres"]

    def dump(new: Path) -> None:
        create("migrated", server)
        migrate(f"postgres://postgres@/{server}/migrated")
        subprocess.run([programs / "pg_dump", *at, "--no-owner", "--file", new, "migrated"], check=True)

    with made_once(f"{digest(postgres.INSTALLATION)}.sql", dump) as kept:
        create(name, server)
        quietly = ["--no-psqlrc", "--quiet", "--output", os.devnull, "--set", "ON_ERROR_STOP=1", "--single-transaction"]
        subprocess.run([programs / "psql", *at, *quietly, "--file", kept, name], check=True)


def create(name: str, server: Path) -> None:
    with psycopg.connect(host=str(server), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def migrate(url: str) -> None:
    """Runs all migrations, in a process of its own."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "leadops.settings", "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


@contextmanager
def made_once(name: str, make: Callable[[Path], None]) -> Iterator[Path]:
    """The kept file of this name, made where it is not there yet; whoever else wants it waits meanwhile."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / name
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in KEPT.glob(f"*{kept.suffix}"):
                old.unlink()
            new = kept.with_suffix(".new")
            new.unlink(missing_ok=True)
            make(new)
            new.rename(kept)
        yield kept


def digest(server: str) -> str:
    """What a migrated database depends on."""
    found = hashlib.sha256(f"{sys.version} {server}".encode())
    sources = [path for part in ("migrations", "models") for path in ROOT.glob(f"*/{part}/**/*.py")]
    for path in [*sorted(sources), ROOT / "requirements.txt", Path(__file__)]:
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:20]
