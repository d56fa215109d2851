"""When somebody works: weekly hours on the wall clock, over midnight, holidays, closed dates, clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays as published
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine.calendars import DAYS, Calendar
from routing.engine.periods import PeriodClock, period_keys

from .small_plan import hours

CHICAGO = "America/Chicago"
ILLINOIS = published.country_holidays("US", subdiv="IL")


def open_at(local: str, zone: str = CHICAGO, fold: int = 0, **entry: Any) -> bool:
    week = entry.pop("hours", None) or hours(**{day: [["09:00", "17:00"]] for day in DAYS[:5]})
    calendar = Calendar("c", timezone=zone, hours=week, **entry)
    return calendar.is_open(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC))


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-01-05T08:59:59.999999", False),
        ("2026-01-05T09:00:00", True),
        ("2026-01-05T16:59:59.999999", True),
        ("2026-01-05T17:00:00", False),
        ("2026-01-04T12:00:00", False),
    ],
)
def test_a_span_holds_its_start_and_not_its_end(local: str, is_open: bool) -> None:
    assert open_at(local) is is_open


@pytest.mark.parametrize(
    ("spans", "local", "is_open"),
    [
        ({"mon": [["22:00", "06:00"]]}, "2026-01-05T23:00", True),
        ({"mon": [["22:00", "06:00"]]}, "2026-01-06T05:59", True),
        ({"mon": [["22:00", "06:00"]]}, "2026-01-06T06:00", False),
        ({"mon": [["22:00", "06:00"]]}, "2026-01-05T05:00", False),  # Sunday has no span
        ({"sun": [["22:00", "06:00"]]}, "2026-01-05T05:00", True),  # it belongs to Sunday
        ({"mon": [["18:00", "24:00"]]}, "2026-01-05T23:59:59", True),
        ({"mon": [["18:00", "24:00"]]}, "2026-01-06T00:00", False),
        ({"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]]}, "2026-01-06T00:00", True),
        ({"mon": [["09:00", "12:00"], ["13:00", "15:00"]]}, "2026-01-05T12:30", False),
        ({"mon": [["09:00", "12:00"], ["13:00", "15:00"]]}, "2026-01-05T13:00", True),
        ({"mon": [["13:00", "15:00"], ["09:00", "14:00"]]}, "2026-01-05T12:30", True),
        ({"mon": [["09:00", "09:00"]]}, "2026-01-06T08:59", True),  # round the clock
    ],
)
def test_spans_may_cross_midnight_split_and_end_at_24(spans: dict[str, Any], local: str, is_open: bool) -> None:
    assert open_at(local, hours=hours(**spans)) is is_open


@pytest.mark.parametrize(
    ("holidays", "local", "is_open"),
    [
        ("US-IL", "2026-07-03T12:00", False),  # the fourth falls on a Saturday: observed
        (None, "2026-07-03T12:00", True),
        ("US", "2026-02-12T12:00", True),
        ("US-IL", "2026-02-12T12:00", False),  # Lincoln's birthday, in Illinois only
        ("US-IL", "2026-02-13T12:00", True),
    ],
)
def test_holidays_of_a_country_or_a_subdivision_are_closed(holidays: str | None, local: str, is_open: bool) -> None:
    assert open_at(local, holidays=holidays) is is_open


def test_a_span_over_midnight_belongs_to_the_date_on_which_it_starts() -> None:
    every_night = hours(**{day: [["22:00", "06:00"]] for day in DAYS})
    closed = {"hours": every_night, "closed": ["2026-12-24"]}
    assert open_at("2026-12-24T05:00", **closed), "the night of the 23rd goes on"
    assert not open_at("2026-12-24T23:00", **closed)
    assert not open_at("2026-12-25T05:00", **closed), "the night of the 24th never began"
    assert open_at("2026-12-25T22:00", **closed)


@pytest.mark.parametrize(
    ("local", "fold", "is_open"),
    [
        ("2026-03-08T01:59", 0, True),
        ("2026-03-08T03:00", 0, True),  # 02:30 never came, the wall clock says three
        ("2026-11-01T01:15", 0, False),
        ("2026-11-01T01:45", 0, True),
        ("2026-11-01T01:15", 1, False),  # the hour that comes again is asked again
        ("2026-11-01T01:45", 1, True),
        ("2026-11-01T02:30", 0, True),
    ],
)
def test_the_wall_clock_decides_when_clocks_change(local: str, fold: int, is_open: bool) -> None:
    sundays = hours(sun=[["01:30", "02:00"], ["02:30", "04:00"]])
    assert open_at(local, fold=fold, hours=sundays) is is_open


def test_a_calendar_without_hours_is_always_open_and_one_of_no_spans_never() -> None:
    assert Calendar("always").is_open(datetime(2026, 1, 1, tzinfo=UTC))
    assert not Calendar("never", hours=hours()).is_open(datetime(2026, 1, 5, 12, tzinfo=UTC))


# --- until when an answer holds ------------------------------------------------------------------

CHANGES = [
    ("America/Chicago", "2026-03-08T05:00"),
    ("America/Chicago", "2026-11-01T04:00"),
    ("Europe/Berlin", "2026-03-28T22:00"),
    ("Europe/Berlin", "2026-10-24T21:00"),
    ("Australia/Lord_Howe", "2026-04-04T12:00"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-03T12:00"),
    ("Asia/Kolkata", "2026-05-01T00:00"),
    ("America/St_Johns", "2010-03-14T00:30"),  # at one minute past midnight
    ("America/St_Johns", "2010-11-07T00:30"),
    ("Asia/Gaza", "2019-03-29T20:00"),
    ("Pacific/Apia", "2011-12-29T20:00"),  # a day that never was
    ("Africa/Casablanca", "2026-02-14T20:00"),
    ("America/Sao_Paulo", "2018-11-03T20:00"),  # midnight never came
]


def naively_open(at: datetime, zone: str, week: dict[str, Any], closed: list[str], code: str | None) -> bool:
    """The wall clock is read, and today's and yesterday's spans are looked through."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        if day.isoformat() in closed or (code and day in ILLINOIS):
            continue
        for first, last in week[DAYS[day.weekday()]]:
            start = datetime.combine(day, datetime.min.time()) + minutes(first)
            end = datetime.combine(day, datetime.min.time()) + minutes(last)
            if end <= start:
                end += timedelta(days=1)
            if start <= local < end:
                return True
    return False


def minutes(clock: str) -> timedelta:
    hour, minute = clock.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 0, 30, 1, 59, 45]))
SPAN = st.tuples(CLOCK, st.one_of(CLOCK, st.just("24:00"))).map(list)
WEEK = st.fixed_dictionaries({day: st.lists(SPAN, max_size=2) for day in DAYS})


@settings(max_examples=60, deadline=None)
@given(
    change=st.sampled_from(CHANGES),
    week=WEEK,
    closed=st.booleans(),
    code=st.sampled_from([None, "US-IL"]),
    steps=st.lists(st.tuples(st.integers(1, 90), st.integers(0, 59)), min_size=20, max_size=40),
)
def test_an_answer_is_the_wall_clocks_and_stays_until_the_instant_it_names(
    change: tuple[str, str], week: dict[str, Any], closed: bool, code: str | None, steps: list[tuple[int, int]]
) -> None:
    zone, start = change
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    closed_on = [at.date().isoformat()] if closed else []
    by_minute: dict[datetime, bool] = {}
    kept = Calendar("kept", timezone=zone, hours=week, closed=closed_on, holidays=code)
    for step, seconds in steps:
        is_open, until = kept.status(at)
        assert is_open is naively_open(at, zone, week, closed_on, code), at
        assert until >= at
        walk = at
        while walk < min(until, at + timedelta(hours=30)):
            minute = walk.replace(second=0)
            if minute not in by_minute:
                by_minute[minute] = naively_open(minute, zone, week, closed_on, code)
            assert by_minute[minute] is is_open, (at, walk, until)
            walk = minute + timedelta(minutes=1)
        at += timedelta(minutes=step, seconds=seconds)


@pytest.mark.parametrize(("zone", "start"), CHANGES)
def test_the_running_periods_stay_until_the_instant_the_clock_names(zone: str, start: str) -> None:
    clock = PeriodClock(ZoneInfo(zone))
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    for _ in range(10 * 60):
        keys, until = clock.at(at)
        assert keys == period_keys(at, ZoneInfo(zone)), at
        assert until > at
        at += timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "instants", "hours_counted"),
    [
        ("America/Chicago", ("2026-11-01T06:30", "2026-11-01T07:30"), 2),  # 01:30 twice
        ("America/Chicago", ("2026-11-01T06:00", "2026-11-01T06:59:59"), 1),
        ("America/Chicago", ("2026-03-08T07:30", "2026-03-08T08:30"), 2),  # 01:30, then 03:30
        ("Asia/Kolkata", ("2026-05-01T00:29", "2026-05-01T00:30"), 2),  # 05:59, then 06:00
        ("Australia/Lord_Howe", ("2026-04-04T14:45", "2026-04-04T15:15"), 2),  # 01:45 twice, half an hour apart
    ],
)
def test_an_hour_that_comes_twice_counts_as_two(zone: str, instants: tuple[str, str], hours_counted: int) -> None:
    keys = {period_keys(datetime.fromisoformat(one).replace(tzinfo=UTC), ZoneInfo(zone))[0] for one in instants}
    assert len(keys) == hours_counted


def test_days_weeks_from_monday_and_months_are_those_of_the_zone() -> None:
    def keys(instant: str) -> tuple[str, ...]:
        return period_keys(datetime.fromisoformat(instant).replace(tzinfo=UTC), ZoneInfo(CHICAGO))[1:]

    assert keys("2026-06-01T04:59") == ("2026-05-31", "2026-05-25", "2026-05")  # still Sunday in Chicago
    assert keys("2026-06-01T05:00") == ("2026-06-01", "2026-06-01", "2026-06")
    assert keys("2026-01-01T12:00") == ("2026-01-01", "2025-12-29", "2026-01")  # a week over the turn of the year


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.sampled_from([zone for zone, _ in CHANGES]))
@settings(max_examples=100, deadline=None)
def test_the_names_of_periods_tell_apart_exactly_the_periods(instant: datetime, zone: str) -> None:
    at = instant.replace(tzinfo=UTC)
    local = at.astimezone(ZoneInfo(zone))
    _, day, week, month = period_keys(at, ZoneInfo(zone))
    assert date.fromisoformat(day) == local.date()
    monday = date.fromisoformat(week)
    assert monday.weekday() == 0
    assert timedelta() <= local.date() - monday < timedelta(days=7)
    assert day.startswith(month)
