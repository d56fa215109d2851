"""Weeks of leads, answered in time or late: what targets are held against."""

from __future__ import annotations

from datetime import date, timedelta

from reports.targets.watching import WEEK, starts
from routing.models import Assignment, Lead, Rep, Source, Stage, Team
from tests.cast import source

MONDAY = date(2026, 5, 18)
"""On which the week before is looked at."""
LAST = MONDAY - WEEK
QUICKLY, SLOWLY = timedelta(minutes=2), timedelta(minutes=50)


def a_week(
    team: Team, rep: Rep, week: date, *, quick: int, leads: int = 20, of: Source | None = None, won: int = 0
) -> None:
    """So many leads of a rep in a week, of which `quick` were answered within five minutes and `won` won."""
    new, since = Stage.objects.get(slug="new"), starts(week) + timedelta(hours=10)
    made = Lead.objects.bulk_create(
        Lead(
            source=of or source(),
            stage=new,
            team=team,
            owner=rep,
            status=Lead.Status.ASSIGNED,
            delivery="assign",
            band="warm",
            captured_at=(at := since + timedelta(hours=5 * number)),
            updated_at=at,
            assigned_at=at,
            first_touch_at=at + (QUICKLY if number < quick else SLOWLY),
            won_at=at + timedelta(days=1) if number < won else None,
        )
        for number in range(leads)
    )
    Assignment.objects.bulk_create(
        Assignment(
            lead=lead, rep=rep, team=team, method=Assignment.Method.ASSIGN, assigned_at=lead.assigned_at
        )
        for lead in made
    )  # fmt: skip


def eight_weeks(team: Team, rep: Rep, *, quick: int, leads: int = 20, before: date = LAST) -> None:
    """The same week eight times before one."""
    for back in range(1, 9):
        a_week(team, rep, before - back * WEEK, quick=quick, leads=leads)
