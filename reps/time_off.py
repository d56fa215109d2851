"""A rep's own time off, and when their colleagues are away: from when to when, and never why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from django.db.models import QuerySet

from reps.desk import Desk
from routing.absences import away_at
from routing.absences.booking import local_now
from routing.absences.form import AbsenceForm, beginning
from routing.absences.words import calendar_of, said
from routing.engine.calendars import Calendar
from routing.models import Membership, Rep, TimeOff
from routing.roster import Directory, directory

PAST_SHOWN: Final = 20
AHEAD: Final = timedelta(days=42)
COLLEAGUES_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as the desk shows it."""

    absence: TimeOff
    words: str
    runs: bool

    @property
    def whose(self) -> Rep:
        return self.absence.rep


class TimeOffOfDesk:
    """What the page about taking leads says of absences."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @cached_property
    def who(self) -> Directory:
        return directory()

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_of(self.desk.rep.username, self.who)

    @property
    def zone(self) -> str:
        """The time zone that times here are in: that of the rep's calendar."""
        return self.calendar.zone.key

    def form(self) -> AbsenceForm:
        """The empty form."""
        return AbsenceForm(initial=beginning(self.desk.at, self.calendar), rep=self.desk.rep, calendar=self.calendar)

    def mine(self) -> QuerySet[TimeOff]:
        """The rep's own absences."""
        return TimeOff.objects.filter(rep=self.desk.rep).select_related("rep", "cover")

    def said(self, absence: TimeOff) -> str:
        """When it is, in words."""
        return said(absence, self.who, self.desk.at)

    @cached_property
    def coming(self) -> list[Away]:
        """What runs and what is to come, the next first."""
        now = local_now(self.desk.rep, self.desk.at)
        rows = self.mine().filter(ends_local__gt=now).order_by("starts_local", "pk")
        return [Away(row, self.said(row), row.starts_local <= now) for row in rows]

    @cached_property
    def past(self) -> list[Away]:
        """What is over, the last first."""
        now = local_now(self.desk.rep, self.desk.at)
        rows = self.mine().filter(ends_local__lte=now).order_by("-starts_local", "-pk")[:PAST_SHOWN]
        return [Away(row, self.said(row), False) for row in rows]

    @cached_property
    def colleagues(self) -> list[Away]:
        """When colleagues of the rep's teams are away in the next weeks."""
        return self._of(
            TimeOff.objects.exclude(rep=self.desk.rep).filter(
                rep__in=Membership.objects.filter(team__in=self.desk.teams, team__archived_at=None).values("rep"),
                rep__active=True,
            )
        )

    @cached_property
    def covering(self) -> list[Away]:
        """For whom this rep covers, now and in the next weeks."""
        return self._of(TimeOff.objects.filter(cover=self.desk.rep, rep__active=True))

    def _of(self, absences: QuerySet[TimeOff]) -> list[Away]:
        at = self.desk.at
        first, last = (
            moment.replace(tzinfo=None).isoformat(timespec="seconds")
            for moment in (at - timedelta(hours=14), at + AHEAD)
        )
        near = absences.filter(starts_local__lt=last, ends_local__gt=first).select_related("rep__calendar", "cover")
        rows = [row for row in near.order_by("starts_local", "pk") if row.ends_local > local_now(row.rep, at)]
        away = away_at(at, [row.rep_id for row in rows])
        return [Away(row, self.said(row), away.get(row.rep_id) == row) for row in rows[:COLLEAGUES_SHOWN]]
