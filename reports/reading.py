"""How the database is asked for a report: with room to sort in, for a median of a million leads is a sort."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

ROOM: Final = "64MB"
"""What PostgreSQL may take for each sort of one report; the default of 4 MB would have it sort on disk."""


@contextmanager
def reading() -> Iterator[None]:
    """Around the queries of one report. SQLite is asked as it is: a transaction there would wait behind writers."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Compiling queries takes longer than these run.
            cursor.execute(f"SET LOCAL work_mem = '{ROOM}'; SET LOCAL jit = off")
        yield
