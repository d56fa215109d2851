"""Files of leads for tests of imports: uploaded, named, checked, brought in."""

from __future__ import annotations

import io
from typing import Any

from django.utils.timezone import now

from routing import imports, pipeline
from routing.intake import columns
from routing.intake.uploading import keep
from routing.models import ImportRun, Source, User
from tests.cast import source

THREE = """E-mail,Phone,Firm,Seats
jane@clinic.example.com,+1 312 555 0142,Clinic,12
june@bakery.example.com,,Bakery,3
nobody at all,,Mill,4
"""


def many(count: int) -> str:
    """A file of so many leads."""
    return "Email,Company\n" + "".join(f"jane{number}@firm{number}.example.com,F{number}\n" for number in range(count))


def uploaded(
    text: str | bytes = THREE, *, of: Source | None = None, name: str = "fair.csv", **options: Any
) -> ImportRun:
    """A file that somebody uploaded."""
    body = text.encode() if isinstance(text, str) else text
    by = User.objects.filter(username="dana").first() or User.objects.create_user("dana")
    told = {"routes": True, "starts_sla": False, "by": by} | options
    return keep(io.BytesIO(body), name=name, size=len(body), source=of or source("fair"), at=now(), **told)


def chosen(run: ImportRun, **fields: str) -> dict[str, str]:
    """What is guessed for the columns, but for those that are named here."""
    return {header: guess.field for header, guess in columns.guesses(run).items()} | fields


def checked(text: str | bytes = THREE, **options: Any) -> ImportRun:
    """An upload whose dry run is through."""
    run = uploaded(text, **options)
    imports.check(run=run, chosen=chosen(run), at=now())
    return worked(run)


def begun(text: str | bytes = THREE, **options: Any) -> ImportRun:
    """An upload whose rows are to come in now."""
    run = checked(text, **options)
    imports.begin(run=run, at=now())
    return fresh(run)


def imported(text: str | bytes = THREE, **options: Any) -> ImportRun:
    """An upload that came in, its leads routed."""
    return worked(begun(text, **options))


def undone(run: ImportRun) -> ImportRun:
    """An import that was taken back."""
    imports.undo(run=run, by=run.by, at=now())
    return worked(run)


def worked(run: ImportRun) -> ImportRun:
    """The import after everything that is due was done."""
    for _ in imports.work():
        pass
    pipeline.route()
    return fresh(run)


def come_due(run: ImportRun) -> None:
    """As if whoever had the import had not been heard of for long."""
    ImportRun.objects.filter(pk=run.pk, due_at__isnull=False).update(due_at=now())


def fresh(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """Read, created, duplicates, rejected."""
    return run.read, run.created, run.duplicates, run.rejected
