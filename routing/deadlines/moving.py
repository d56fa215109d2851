"""Clocks that run are moved to the policies of a newer version, where its publisher said so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min, QuerySet

from routing import bulk
from routing.engine.plan import CompiledPlan
from routing.models import PlanVersion, SlaClock
from routing.roster import compiled

from .running import batch_size, locked_leads, running_of


def oldest(at: datetime) -> datetime | None:
    """Since when clocks have had to be moved; None where all go by the policies they should."""
    plan = _moves_to()
    if plan is None:
        return None
    return PlanVersion.objects.filter(number=plan.number).aggregate(at=Min("published_at"))["at"]


def move_due(at: datetime) -> int:
    """Moves clocks that run by an older version to the policies of the last one that moves clocks; how many.

    A policy of the same name takes over: steps that it has more are due from when the clock started, none is taken
    twice. Where the new plan has no policy of that name, the clock goes on as it was under the version it has.
    """
    plan = _moves_to()
    moved = 0
    while plan is not None and (count := _move_batch(plan)):
        moved += count
    if plan is not None and not _left_behind(plan).exists():
        # A version never changes; whether its clocks have been moved is no part of it.
        PlanVersion.objects.filter(number__lte=plan.number, moves_clocks=True).update(moves_clocks=False)
    return moved


def _moves_to() -> CompiledPlan | None:
    number = PlanVersion.objects.filter(moves_clocks=True).aggregate(number=Max("number"))["number"]
    return compiled(number) if number is not None else None


def _left_behind(plan: CompiledPlan) -> QuerySet[SlaClock]:
    return SlaClock.objects.filter(due_at__isnull=False, plan_version__lt=plan.number, policy__in=list(plan.sla))


def _move_batch(plan: CompiledPlan) -> int:
    with transaction.atomic():
        behind = _left_behind(plan).order_by("plan_version", "pk").values_list("lead_id", flat=True)
        leads = locked_leads(list(behind[: batch_size()]))
        rows = [
            (running.clock.pk, plan.number, *running.dates())
            for running in running_of(_left_behind(plan).filter(lead__in=leads).order_by("pk"), plan)
        ]
        bulk.update(SlaClock, ["plan_version_id", "due_at", "breach_at"], rows)
    return len(rows)
