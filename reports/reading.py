"""How the database is asked for a report: with room to sort in, for a median of a million leads is a sort."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

ROOM: Final = "64MB"
"""What PostgreSQL may take for each sort of one report; the default of 4 MB would have it sort on disk."""


@contextmanager
def reading(*, whole: bool = False) -> Iterator[None]:
    """Around the queries of one report; `whole`: of so long a period that tables are joined whole, not row by row.

    SQLite is asked as it is: a transaction there would wait behind writers.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Compiling queries takes longer than these run.
            cursor.execute(f"SET LOCAL work_mem = '{ROOM}'; SET LOCAL jit = off")
            if whole:  # How many are the first of their lead is guessed too low by far.
                cursor.execute("SET LOCAL enable_nestloop = off")
        yield
