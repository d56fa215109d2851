"""Next steps that fall due: their rep is reminded once, and once told on as overdue. Safe with any number of sweepers.

A step is taken under its row's lock and marked in the transaction that writes the news: nobody takes it twice, and what
a killed process leaves is as if it had not begun.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min

from reps.models import NextStep
from reps.planning import why_it_ended
from routing import outbox

BATCH: Final = 200
DUE: Final = "next_step.due"
OVERDUE: Final = "next_step.overdue"


def overdue_after() -> timedelta:
    """How long past due a step may be before its manager hears of it."""
    return timedelta(hours=settings.NEXT_STEP_OVERDUE_HOURS)


def to_remind_since(at: datetime) -> datetime | None:
    """Since when the oldest step that its rep was not reminded of is due."""
    return _oldest("reminded_at", at)


def to_call_overdue_since(at: datetime) -> datetime | None:
    """Since when the oldest step that was not called overdue is."""
    oldest = _oldest("overdue_at", at - overdue_after())
    return oldest + overdue_after() if oldest else None


def remind(at: datetime) -> int:
    """Remind reps of what is due by `at`; how many were."""
    return _all(lambda: _tell("reminded_at", DUE, by=at, at=at))


def call_overdue(at: datetime) -> int:
    """Tell of what is overdue by `at`; how many are."""
    return _all(lambda: _tell("overdue_at", OVERDUE, by=at - overdue_after(), at=at))


def _oldest(mark: str, by: datetime) -> datetime | None:
    unmarked = NextStep.objects.filter(**{mark: None}, ended_at=None, at__lte=by)
    return unmarked.aggregate(oldest=Min("at"))["oldest"]


def _all(batch: Callable[[], tuple[int, int]]) -> int:
    told = 0
    while True:
        taken, more = batch()
        told += more
        if taken < BATCH:
            return told


def _tell(mark: str, kind: str, *, by: datetime, at: datetime) -> tuple[int, int]:
    """Take a batch of unmarked steps, end those whose lead has gone, tell of the rest; how many of each were taken and
    told."""
    with transaction.atomic():
        steps = NextStep.objects.filter(**{mark: None}, ended_at=None, at__lte=by).order_by("at", "pk")
        steps = steps.select_related("assignment", "lead")
        if connection.features.has_select_for_update_skip_locked:
            steps = steps.select_for_update(skip_locked=True, of=("self",))
        taken = list(steps[:BATCH])
        gone: dict[str, list[NextStep]] = {}
        for step in taken:
            gone.setdefault(why_it_ended(step), []).append(step)
        live = gone.pop("", [])
        for outcome, ended in gone.items():
            _end_all(ended, outcome, at)
        NextStep.objects.filter(pk__in=[step.pk for step in live]).update(**{mark: at})
        outbox.tell_all(
            [
                (
                    kind,
                    at,
                    step.lead_id,
                    step.lead.team_id,
                    step.assignment.rep_id,
                    {"step": step.pk, "due_at": step.at.isoformat()},
                )
                for step in live
            ]
        )
    return len(taken), len(live)


def _end_all(steps: list[NextStep], outcome: str, at: datetime) -> None:
    for step in steps:
        step.ended_at, step.outcome = max(step.assignment.ended_at or at, step.set_at), outcome
    NextStep.objects.bulk_update(steps, ["ended_at", "outcome"])
