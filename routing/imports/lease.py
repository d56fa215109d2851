"""Who does the next step of an import: whoever put off its due time. Should they die, it comes due again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils.timezone import now

from routing.models import ImportRun

LASTS: Final = timedelta(seconds=15)
"""How long nobody else takes it up after the last that was heard of whoever has it."""

TRIED_AGAIN_AFTER: Final = timedelta(minutes=1)


class Lost(Exception):
    """Somebody else has taken the import up meanwhile."""


def take_due() -> ImportRun | None:
    """An import that is due, the longest waiting one first; it is put off, so that nobody else takes it."""
    at = now()
    due = ImportRun.objects.filter(due_at__lte=at).select_related("source", "by", "undone_by")
    for run in due.order_by("due_at", "pk")[:10]:
        try:
            keep(run)
        except Lost:
            continue
        return run
    return None


def keep(run: ImportRun, **changes: Any) -> None:
    """Go on having it, and write these fields; raises Lost, and writes nothing, where it is somebody else's by now."""
    changes = {"due_at": now() + LASTS} | changes
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, due_at=run.due_at)
    if not mine.update(**changes):
        raise Lost(f"import {run.pk}")
    for name, value in changes.items():
        setattr(run, name, value)
