"""My numbers: what a rep did over a period, against the median of their team.

Every number has its formula beside it (MEASURES). A handful of queries however many leads and colleagues there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median
from typing import Any, Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Window
from django.db.models.functions import RowNumber

from reps.models import Activity
from reps.moments import RESPOND_WITHIN, coarse, talk
from routing.assignment import WITHDRAWN
from routing.models import Assignment, Lead, Membership, Rep, Team

PERIODS: Final = (7, 30, 90)
"""Days that may be looked back on."""

ENOUGH: Final = 3
"""A median over fewer people would tell what one of them did."""

WAIT: Final = ExpressionWrapper(F("first_touch_at") - F("assigned_at"), output_field=DurationField())


@dataclass(frozen=True)
class Numbers:
    """One rep, one period."""

    leads: int = 0
    answered: int = 0
    in_time: int = 0
    response: timedelta | None = None
    meetings: int = 0
    wins: int = 0

    @property
    def share_in_time(self) -> float | None:
        return 100 * self.in_time / self.leads if self.leads else None


@dataclass(frozen=True)
class Measure:
    """One number: what it is called, how it is counted, how it reads, and whether less is better."""

    slug: str
    label: str
    formula: str
    of: Callable[[Numbers], Any]
    shown: Callable[[Any], str]
    less_is_better: bool = False


def as_time(value: timedelta) -> str:
    return talk(round(value.total_seconds())) if value < timedelta(hours=1) else coarse(value)


def as_share(value: float) -> str:
    return f"{value:.0f} %"


def as_count(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


MEASURES: Final = (
    Measure(
        "response",
        "Median response",
        "Of the leads that became yours in the period and were answered: first call, e-mail, message or meeting from "
        "your side, less the moment the lead became yours. The median is the one in the middle.",
        lambda numbers: numbers.response,
        as_time,
        less_is_better=True,
    ),
    Measure(
        "in_five_minutes",
        "Within five minutes",
        "Leads answered within five minutes of becoming yours, out of all leads that became yours in the period.",
        lambda numbers: numbers.share_in_time,
        as_share,
    ),
    Measure(
        "leads",
        "Leads",
        "Leads that became yours in the period, in whatever way; one you had twice counts twice.",
        lambda numbers: numbers.leads,
        as_count,
    ),
    Measure(
        "meetings",
        "Meetings",
        "Meetings you logged that took place in the period.",
        lambda numbers: numbers.meetings,
        as_count,
    ),
    Measure("wins", "Wins", "Your leads that were won in the period.", lambda numbers: numbers.wins, as_count),
)


@dataclass(frozen=True)
class Compared:
    """A measure of mine beside the team's median."""

    measure: Measure
    mine: Any
    team: Any

    @property
    def shown(self) -> str:
        return "none yet" if self.mine is None else self.measure.shown(self.mine)

    @property
    def team_shown(self) -> str:
        return "" if self.team is None else self.measure.shown(self.team)

    @property
    def verdict(self) -> str:
        """better, behind, level, or nothing where there is nothing to compare."""
        if self.mine is None or self.team is None:
            return ""
        if self.mine == self.team:
            return "level"
        return "better" if (self.mine < self.team) == self.measure.less_is_better else "behind"


def my_numbers(rep: Rep, *, at: datetime, days: int, team: Team | None = None) -> tuple[list[Compared], int]:
    """Each measure of the last `days` days, and how many people the team's median is of.

    With a team only its leads count, for everybody; without one all leads of everybody in the rep's teams do.
    """
    teams = [team.pk] if team else list(Membership.objects.filter(rep=rep).values_list("team_id", flat=True))
    people = set(Membership.objects.filter(team__in=teams, rep__active=True).values_list("rep_id", flat=True))
    numbers = numbers_of(people | {rep.pk}, since=at - timedelta(days=days), until=at, team=team)
    mine = numbers[rep.pk]
    everybody = [numbers[pk] for pk in people] if len(people) >= ENOUGH else []
    return [Compared(measure, measure.of(mine), middle(map(measure.of, everybody))) for measure in MEASURES], len(
        people
    )


def numbers_of(
    reps: Collection[int], *, since: datetime, until: datetime, team: Team | None = None
) -> Mapping[int, Numbers]:
    """The numbers of several reps, by their id; four queries."""
    of_team = {"team": team} if team else {}
    in_time = {"assigned_at__gt": since, "assigned_at__lte": until}
    kept = Assignment.objects.exclude(ended_because=WITHDRAWN)  # as if they had never come
    got = kept.filter(rep__in=reps, **in_time, **of_team).annotate(wait=WAIT)
    counted = (
        got.order_by()
        .values("rep")
        .annotate(
            leads=Count("pk"), answered=Count("first_touch_at"), in_time=Count("pk", filter=Q(wait__lte=RESPOND_WITHIN))
        )
    )
    meetings = Activity.objects.filter(rep__in=reps, kind=Activity.Kind.MEETING, at__gt=since, at__lte=until)
    if team:
        meetings = meetings.filter(lead__team=team)
    won = Lead.objects.filter(owner__in=reps, won_at__gt=since, won_at__lte=until, **of_team)
    responses = {pk: mean_of(waits) for pk, waits in in_the_middle(got).items()}
    tallies: dict[int, dict[str, Any]] = {row["rep"]: dict(row) for row in counted}
    met = dict(meetings.order_by().values_list("rep").annotate(Count("pk")))
    wins = dict(won.order_by().values_list("owner").annotate(Count("pk")))
    return {
        pk: Numbers(
            leads=tallies.get(pk, {}).get("leads", 0),
            answered=tallies.get(pk, {}).get("answered", 0),
            in_time=tallies.get(pk, {}).get("in_time", 0),
            response=responses.get(pk),
            meetings=met.get(pk, 0),
            wins=wins.get(pk, 0),
        )
        for pk in reps
    }


def in_the_middle(got: Any) -> dict[int, list[timedelta]]:
    """Of each rep's waits, in order, the one in the middle, or the two: what a median is made of. One query."""
    placed = (
        got.filter(first_touch_at__isnull=False)
        .annotate(
            place=Window(RowNumber(), partition_by=F("rep"), order_by=[F("wait").asc(), F("pk").asc()]),
            of=Window(Count("pk"), partition_by=F("rep")),
        )
        .annotate(twice=F("place") * 2)
        .filter(twice__gte=F("of"), twice__lte=F("of") + 2)
        .order_by()
    )
    found: dict[int, list[timedelta]] = defaultdict(list)
    for rep, wait in placed.values_list("rep", "wait"):
        found[rep].append(wait)
    return found


def mean_of(waits: list[timedelta]) -> timedelta:
    return timedelta(seconds=mean(wait.total_seconds() for wait in waits))


def middle(values: Any) -> Any:
    """The median of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if isinstance(known[0], timedelta):
        return timedelta(seconds=median(value.total_seconds() for value in known))
    return median(known)
