"""Databases to measure on: an empty embedded PostgreSQL or SQLite file in a temporary folder, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
from django.core.management import call_command


@contextmanager
def on(kind: str) -> Iterator[None]:
    """Django set up over an empty database of a kind, `sqlite` or `postgres`. Once a process."""
    room = Path(tempfile.mkdtemp(prefix="leadops-bench-"))
    room.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, room, ignore_errors=True)
        url = f"sqlite:///{room}/bench.sqlite3"
        if kind == "postgres":
            from leadops.embedded import postgres  # noqa: PLC0415  # settings must not be read before the URL is known

            stack.enter_context(postgres.running(room / "postgres"))
            url = postgres.url(room / "postgres")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "leadops.settings",
            "DATABASE_URL": url,
            "REDIS_URL": f"unix://{room}/nobody.sock",
            "VAR_DIR": str(room / "var"),
            "DEBUG": "off",
            "ALLOWED_HOSTS": "localhost",
            "SECRET_KEY": "only-for-this-measurement",
            "LOG_LEVEL": "ERROR",
            "SECURE_SSL_REDIRECT": "off",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        yield
