"""What a report may be grouped by: each with its expression for the database, and what people call its values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, Q, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import (
    Cast,
    ExtractHour,
    ExtractIsoWeekDay,
    Floor,
    Least,
    TruncDay,
    TruncMonth,
    TruncWeek,
)

from reports.period import Period
from routing.engine import eligibility
from routing.models import Lead, Rep, Source, Stage, Team, Territory
from routing.plan.rule_names import rule_names


@dataclass(frozen=True)
class Paths:
    """Where a row that is counted has what is grouped by. `lead` leads to its lead, `at` to the moment it counts by."""

    lead: str = ""
    team: str = "team"
    rep: str = "owner"
    rule: str = "rule"
    at: str = "captured_at"


OF_LEADS: Final = Paths()
OF_ASSIGNMENTS: Final = Paths(lead="lead__", rep="rep", at="assigned_at")
OF_ACTIVITIES: Final = Paths(lead="lead__", team="lead__team", rep="rep", rule="lead__rule", at="at")
OF_CLOCKS: Final = Paths(lead="lead__", rep="rep", rule="assignment__rule", at="started_at")
OF_UNCLAIMED: Final = Paths(lead="lead__", rep="rep", rule="lead__rule", at="started_at")


@dataclass(frozen=True)
class Named:
    """A value of a dimension, as people and programs call it, and its place where values have an order."""

    key: str
    label: str
    place: Any = None


Names = Callable[[Collection[Any]], Mapping[Any, Named]]


@dataclass(frozen=True)
class Dimension:
    """`name` gives each raw value its names; `all_of` all raw values of a period, where none may be missing."""

    slug: str
    label: str
    raw: Callable[[Paths, ZoneInfo], Combinable]
    names: Names
    all_of: Callable[[Period, datetime], list[Any]] | None = None
    shape: str = "bars"
    """How a chart draws it: bars, line or heat."""


NONE: Final = Named("", "(none)", None)


def _rows(model: Any, key: str, label: str = "name") -> Names:
    def named(raw: Collection[Any]) -> Mapping[Any, Named]:
        found = model.objects.filter(pk__in=[pk for pk in raw if pk is not None]).values_list("pk", key, label)
        return {None: NONE} | {pk: Named(slug, words or slug) for pk, slug, words in found}

    return named


def _texts(raw: Collection[Any]) -> Mapping[Any, Named]:
    return {value: Named(str(value), str(value)) if value not in (None, "") else NONE for value in raw}


def _words(raw: Collection[Any]) -> Mapping[Any, Named]:
    return {slug: Named(slug, slug.replace("_", " ").capitalize()) if slug else NONE for slug in raw}


def _choices(choices: Any) -> Names:
    labels = [(value, str(label)) for value, label in choices]
    return lambda raw: {
        value: Named(str(value), dict(labels).get(value, str(value)).capitalize(), place)
        for place, value in enumerate([known for known, _ in labels] + [v for v in raw if v not in dict(labels)])
    }


def _rules(raw: Collection[Any]) -> Mapping[Any, Named]:
    names = rule_names()
    return {slug: Named(slug, names.get(slug, slug)) if slug else Named("", "(no rule)") for slug in raw}


def _days(written: Callable[[datetime], tuple[str, str]]) -> Names:
    return lambda raw: {at: Named(*written(at), place=at) if at else NONE for at in raw}


def _deciles(raw: Collection[Any]) -> Mapping[Any, Named]:
    return {
        number: NONE
        if number is None
        else Named(f"{10 * number}-{10 * number + 9 if number < 9 else 100}",
                   f"{10 * number} to {10 * number + 9 if number < 9 else 100}", number)
        for number in raw
    }  # fmt: skip


def _decile(of: Paths, zone: ZoneInfo) -> Combinable:
    return Cast(Least(Floor(F(f"{of.lead}score") / 10.0), 9.0), IntegerField())


AWAITED: Final = {
    eligibility.INACTIVE: "Waits: reps not active",
    eligibility.NOT_MEMBER: "Waits: reps of another team",
    eligibility.NOT_IN_TERRITORY: "Waits: reps of another territory",
    eligibility.LACKS_SKILL: "Waits: a skill is lacking",
    eligibility.SENIORITY: "Waits: another seniority asked for",
    eligibility.NO_WEIGHT: "Waits: reps with weight 0",
    eligibility.TRIED: "Waits: reps who had it already",
    eligibility.PAUSED: "Waits: reps not taking leads",
    eligibility.TIME_OFF: "Waits: reps on time off",
    eligibility.OFF_SHIFT: "Waits: reps off shift",
    eligibility.CAPPED: "Waits: reps at a cap",
    eligibility.CATCHING_UP: "Waits: let through a few at a time",
    "nobody": "Waits: nobody in the team",
    "no_rule": "Waits: no rule fits",
    "claim": "Pool: to be claimed",
    "pick": "Pool: to be picked",
    "blind": "Pool: to be pulled blind",
    "manual": "Pool: to be handed out by hand",
}
"""What an unowned lead waits for: the commonest reason against the reps it was for, or its delivery."""


def _waits_for(of: Paths, zone: ZoneInfo) -> Combinable:
    lies = Q(**{f"{of.lead}status": Lead.Status.POOLED})
    return Case(When(lies, then=F(f"{of.lead}delivery")), default=F(f"{of.lead}reason"))


def _awaited(raw: Collection[Any]) -> Mapping[Any, Named]:
    return {key: Named(key, AWAITED.get(key, key)) if key else NONE for key in raw}


def _fact(name: str) -> Callable[[Paths, ZoneInfo], Combinable]:
    return lambda of, zone: F(f"{of.lead}{name}")


WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _hours(raw: Collection[Any]) -> Mapping[Any, Named]:
    return {
        number: Named(
            f"{WEEKDAYS[number // 24].lower()}-{number % 24:02}",
            f"{WEEKDAYS[number // 24]} {number % 24:02}:00",
            number,
        )
        for number in raw
    }


def _starts(step: Callable[[datetime], datetime], first: Callable[[datetime], datetime]) -> Any:
    """Every day, week or month of a period that began before now."""

    def all_of(period: Period, at: datetime) -> list[datetime]:
        if period.since is None:
            return []
        found: list[datetime] = []
        one = first(period.since.astimezone(period.zone))
        while one < min(period.until, at) and len(found) < MOST:
            found.append(one)
            one = step(one)
        return found

    return all_of


MOST: Final = 1_000
"""More days than these are not filled up."""


def _monday(day: datetime) -> datetime:
    return day - timedelta(days=day.weekday())


def _first(day: datetime) -> datetime:
    return day.replace(day=1)


DIMENSIONS: Final[dict[str, Dimension]] = {
    dimension.slug: dimension
    for dimension in (
        Dimension("rep", "Rep", lambda of, zone: F(of.rep), _rows(Rep, "username")),
        Dimension("team", "Team", lambda of, zone: F(of.team), _rows(Team, "slug")),
        Dimension("source", "Source", lambda of, zone: F(f"{of.lead}source"), _rows(Source, "slug")),
        Dimension("band", "Band", lambda of, zone: F(f"{of.lead}band"),
                  _choices([("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold")])),
        Dimension("score", "Score", _decile, _deciles),
        Dimension("rule", "Rule", lambda of, zone: F(of.rule), _rules),
        Dimension("policy", "Policy", lambda of, zone: F("policy"), _texts),
        Dimension("waits-for", "Waits for", _waits_for, _awaited),
        Dimension("territory", "Territory", lambda of, zone: F(f"{of.lead}territory"), _rows(Territory, "slug")),
        Dimension("stage", "Stage", lambda of, zone: F(f"{of.lead}stage"), _rows(Stage, "slug")),
        Dimension("reason", "Reason", lambda of, zone: F("ended_because"), _words),
        *(
            Dimension(fact, fact.capitalize(), _fact(fact), _texts)
            for fact in ("channel", "country", "industry", "product", "language")
        ),
        Dimension("day", "Day", lambda of, zone: TruncDay(of.at, tzinfo=zone),
                  _days(lambda day: (f"{day:%Y-%m-%d}", f"{day.day} {day:%b %Y}")),
                  _starts(lambda day: day + timedelta(days=1), lambda day: day), "line"),
        Dimension("week", "Week from", lambda of, zone: TruncWeek(of.at, tzinfo=zone),
                  _days(lambda day: (f"{day:%Y-%m-%d}", f"{day.day} {day:%b %Y}")),
                  _starts(lambda day: day + timedelta(days=7), _monday), "line"),
        Dimension("month", "Month", lambda of, zone: TruncMonth(of.at, tzinfo=zone),
                  _days(lambda day: (f"{day:%Y-%m}", f"{day:%B %Y}")),
                  _starts(lambda day: _first(day + timedelta(days=32)), _first), "line"),
        Dimension("hour", "Hour of the week",
                  lambda of, zone: (ExtractIsoWeekDay(of.at, tzinfo=zone) - 1) * 24 + ExtractHour(of.at, tzinfo=zone),
                  _hours, lambda period, at: list(range(168)), "heat"),
    )
}  # fmt: skip
"""By slug. Times are those of the viewer's zone."""

ATTRIBUTE: Final = "attributes."


def dimension(slug: str) -> Dimension | None:
    """The dimension of this name; `attributes.NAME` is one for every name that a source sends."""
    if slug.startswith(ATTRIBUTE) and (name := slug.removeprefix(ATTRIBUTE)):
        return Dimension(slug, name, lambda of, zone: KeyTextTransform(name, f"{of.lead}attributes"), _texts)
    return DIMENSIONS.get(slug)
