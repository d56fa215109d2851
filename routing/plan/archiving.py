"""Teams and calendars that nobody needs any more: archived, never deleted, and not while something uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from routing.models import (
    Calendar,
    Disqualifier,
    Lead,
    Rep,
    Rule,
    ScoreRule,
    Team,
    TeamLedger,
    Territory,
    User,
)
from routing.named_by_plan import Named, calendars_in, named_by
from routing.people_changes import recorded

from .publish import current

OPEN = {
    Lead.Status.WAITING: "waiting",
    Lead.Status.POOLED: "in its pool",
    Lead.Status.OFFERED: "on offer",
    Lead.Status.ASSIGNED: "in hand",
    Lead.Status.NEW: "to be routed",
    Lead.Status.PARKED: "parked with an error",
}
CONDITIONS = (
    (Rule, "when", "rule"),
    (Territory, "where", "territory"),
    (ScoreRule, "when", "scorerule"),
    (Disqualifier, "when", "disqualifier"),
)


@dataclass(frozen=True, slots=True)
class Use:
    """Something that uses a team or calendar, in words. `kind` and `key` say where it is found: a model and its key,
    a version and its number, or leads as `team:status`."""

    words: str
    kind: str
    key: int | str


class InUse(Exception):
    """It cannot go: `uses` are what uses it, all of them."""

    def __init__(self, name: str, uses: list[Use]) -> None:
        self.name, self.uses = name, uses
        super().__init__(f"{name} is still used: {'; '.join(use.words for use in uses)}.")


def archive_team(team: Team, *, at: datetime, by: User | None = None) -> None:
    """Takes a team out of use. Its past stays. Raises InUse where the draft or the plan in force names it, or it has
    open leads."""
    with recorded(at=at, by=by):
        list(TeamLedger.objects.select_for_update().filter(team=team))  # no lead is delivered to it meanwhile
        if uses := list(_uses_of_team(team)):
            raise InUse(str(team), uses)
        Team.objects.filter(pk=team.pk, archived_at=None).update(archived_at=at)


def archive_calendar(calendar: Calendar, *, at: datetime, by: User | None = None) -> None:
    """Takes a calendar out of use. Raises InUse where somebody has it, or the draft or the plan in force names it."""
    with recorded(at=at, by=by):
        if uses := list(_uses_of_calendar(calendar)):
            raise InUse(str(calendar), uses)
        Calendar.objects.filter(pk=calendar.pk, archived_at=None).update(archived_at=at)


def bring_back(row: Team | Calendar, *, at: datetime, by: User | None = None) -> None:
    """Puts a team or a calendar back into use; a team with the calendar that it had."""
    with recorded(at=at, by=by):
        if isinstance(row, Team) and row.calendar_id:
            Calendar.objects.filter(pk=row.calendar_id).update(archived_at=None)
        type(row)._default_manager.filter(pk=row.pk).update(archived_at=None)


def uses_of_rep(rep: Rep) -> list[Use]:
    """What would reach nobody any more without this rep: rules to them alone, and territories with no other rep."""
    number, plan = _in_force()
    drafted = _drafted(Rule, Q(to_rep=rep))
    found = [Use(f"the rule “{rule.name}” of the draft goes to them", "rule", rule.pk) for rule in drafted]
    others = set(Rep.objects.filter(active=True).exclude(pk=rep.pk).values_list("username", flat=True))
    for territory in _drafted(Territory, Q(reps__isnull=False)):
        if rep.username in (territory.reps or ()) and others.isdisjoint(territory.reps):
            found.append(Use(f"the territory {territory.name} has no other rep", "territory", territory.pk))
    if plan is not None and any(rule["to"].get("rep") == rep.username for rule in plan["rules"]):
        found.append(Use(f"a rule of version {number}, which is in force, goes to them", "version", number))
    return found


def _uses_of_team(team: Team) -> Iterator[Use]:
    for rule in _drafted(Rule, Q(to_team=team) | Q(when_nobody_team=team)):
        yield Use(f"the rule “{rule.name}” of the draft names it", "rule", rule.pk)
    for territory in _drafted(Territory, Q(team=team)):
        yield Use(f"the territory {territory.name} of the draft belongs to it", "territory", territory.pk)
    number, named = _named_in_force()
    if team.slug in named.teams:
        yield Use(f"version {number}, which is in force, names it", "version", number)
    leads = Lead.objects.filter(team=team, is_open=True, status__in=OPEN)
    for status, count in leads.order_by("status").values_list("status").annotate(count=Count("pk")):
        yield Use(
            f"{count} lead{'' if count == 1 else 's'} {OPEN[Lead.Status(status)]}", "leads", f"{team.pk}:{status}"
        )


def _uses_of_calendar(calendar: Calendar) -> Iterator[Use]:
    for rep in Rep.objects.filter(calendar=calendar).order_by("name", "pk"):
        yield Use(f"{rep} works by it", "rep", rep.pk)
    for team in Team.objects.filter(calendar=calendar).order_by("name", "pk"):
        yield Use(f"the team {team} has it", "team", team.pk)
    for model, column, kind in CONDITIONS:
        for row in _drafted(model, Q()):
            if calendar.slug in calendars_in(getattr(row, column)):
                yield Use(f"“{row.name}” of the draft asks for its hours", kind, row.pk)
    number, named = _named_in_force()
    if calendar.slug in named.calendars:
        yield Use(f"version {number}, which is in force, asks for its hours", "version", number)


def _drafted(model: Any, wanted: Q) -> list[Any]:
    return list(model._default_manager.filter(wanted, archived_at=None).order_by("position", "pk"))


def _in_force() -> tuple[int, dict[str, Any] | None]:
    number, text = current()
    return number, json.loads(text) if text else None


def _named_in_force() -> tuple[int, Named]:
    number, plan = _in_force()
    return number, named_by(plan) if plan is not None else Named()
