"""The clocks of a generated past: of assignments, and of stays in pools and waits; running, answered, late, ended."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from routing.models import Assignment, Lead, SlaClock, SlaStep

LEFT = (timedelta(minutes=5), timedelta(minutes=5), timedelta(hours=8), None)
"""How long a policy gives; None: it never calls a lead late."""


def clocks_of(leads: Sequence[Lead], lines: Sequence[Assignment], *, at: datetime, seed: int) -> list[SlaClock]:
    """A clock for most assignments, and for most leads that nobody has or had at first, with the steps they took."""
    rand = random.Random(seed)
    made = SlaClock.objects.bulk_create(
        [*(of_line(line, rand) for line in lines if rand.random() < 0.85), *of_unclaimed(leads, rand)]
    )
    SlaStep.objects.bulk_create(step for clock in made for step in steps_of(clock, rand, at))
    return made


def of_line(line: Assignment, rand: random.Random) -> SlaClock:
    left = rand.choice(LEFT)
    stopped_at, because = line.ended_at, line.ended_because
    if line.first_touch_at is not None:
        stopped_at, because = line.first_touch_at, "touched"
    elif stopped_at is None and rand.random() < 0.3:
        stopped_at, because = line.assigned_at + timedelta(minutes=rand.choice([1, 5, 600])), "closed"
    return SlaClock(
        kind="response",
        lead=line.lead,
        assignment=line,
        rep=line.rep,
        team=line.team,
        plan_version_id=1,
        policy=rand.choice(["golden", "slow"]),
        started_at=line.assigned_at,
        breach_at=line.assigned_at + left if left is not None else None,
        stopped_at=stopped_at,
        stopped_because=because,
    )


def of_unclaimed(leads: Sequence[Lead], rand: random.Random) -> Iterator[SlaClock]:
    for lead in leads:
        if lead.status == "withdrawn" or rand.random() < 0.4:
            continue
        since = lead.pooled_at or lead.waiting_since
        if since is None and lead.assigned_at is None:
            continue
        yield SlaClock(
            kind="unclaimed",
            lead=lead,
            team=lead.team,
            plan_version_id=1,
            policy=rand.choice(["golden", "slow"]),
            started_at=since or lead.captured_at,
            stopped_at=None if since else lead.assigned_at,
            stopped_because="" if since else rand.choice(["taken", "routed", "closed"]),
        )


def steps_of(clock: SlaClock, rand: random.Random, at: datetime) -> list[SlaStep]:
    """None, or some, one of them twice."""
    kinds = [do for do in ("remind", "escalate", "breach", "reassign", "release") if rand.random() < 0.25]
    keys = [(do, f"{do}-1") for do in kinds] + [(do, f"{do}-2") for do in kinds[:1]]
    return [SlaStep(clock=clock, key=key, do=do, due_at=clock.started_at, taken_at=at) for do, key in keys]
