"""How long is left on a running clock, in the time that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.engine.sla import hours_of
from routing.engine.working_time import NeverOpen, Schedule, elapsed, is_open, next_opening
from routing.models import SlaClock
from routing.roster import Directory, compiled


@dataclass(frozen=True, slots=True)
class Left:
    """What is left until a moment: in counted time, negative once it has passed.

    `steady` says that it runs down by the clock on the wall from now until then; where it does not, `resumes_at` is
    when it runs again (None while it runs).
    """

    until: datetime
    left: timedelta
    steady: bool
    resumes_at: datetime | None = None


def left(clock: SlaClock, who: Directory, at: datetime) -> Left | None:
    """What is left to answer in time; None for a clock whose policy never calls it late. Asks the database nothing."""
    if clock.breach_at is None:
        return None
    plan = compiled(clock.plan_version_id)
    policy = plan.sla.get(clock.policy) if plan is not None else None
    if policy is None:
        return Left(clock.breach_at, clock.breach_at - at, steady=True)
    team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
    return by_hours(hours_of(policy, who.people, team=team, owner=owner), clock.breach_at, at)


def by_hours(hours: Schedule, until: datetime, at: datetime) -> Left:
    """The same by some hours: whether it runs down without a break, or when it runs again."""
    counted = elapsed(hours, at, until)
    if is_open(hours, at):
        return Left(until, counted, steady=counted == until - at)
    try:
        return Left(until, counted, steady=False, resumes_at=next_opening(hours, at))
    except NeverOpen:
        return Left(until, until - at, steady=True)
