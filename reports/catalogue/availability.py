"""How long people were there to take leads, and how many they got for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Min

from reports.asked import Asked
from reports.columns import Column, Derived, Values, share
from reports.dimensions import NONE, Named
from reports.hours import Hours, hours_of
from reports.report import PEOPLE, Report
from reports.table import Row, Table, in_place
from reports.units import HOURS, Unit
from routing import access
from routing.models import Membership, Rep, Team

PER_HOUR: Final = Unit("per h", digits=3)
NAMED_AT_MOST: Final = 10


def per_hour(values: Values) -> float | None:
    return 3_600 * values["leads"] / values["available"] if values.get("available") else None


class Availability(Report):
    """Working-time arithmetic per rep; the leads are counted by the database."""

    slug = "availability"
    title = "Availability"
    theme = PEOPLE
    about = "How long reps were there to take leads: working hours less time off and switched-off time."
    counts = "The hours of the period until now, and the leads that reps got in it."
    groupings = ("rep", "team")
    filters = ("team", "rep")
    charted = "available_share"
    columns = (
        Column("working", "Working hours", "The hours of the rep's calendar, as it was on the day, while the rep was "
               "active; without a calendar all of them.", HOURS),
        Column("time_off", "Time off", "Working hours on time off.", HOURS),
        Column("switched_off", "Switched off", "Working hours, less time off, in which the rep took no leads, pauses "
               "included: from the log of the switch.", HOURS),
        Column("available", "Available", "Working hours less time off less switched off.", HOURS, headline=True),
        share("available_share", "Share available", "available", "working",
              formula="Hours available / working hours.", headline=True),
        Column("leads", "Leads", "Leads that became the rep's in the period, in whatever way; of a team, those that "
               "came through it. In the row of all each rep counts once.", headline=True),
        Derived("leads_per_hour", "Leads per hour", "Leads / hours available.", PER_HOUR, headline=True,
                from_=per_hour),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        reps = list(asked.reps().order_by("name", "pk"))
        hours = hours_of(reps, since=began(asked), until=min(asked.period.until, asked.at))
        got = leads_got(asked)
        of_rep: dict[int, int] = defaultdict(int)
        for (rep_id, _), count in got.items():
            of_rep[rep_id] += count
        there = [rep for rep in reps if rep.active or hours[rep.pk].working or of_rep[rep.pk]]
        if asked.group == "team":
            rows = self.of_teams(asked, there, hours, got)
        else:
            rows = [self.row(Named(rep.username, str(rep)), [hours[rep.pk]], of_rep[rep.pk]) for rep in there]
        total = self.row(Named("", "All"), [hours[rep.pk] for rep in there], sum(of_rep[rep.pk] for rep in there))
        return Table(self.told, in_place(rows), total, notes=always_open(there, hours))

    def of_teams(
        self, asked: Asked, reps: Collection[Rep], hours: Mapping[int, Hours], got: Mapping[tuple[int, int | None], int]
    ) -> list[Row]:
        """Each team with the hours of its present members; whoever sells in two counts in both."""
        teams: dict[int | None, Team] = {team.pk: team for team in access.counted_teams(asked.viewer)}
        if asked.team is not None:
            teams = {asked.team.pk: asked.team}
        members: dict[int | None, list[int]] = defaultdict(list)
        there = {rep.pk for rep in reps}
        placed = set()
        for team_id, rep_id in Membership.objects.order_by("pk").values_list("team_id", "rep_id"):
            if team_id in teams and rep_id in there:
                members[team_id].append(rep_id)
                placed.add(rep_id)
        if alone := sorted(there - placed):
            members[None] = alone
        return [
            self.row(
                Named(team.slug, team.name) if (team := teams.get(team_id)) else NONE,
                [hours[rep_id] for rep_id in found],
                sum(got.get((rep_id, team_id), 0) for rep_id in found),
            )
            for team_id, found in members.items()
        ]

    def row(self, name: Named, hours: Collection[Hours], leads: int) -> Row:
        values: dict[str, Any] = {
            key: sum(getattr(one, key).total_seconds() for one in hours)
            for key in ("working", "time_off", "switched_off", "available")
        }
        values["leads"] = leads
        for column in self.columns:
            if isinstance(column, Derived):
                values[column.key] = column.from_(values)
        return Row(name.key, name.label, values)


def began(asked: Asked) -> datetime:
    """When counting begins; of all time, with the first lead that any of these people got."""
    if asked.period.since is not None:
        return asked.period.since
    first: datetime | None = asked.assignments(by=None).aggregate(at=Min("assigned_at"))["at"]
    return first or asked.at


def leads_got(asked: Asked) -> dict[tuple[int, int | None], int]:
    """How many leads each rep got through each team."""
    groups = asked.assignments().values_list("rep_id", "team_id").annotate(count=Count("pk"))
    return {(rep_id, team_id): count for rep_id, team_id, count in groups}


def always_open(reps: Collection[Rep], hours: Mapping[int, Hours]) -> tuple[str, ...]:
    """Who has no calendar, in words."""
    names = [str(rep) for rep in reps if hours[rep.pk].always_open]
    if not names:
        return ()
    more = f" and {len(names) - NAMED_AT_MOST:,} more" if len(names) > NAMED_AT_MOST else ""
    return (f"Without a calendar, so counted as open around the clock: {', '.join(names[:NAMED_AT_MOST])}{more}.",)


REPORT = Availability()
