"""At every clock change of the world, working time is what a walk over the minutes of UTC finds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo, available_timezones

import holidays as published
import pytest

from routing.engine.calendars import Calendar
from routing.engine.working_time import NeverOpen, Schedule, add, elapsed, is_open, next_closing, next_opening

from .minute_walk import DAYS, Walker, Week, instant_of, number_of, wall_clock
from .zone_histories import histories

AROUND = 27 * 60
"""Minutes walked before and after a change: the spans of the day itself, and of the one before and after."""
MINUTE = timedelta(minutes=1)


def each(days: Sequence[str], *spans: list[str]) -> Week:
    return dict.fromkeys(days, spans)


def every_day(*spans: list[str]) -> Week:
    return each(DAYS, *spans)


@dataclass(frozen=True)
class Kind:
    """One kind of schedule; what is shut or away lies around the change, which it is told."""

    week: Week | None
    holidays: bool = False
    closed: tuple[int, ...] = ()
    """Dates shut, in days from that of the change."""
    away: tuple[tuple[int, int], ...] = field(default=())
    """Absences, in minutes from the change."""


NIGHTS = every_day(["22:00", "06:00"])
DAYTIME = every_day(["01:30", "09:00"])
KINDS = {
    "single": Kind(DAYTIME),
    "office": Kind(each(DAYS[:5], ["09:00", "17:00"])),
    "split": Kind(every_day(["00:15", "02:15"], ["02:45", "12:00"])),
    "overlapping": Kind(every_day(["00:00", "02:30"], ["01:15", "03:00"], ["21:00", "01:00"])),
    "overnight": Kind(NIGHTS),
    "24 hours": Kind(each(("sun", "mon", "fri"), ["00:00", "24:00"])),
    "round the clock from half past two": Kind(each(DAYS[5:], ["02:30", "02:30"])),
    "weekend wrap": Kind({"sat": [["18:00", "06:00"]], "sun": [["20:00", "02:30"]], "mon": [["00:00", "02:00"]]}),
    "holidays": Kind(every_day(["22:00", "06:00"], ["08:00", "12:00"]), holidays=True),
    "closed": Kind(NIGHTS, closed=(0,)),
    "closed the day before": Kind(every_day(["22:00", "06:00"], ["07:00", "19:00"]), closed=(-1,)),
    "time off": Kind(DAYTIME, away=((-600, -130), (-20, 45), (400, 401))),
    "always, less time off": Kind(None, away=((-90, 0), (1, 60))),
    "always": Kind(None),
}

COUNTRIES = (
    "US-IL",
    "NO",
    "JP",
    "IN",
    "SE",
    "CL",
    "EG",
    "IR",
    "GR",
    "IL",
    "AU-NSW",
    "NZ",
    "MD",
    "FJ",
    "MA",
    "PY",
    "CO",
)


@cache
def holidays_of(code: str) -> published.HolidayBase:
    country, _, subdivision = code.partition("-")
    return published.country_holidays(country, subdiv=subdivision or None)


def country_on_holiday(day: date) -> str:
    """A country with a holiday on a date or else on one beside it, so that the change falls on it where any can."""
    beside = (day, day - timedelta(days=1), day + timedelta(days=1))
    return next((code for one in beside for code in COUNTRIES if one in holidays_of(code)), COUNTRIES[0])


def runs(opens: list[bool]) -> list[tuple[int, int]]:
    """The minutes of each open run, the end excluded."""
    edges = [step for step, (one, two) in enumerate(zip([False, *opens], [*opens, False], strict=True)) if one != two]
    return list(zip(edges[::2], edges[1::2], strict=True))


def runs_of(hours: Schedule, start: datetime, end: datetime) -> Iterator[tuple[int, int]]:
    """The same, from one opening to its closing to the next opening."""
    at = start
    while True:
        try:
            opening = next_opening(hours, at)
        except NeverOpen:
            return
        if opening >= end:
            return
        at = min(next_closing(hours, opening), end)
        yield int((opening - start) / MINUTE), int((at - start) / MINUTE)
        if at == end:
            return


def check(zone: ZoneInfo, change: int, kinds: Collection[str]) -> None:
    first, last = change - AROUND, change + AROUND
    start, end = instant_of(first), instant_of(last)
    wall = wall_clock(zone, first, last)
    day = wall[AROUND][0]
    for name in kinds:
        kind = KINDS[name]
        code = country_on_holiday(day) if kind.holidays else None
        closed = [day + timedelta(days=days) for days in kind.closed]
        away = [(change + one, change + two) for one, two in kind.away]
        opens = Walker(kind.week, shut=holidays_of(code) if code else closed, away=away).walk(first, wall)
        week = None if kind.week is None else {day: kind.week.get(day, ()) for day in DAYS}
        calendar = Calendar(
            name, timezone=zone.key, hours=week, holidays=code, closed=[one.isoformat() for one in closed]
        )
        hours = Schedule(calendar, tuple((instant_of(one), instant_of(two)) for one, two in away))
        where = (zone.key, str(instant_of(change)), name)

        assert list(runs_of(hours, start, end)) == runs(opens), where
        for step in {*range(0, len(opens), 97), *(edge for run in runs(opens) for edge in run), AROUND - 1, AROUND}:
            if step < len(opens):
                assert is_open(hours, instant_of(first + step)) is opens[step], (*where, step)

        worked = [0, *accumulate(opens)]
        steps = [*range(0, len(opens), 391), AROUND - 61, AROUND - 1, AROUND, AROUND + 1, AROUND + 61, len(opens)]
        for one in steps:
            for two in steps:
                counted = elapsed(hours, instant_of(first + one), instant_of(first + two))
                assert counted == (worked[two] - worked[one]) * MINUTE, (*where, one, two)
            # The minute by whose end so many have been worked: where the running total first reaches that many.
            for minutes in (1, 59, 125, 600):
                if worked[one] + minutes <= worked[-1]:
                    due = bisect_right(worked, worked[one] + minutes - 1)
                    deadline = add(hours, instant_of(first + one), minutes * MINUTE)
                    assert deadline == instant_of(first + due), (*where, one, minutes)


def check_all(names: Collection[str], first_year: int, last_year: int) -> tuple[int, int]:
    """How many different histories and how many changes were walked."""
    found = histories(names, first_year, last_year)
    for history, name in found.items():
        # Where nothing ever changes, an ordinary night at the turn of a month.
        for minute, _ in history[1:] or [(number_of(datetime(first_year, 3, 1, tzinfo=UTC)), 0)]:
            check(ZoneInfo(name), minute, KINDS)
    return len(found), sum(len(history) - 1 for history in found)


SAMPLE = [
    "America/Chicago",
    "America/Havana",  # midnight comes twice
    "America/Santiago",  # midnight never comes
    "Australia/Lord_Howe",  # half an hour
    "Africa/Casablanca",  # back for Ramadan
    "Antarctica/Troll",  # two hours
    "Asia/Kathmandu",  # five hours and three quarters, never changed
]


def test_working_time_is_what_a_walk_over_the_minutes_finds() -> None:
    walked, changes = check_all(SAMPLE, 2026, 2026)
    assert walked == 7
    assert changes >= 10, "two in each of six; governments may do away with one"


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Pacific/Apia", "2011-12-30T10:00"),  # a whole day that never was
        ("America/St_Johns", "2011-03-13T03:31"),  # at one minute past midnight
        ("Africa/Freetown", "1939-09-05T00:30"),  # four days before the next
        ("Asia/Pyongyang", "2018-05-04T15:00"),
    ],
)
def test_changes_stranger_than_any_of_today_count_too(zone: str, change: str) -> None:
    check(ZoneInfo(zone), number_of(datetime.fromisoformat(change).replace(tzinfo=UTC)), KINDS)


@pytest.mark.slow
def test_working_time_is_right_at_every_change_of_every_zone_from_2020_to_2035() -> None:
    zones = available_timezones() - {"localtime"}
    walked, changes = check_all(zones, 2020, 2035)
    assert walked > 70
    assert changes > 1000
