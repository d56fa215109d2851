"""Teams that get leads, and nobody comes on to take them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from routing.engine.calendars import Calendar
from routing.engine.people import Rep
from routing.engine.plan import CompiledPlan
from routing.engine.presence import on_between
from routing.engine.working_time import NeverOpen, Schedule, next_opening
from routing.models import AlertKind, Revision
from routing.roster import compiled, directory

from .found import Found, Teams, settings_of


def nobody_on(teams: Teams, at: datetime) -> Iterator[Found]:
    """Teams in whose next hours somebody should work, and nobody does. Reads people and plan where they changed."""
    revision = Revision.objects.get()
    plan = compiled(revision.plan)
    if plan is None:
        return
    who, wanted = directory(revision.people), teams_that_get_leads(plan)
    for team_id, team in teams.items():
        settings = settings_of(team)
        if team is None or team.slug not in wanted or team.slug not in who.people.teams or not settings.nobody_on:
            continue
        until = at + timedelta(hours=settings.nobody_on_hours)
        theirs = who.people.teams[team.slug]
        reps = [rep for one in theirs.members if (rep := who.people.reps.get(one.rep)) is not None and rep.active]
        if should_work(theirs.calendar, reps, at, until) and not any(on_between(rep, at, until) for rep in reps):
            hours = "hour" if settings.nobody_on_hours == 1 else f"{settings.nobody_on_hours} hours"
            yield Found(
                team_id,
                AlertKind.NOBODY_ON,
                f"Nobody of {team} takes leads within the next {hours}.",
                {"hours": settings.nobody_on_hours, "reps": len(reps)},
            )


def should_work(calendar: Calendar | None, reps: list[Rep], at: datetime, until: datetime) -> bool:
    """Whether a team is expected to work in a stretch of time: by its calendar; without one, by its members' own.

    A team without active members that gets leads is expected to, always.
    """
    calendars = [calendar] if calendar is not None else [rep.calendar for rep in reps]
    return not calendars or any(_opens(one, at, until) for one in set(calendars))


def _opens(calendar: Calendar, at: datetime, until: datetime) -> bool:
    try:
        return next_opening(Schedule(calendar), at) < until
    except NeverOpen:
        return False


@lru_cache(maxsize=8)
def teams_that_get_leads(plan: CompiledPlan) -> frozenset[str]:
    """The teams to which some rule of a plan may send leads, by itself, by territory, or where nobody else can."""
    found = {team for rule in plan.rules for team in plan.teams_reached(rule, None)}
    if any(rule.to_territory for rule in plan.rules):
        found.update(one.team for one in plan.territories.by_slug.values() if one.team is not None)
    return frozenset(found)
