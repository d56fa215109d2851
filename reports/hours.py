"""How long people were there to take leads: working hours less time off and switched-off time, by what the log says.

The calendar that somebody had, and the hours that it had, are those of the day. Everything is looked up at once; the
arithmetic is done per person, a few microseconds for each absence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from routing.availability import inactive_times, switched_off_times
from routing.engine.availability import Changed, Interval, over
from routing.engine.calendars import ALWAYS, Calendar, to_utc
from routing.engine.spells import merged
from routing.engine.working_time import Schedule, elapsed
from routing.models import Calendar as CalendarRow
from routing.models import PeopleChange, Rep, TimeOff

NOTHING = timedelta()
DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime, Schedule]
"""From, until, and by which hours."""


@dataclass(frozen=True)
class Hours:
    """Of one person, in working time. What is switched off while on time off is time off."""

    working: timedelta = NOTHING
    time_off: timedelta = NOTHING
    switched_off: timedelta = NOTHING
    always_open: bool = False

    @property
    def available(self) -> timedelta:
        return self.working - self.time_off - self.switched_off


def hours_of(reps: Sequence[Rep], *, since: datetime, until: datetime) -> dict[int, Hours]:
    """The hours of each of these reps between two moments. As many queries however many reps."""
    if since >= until:
        return {rep.pk: Hours(always_open=rep.calendar_id is None) for rep in reps}
    ids = [rep.pk for rep in reps]
    calendars = _Calendars(since, until)
    slugs = _calendars_had(ids)
    away = _time_off(reps, calendars, since, until)
    off = switched_off_times(ids, since=since, until=until)
    gone = inactive_times(ids, since=since, until=until)
    found = {}
    for rep in reps:
        had = over(slugs[rep.pk], calendars.slugs.get(rep.calendar_id), since=since, until=until)
        stretches = [part for held in had for part in calendars.of(held.value, held.since, held.until)]
        not_there, not_working = merged(gone[rep.pk]), merged([*gone[rep.pk], *away[rep.pk]])
        not_taking = merged([*not_working, *off[rep.pk]])
        lost = [worked(stretches, spells) for spells in (not_there, not_working, not_taking)]
        found[rep.pk] = Hours(
            working=worked(stretches, [(since, until)]) - lost[0],
            time_off=lost[1] - lost[0],
            switched_off=lost[2] - lost[1],
            always_open=calendars.slugs.get(rep.calendar_id) is None,
        )
    return found


def worked(stretches: Sequence[Stretch], spells: Sequence[Interval]) -> timedelta:
    """How much working time of the stretches lies in these spells."""
    total = NOTHING
    for since, until, schedule in stretches:
        for first, last in spells:
            if first < until and since < last:
                total += elapsed(schedule, max(first, since), min(last, until))
    return total


class _Calendars:
    """The hours of every calendar over a stretch of time, by its slug. Two queries."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since, self._until = since, until
        rows = list(CalendarRow.objects.filter(archived_at=None))
        self.slugs: Mapping[int | None, str] = {row.pk: row.slug for row in rows}
        self._now = {row.slug: _document(row) for row in rows}
        self._changes: dict[str, list[Changed]] = defaultdict(list)
        log = PeopleChange.objects.filter(kind="hours").order_by("pk").values_list("at", "before", "after")
        for at, before, after in log:
            slug = (after or before or {}).get("calendar", "")
            self._changes[slug].append(Changed(at, before, after))
        self._stretches: dict[str | None, list[Stretch]] = {}

    def now(self, slug: str | None) -> Calendar:
        """As it is now; nobody's is always open."""
        document = self._now.get(slug or "")
        return Calendar.from_document(slug or "", document) if document is not None else ALWAYS

    def of(self, slug: str | None, since: datetime, until: datetime) -> list[Stretch]:
        """The hours that held between two moments, each with when it did."""
        if slug not in self._stretches:
            held = over(self._changes[slug or ""], self._now.get(slug or ""), since=self._since, until=self._until)
            self._stretches[slug] = [
                (one.since, one.until, Schedule(Calendar.from_document(slug or "", one.value) if one.value else ALWAYS))
                for one in held
            ]
        return [
            (max(first, since), min(last, until), schedule)
            for first, last, schedule in self._stretches[slug]
            if first < until and since < last
        ]


def _document(row: CalendarRow) -> dict[str, Any]:
    return {
        "timezone": row.timezone,
        "hours": row.hours or None,
        "holidays": row.holidays or None,
        "closed": row.closed,
    }


def _calendars_had(ids: Sequence[int]) -> dict[int, list[Changed]]:
    """The log of whose calendar was which. `rep` is the line of somebody who came: what they had is within."""
    found: dict[int, list[Changed]] = defaultdict(list)
    log = PeopleChange.objects.filter(rep__in=ids, kind__in=["calendar", "rep"]).order_by("pk")
    for rep_id, kind, at, before, after in log.values_list("rep_id", "kind", "at", "before", "after"):
        if kind == "rep":
            before, after = (state and state["calendar"] for state in (before, after))
        found[rep_id].append(Changed(at, before, after))
    return found


def _time_off(
    reps: Sequence[Rep], calendars: _Calendars, since: datetime, until: datetime
) -> dict[int, list[Interval]]:
    """When each was on time off, as instants: it is booked in the local time of their calendar."""
    zones = {slug: calendars.now(slug).zone for slug in (None, *calendars.slugs.values())}
    zone_of = {rep.pk: zones[calendars.slugs.get(rep.calendar_id)] for rep in reps}
    first, last = (moment.replace(tzinfo=None).isoformat() for moment in (since - DAY, until + DAY))
    booked = TimeOff.objects.filter(rep__in=list(zone_of)).between(first, last)
    found: dict[int, list[Interval]] = defaultdict(list)
    for rep_id, starts, ends in booked.order_by("pk").values_list("rep_id", "starts_local", "ends_local"):
        found[rep_id].append((to_utc(starts, zone_of[rep_id]), to_utc(ends, zone_of[rep_id])))
    return found
