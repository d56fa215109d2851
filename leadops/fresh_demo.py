"""`make demo`: the demo company in a fresh database. The database that was there is put aside, never thrown away."""

import os
import sys
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from leadops.run import CannotRun, only_one
from leadops.supervisor import say


def put_aside(database: Path, *, at: datetime) -> Path | None:
    """Renames an SQLite database with the files that belong to it; None where there was none."""
    aside = database.with_name(f"{database.stem}-until-{at:%Y-%m-%d-%H%M%S}{database.suffix}")
    for suffix in ("", "-wal", "-shm"):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside if aside.exists() else None


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadops.settings")
    django.setup()
    try:
        with only_one(settings.VAR_DIR, "`make demo`"):
            if connection.vendor == "sqlite":
                aside = put_aside(Path(connection.settings_dict["NAME"]), at=datetime.now().astimezone())
                if aside is not None:
                    say(f"The database that was here is now {aside}")
            call_command("migrate", interactive=False, verbosity=0)
            call_command("demo")
    except (CannotRun, CommandError) as trouble:
        say(str(trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
