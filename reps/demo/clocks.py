"""The SLA clocks of the demo's past: as they would have run, the steps that were taken, and what runs still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from routing.engine.sla import BREACH, HANDS_ON, RESPONSE, UNCLAIMED, breach_of, deadline, hours_of
from routing.intake.inserting import insert_all
from routing.models import Assignment, Lead, SlaClock, SlaStep
from routing.roster import compiled, directory


def run_clocks(*, at: datetime) -> None:
    """A clock for every assignment, and for every lead that lies or waits, whose rule has a policy. Nothing is told."""
    clocks: list[SlaClock] = []
    steps: list[SlaStep] = []
    for clock, until in [*_of_assignments(), *_of_unclaimed()]:
        taken = _run(clock, until=until or at, runs=until is None)
        if taken is not None:
            clocks.append(clock)
            steps += taken
    insert_all(clocks)
    for step in steps:
        step.clock_id = step.clock.pk
    insert_all(steps)


def _of_assignments() -> Iterator[tuple[SlaClock, datetime | None]]:
    for line in Assignment.objects.select_related("lead").filter(lead__timed=True).order_by("pk"):
        lead = line.lead
        ends = [moment for moment in (line.first_touch_at, line.ended_at, lead.won_at, lead.lost_at) if moment]
        yield (
            _clock(RESPONSE, lead, line.assigned_at, rule=line.rule, assignment_id=line.pk, rep_id=line.rep_id),
            min(ends, default=None),
        )


def _of_unclaimed() -> Iterator[tuple[SlaClock, datetime | None]]:
    lying = Lead.objects.filter(status__in=[Lead.Status.POOLED, Lead.Status.WAITING], timed=True, is_open=True)
    for lead in lying.order_by("pk"):
        yield _clock(UNCLAIMED, lead, lead.pooled_at or lead.waiting_since or lead.captured_at, rule=lead.rule), None


def _clock(kind: str, lead: Lead, started_at: datetime, *, rule: str, **of: Any) -> SlaClock:
    number = lead.plan_version_id or 0
    plan = compiled(number)
    policy = next((one.sla for one in plan.rules if one.slug == rule), None) if plan is not None else None
    return SlaClock(
        kind=kind,
        lead=lead,
        cycle=lead.cycle,
        team_id=lead.team_id,
        plan_version_id=number,
        policy=policy or "",
        started_at=started_at,
        **of,
    )


def _run(clock: SlaClock, *, until: datetime, runs: bool) -> list[SlaStep] | None:
    """Dates a clock, and gives the steps it took until then; None where it has no policy, or no steps."""
    plan, who = compiled(clock.plan_version_id) if clock.plan_version_id else None, directory()
    policy = plan.sla.get(clock.policy) if plan is not None else None
    steps = policy.of(clock.kind) if policy is not None else ()
    if policy is None or not steps:
        return None
    team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
    hours = hours_of(policy, who.people, team=team, owner=owner)
    due = [(step, deadline(hours, clock.started_at, step)) for step in steps if step.do not in HANDS_ON]
    taken = [(step, due_at) for step, due_at in due if due_at <= until]
    breach = breach_of(steps)
    clock.breach_at = deadline(hours, clock.started_at, breach) if breach else None
    clock.breached_at = next((due_at for step, due_at in taken if step.do == BREACH), None)
    if runs:
        clock.due_at = next((due_at for _, due_at in due if due_at > until), None)
    else:
        clock.stopped_at, clock.stopped_because = until, "touched"
    return [SlaStep(clock=clock, key=step.key, do=step.do, due_at=due_at, taken_at=due_at) for step, due_at in taken]
