"""What somebody asks of an export: to have it at once, or to have it written while they do something else."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from reports.models import ExportRun
from routing.models import User

from .asked import Asked
from .rights import rights_of
from .sheets import SHEETS

AT_ONCE: Final = 20_000
"""So many rows, and no more, are sent while one waits."""

MOST_WAITING: Final = 3
"""Exports that are written for one person at a time."""


class TooMany(Exception):
    """Somebody has so many exports being written already; says so."""


def is_large(sheet: str, user: User, asked: Asked) -> bool:
    """Whether an export is written in the background. Counts no further than it must."""
    return bool(SHEETS[sheet].rows_for(user, asked)[: AT_ONCE + 1].count() > AT_ONCE)


@transaction.atomic
def ask(*, sheet: str, by: User, asked: Asked, bom: bool, at: datetime) -> ExportRun:
    """Have an export written. Raises TooMany where others of theirs are at it."""
    User.objects.select_for_update().get(pk=by.pk)
    if ExportRun.objects.filter(by=by, state=ExportRun.State.WRITING).count() >= MOST_WAITING:
        raise TooMany(f"{MOST_WAITING} exports are being written for you already. Wait for one of them, or delete one.")
    return ExportRun.objects.create(
        sheet=sheet,
        by=by,
        asked=asked.as_kept(),
        bom=bom,
        asked_at=at,
        due_at=at,
        rights=rights_of(by),
        expected=SHEETS[sheet].rows_for(by, asked).count(),
    )
