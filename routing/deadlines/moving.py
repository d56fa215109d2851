"""Clocks that run are moved to the policies of a newer version, where its publisher said so."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Max, Min, QuerySet

from routing import bulk
from routing.engine.plan import CompiledPlan
from routing.engine.sla import breach_of, deadline, hours_of, next_step
from routing.models import Lead, PlanVersion, SlaClock, SlaStep
from routing.roster import compiled, directory

BATCH: Final = 1000
SQLITE_BATCH: Final = 200


def oldest(at: datetime) -> datetime | None:
    """Since when clocks have had to be moved; None where all go by the policies they should."""
    number = _moving()
    plan = compiled(number) if number is not None else None
    if number is None or plan is None or not _left_behind(number, plan).exists():
        return None
    return PlanVersion.objects.filter(number=number).aggregate(at=Min("published_at"))["at"]


def move_due(at: datetime) -> int:
    """Moves clocks that run by an older version to the policies of the last one that moves clocks; how many.

    A policy of the same name takes over: steps that it has more are due from when the clock started, none is taken
    twice. Where the new plan has no policy of that name, the clock goes on as it was under the version it has.
    """
    number = _moving()
    plan = compiled(number) if number is not None else None
    if number is None or plan is None:
        return 0
    moved = 0
    while count := _move_batch(plan, number):
        moved += count
    return moved


def _moving() -> int | None:
    return PlanVersion.objects.filter(moves_clocks=True).aggregate(number=Max("number"))["number"]


def _left_behind(number: int, plan: CompiledPlan) -> QuerySet[SlaClock]:
    return SlaClock.objects.filter(due_at__isnull=False, plan_version__lt=number, policy__in=list(plan.sla))


def _move_batch(plan: CompiledPlan, number: int) -> int:
    size = SQLITE_BATCH if connection.vendor == "sqlite" else BATCH
    with transaction.atomic():
        behind = _left_behind(number, plan).order_by("plan_version", "pk").values_list("lead_id", flat=True)[:size]
        leads = Lead.objects.filter(pk__in=list(behind)).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            leads = leads.select_for_update(skip_locked=True)
        locked = list(leads.values_list("pk", flat=True))
        clocks = list(_left_behind(number, plan).filter(lead__in=locked).order_by("pk"))
        taken: dict[int, set[str]] = {}
        for clock_id, key in SlaStep.objects.filter(clock__in=clocks).values_list("clock_id", "key").order_by():
            taken.setdefault(clock_id, set()).add(key)
        who = directory()
        rows = []
        for clock in clocks:
            policy = plan.sla[clock.policy]
            steps = policy.of(clock.kind)
            team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
            hours = hours_of(policy, who.people, team=team, owner=owner)
            step, breach = next_step(steps, taken.get(clock.pk, ())), breach_of(steps)
            due_at = deadline(hours, clock.started_at, step) if step else None
            breach_at = deadline(hours, clock.started_at, breach) if breach else None
            rows.append((clock.pk, number, due_at, breach_at))
        bulk.update(SlaClock, ["plan_version_id", "due_at", "breach_at"], rows)
    return len(rows)
