"""Working time over nights, weekends, holidays, absences and clock changes, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routing.engine.calendars import DAYS, FOREVER, NEVER, Calendar
from routing.engine.timeline import timeline_of
from routing.engine.working_time import (
    PLAIN,
    NeverOpen,
    Schedule,
    add,
    elapsed,
    is_open,
    next_closing,
    next_opening,
)

from .small_plan import hours, office

CHICAGO = ZoneInfo("America/Chicago")
OFFICE = Schedule(Calendar.from_document("office", office()))
HOUR = timedelta(hours=1)
ROUND_THE_CLOCK = hours(**{day: [["00:00", "24:00"]] for day in DAYS})


def chicago(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=CHICAGO)


def schedule(*away: tuple[str, str], **entry: Any) -> Schedule:
    """Monday to Friday from nine to five in Chicago, unless told otherwise; absences in local time."""
    return Schedule(
        Calendar.from_document("office", office(**entry)), tuple((chicago(one), chicago(two)) for one, two in away)
    )


# January 9th, 2026 is a Friday.
@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        ("2026-01-10T16:00", 120, "2026-01-12T11:00"),  # Saturday at four and two hours: Monday at eleven
        ("2026-01-09T16:00", 240, "2026-01-12T12:00"),  # Friday at four and four hours: Monday at noon
        ("2026-01-09T08:00", 5, "2026-01-09T09:05"),
        ("2026-01-09T16:00", 60, "2026-01-09T17:00"),  # on the closing, not on the next opening
        ("2026-01-09T09:00", 480, "2026-01-09T17:00"),
        ("2026-01-09T17:00", 480, "2026-01-12T17:00"),
        ("2026-01-09T16:59:59.5", 1 / 60, "2026-01-12T09:00:00.5"),
        ("2026-01-09T10:00", 0, "2026-01-09T10:00"),
        ("2026-01-09T09:00", 0, "2026-01-09T09:00"),
        ("2026-01-09T17:00", 0, "2026-01-09T17:00"),  # a closing stays itself,
        ("2026-01-09T17:00:00.000001", 0, "2026-01-12T09:00"),  # anything later is the next opening
        ("2026-01-10T16:00", 0, "2026-01-12T09:00"),
        ("2026-01-10T16:00", 40 * 60 + 1, "2026-01-19T09:01"),  # a week's work, and a minute
    ],
)
def test_a_deadline_counts_only_what_is_worked(at: str, minutes: float, due: str) -> None:
    deadline = add(OFFICE, chicago(at), timedelta(minutes=minutes))
    assert deadline == chicago(due)
    assert deadline.tzinfo is UTC
    assert elapsed(OFFICE, chicago(at), deadline) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("a", "b", "worked"),
    [
        ("2026-01-09T16:00", "2026-01-12T12:00", 4),
        ("2026-01-10T10:00", "2026-01-11T10:00", 0),
        ("2026-01-12T00:00", "2026-01-19T00:00", 40),
        ("2026-01-12T12:00", "2026-01-09T16:00", -4),
        ("2026-01-09T12:00", "2026-01-09T12:00", 0),
        ("2025-01-01T00:00", "2026-01-01T00:00", 8 * 261),
    ],
)
def test_between_two_instants_only_working_time_counts_and_backwards_it_is_negative(
    a: str, b: str, worked: int
) -> None:
    assert elapsed(OFFICE, chicago(a), chicago(b)) == worked * HOUR


@pytest.mark.parametrize(
    ("at", "opening", "closing"),
    [
        ("2026-01-09T08:59", "2026-01-09T09:00", "2026-01-09T17:00"),
        ("2026-01-09T09:00", "2026-01-09T09:00", "2026-01-09T17:00"),
        ("2026-01-09T12:34:56.789", "2026-01-09T12:34:56.789", "2026-01-09T17:00"),
        ("2026-01-09T17:00", "2026-01-12T09:00", "2026-01-12T17:00"),
        ("2026-01-11T00:00", "2026-01-12T09:00", "2026-01-12T17:00"),
    ],
)
def test_the_next_opening_is_now_while_open_and_the_closing_is_that_of_its_spell(
    at: str, opening: str, closing: str
) -> None:
    assert next_opening(OFFICE, chicago(at)) == chicago(opening)
    assert next_closing(OFFICE, chicago(at)) == chicago(closing)
    assert is_open(OFFICE, chicago(at)) is (at == opening)


def test_split_shifts_count_without_their_break_and_overlapping_ones_once() -> None:
    split = schedule(hours=hours(mon=[["13:00", "18:00"], ["07:00", "12:00"]]))
    assert elapsed(split, chicago("2026-01-12T11:59"), chicago("2026-01-12T13:01")) == timedelta(minutes=2)
    assert next_opening(split, chicago("2026-01-12T12:00")) == chicago("2026-01-12T13:00")
    twice = schedule(hours=hours(mon=[["09:00", "13:00"], ["12:00", "17:00"], ["10:00", "11:00"]]))
    assert elapsed(twice, chicago("2026-01-12T00:00"), chicago("2026-01-13T00:00")) == 8 * HOUR
    over_midnight = schedule(hours=hours(mon=[["22:00", "06:00"]], tue=[["04:00", "08:00"]]))
    assert elapsed(over_midnight, chicago("2026-01-12T00:00"), chicago("2026-01-14T00:00")) == 10 * HOUR
    assert next_closing(over_midnight, chicago("2026-01-12T23:00")) == chicago("2026-01-13T08:00")


def test_24_00_meets_midnight_in_one_spell_and_what_never_closes_says_so() -> None:
    weekend = schedule(hours=hours(sat=[["12:00", "24:00"]], sun=[["00:00", "24:00"]], mon=[["00:00", "02:00"]]))
    assert next_closing(weekend, chicago("2026-01-10T13:00")) == chicago("2026-01-12T02:00")
    assert add(weekend, chicago("2026-01-10T23:30"), HOUR) == chicago("2026-01-11T00:30")
    never_shut = schedule(hours=ROUND_THE_CLOCK)
    assert next_closing(never_shut, chicago("2026-01-10T13:00")) == FOREVER
    assert next_closing(PLAIN, chicago("2026-01-10T13:00")) == FOREVER


@pytest.mark.parametrize(
    ("a", "b", "worked"),
    [
        ("2026-12-23T12:00", "2026-12-24T12:00", 8),  # the night of the 23rd goes on into the closed date
        ("2026-12-24T12:00", "2026-12-25T12:00", 0),  # the night of the 24th never begins
        ("2026-12-25T12:00", "2026-12-26T12:00", 8),
    ],
)
def test_a_closed_date_takes_the_night_that_starts_on_it_and_not_the_one_that_ends_on_it(
    a: str, b: str, worked: int
) -> None:
    nights = schedule(hours=hours(**{day: [["22:00", "06:00"]] for day in DAYS}), closed=["2026-12-24"])
    assert elapsed(nights, chicago(a), chicago(b)) == worked * HOUR


@pytest.mark.parametrize(
    ("code", "at", "due"),
    [
        ("US-IL", "2026-07-02T16:00", "2026-07-06T10:00"),  # the fourth, a Saturday, is observed on Friday
        (None, "2026-07-02T16:00", "2026-07-03T10:00"),
        ("US-IL", "2026-02-11T16:00", "2026-02-13T10:00"),  # Lincoln's birthday, in Illinois
        ("US", "2026-02-11T16:00", "2026-02-12T10:00"),
        ("US", "2021-12-30T16:00", "2022-01-03T10:00"),  # a New Year's Day observed in the year before
        ("DE-BY", "2026-01-05T16:00", "2026-01-07T10:00"),
        ("DE", "2026-01-05T16:00", "2026-01-06T10:00"),
    ],
)
def test_holidays_of_a_country_or_a_subdivision_are_passed_over(code: str | None, at: str, due: str) -> None:
    assert add(schedule(holidays=code), chicago(at), 2 * HOUR) == chicago(due)


def test_time_off_is_taken_out_of_the_hours_whatever_its_order_and_overlaps() -> None:
    away = schedule(
        ("2026-01-13T00:00", "2026-01-14T00:00"),
        ("2026-01-12T10:00", "2026-01-12T10:30"),
        ("2026-01-12T10:15", "2026-01-12T11:00:00.25"),
    )
    assert away.absences == (
        (chicago("2026-01-12T10:00"), chicago("2026-01-12T11:00:00.25")),
        (chicago("2026-01-13T00:00"), chicago("2026-01-14T00:00")),
    )
    assert elapsed(away, chicago("2026-01-12T00:00"), chicago("2026-01-15T00:00")) == 15 * HOUR - HOUR / 14400
    assert add(away, chicago("2026-01-12T09:00"), HOUR) == chicago("2026-01-12T10:00")
    assert add(away, chicago("2026-01-12T09:30"), HOUR) == chicago("2026-01-12T11:30:00.25")
    assert add(away, chicago("2026-01-12T16:00"), 2 * HOUR) == chicago("2026-01-14T10:00")
    assert next_opening(away, chicago("2026-01-12T10:00")) == chicago("2026-01-12T11:00:00.25")
    assert next_closing(away, chicago("2026-01-12T09:00")) == chicago("2026-01-12T10:00")
    assert not is_open(away, chicago("2026-01-13T12:00"))


def test_somebody_without_hours_is_there_always_but_for_time_off() -> None:
    away = Schedule(absences=((chicago("2026-01-10T12:00"), chicago("2026-01-10T14:00")),))
    assert add(away, chicago("2026-01-10T11:00"), 2 * HOUR) == chicago("2026-01-10T15:00")
    assert next_closing(away, chicago("2026-01-10T11:00")) == chicago("2026-01-10T12:00")
    assert next_closing(away, chicago("2026-01-10T13:00")) == FOREVER


def test_the_always_clock_is_time_as_it_passes() -> None:
    start = chicago("2026-03-07T12:00")
    assert add(PLAIN, start, 24 * HOUR) == chicago("2026-03-08T13:00"), "an hour of that day never came"
    assert add(PLAIN, start, timedelta()) == start
    assert elapsed(PLAIN, start, chicago("2026-03-08T12:00")) == 23 * HOUR
    assert elapsed(PLAIN, chicago("2026-03-08T12:00"), start) == -23 * HOUR
    assert next_opening(PLAIN, start) == start
    assert is_open(PLAIN, start)


# In Chicago, 2026-03-08 has no 2:xx, and 2026-11-01 has 1:xx twice.
@pytest.mark.parametrize(
    ("spans", "on", "worked"),
    [
        ([["00:00", "24:00"]], "2026-03-08", 23),
        ([["00:00", "24:00"]], "2026-11-01", 25),
        ([["02:00", "03:00"]], "2026-03-08", 0),
        ([["01:00", "02:00"]], "2026-11-01", 2),
        ([["01:30", "03:30"]], "2026-03-08", 1),
        ([["01:30", "03:30"]], "2026-11-01", 2.5),  # both half hours after half past one, and from two on
        ([["00:30", "01:30"]], "2026-11-01", 1.5),
        ([["09:00", "17:00"]], "2026-03-08", 8),
    ],
)
def test_a_day_with_a_clock_change_has_the_hours_that_it_really_had(
    spans: list[list[str]], on: str, worked: float
) -> None:
    sundays = schedule(hours=hours(sun=spans))
    start = chicago(f"{on}T00:00")
    assert elapsed(sundays, start, start + timedelta(days=1)) == worked * HOUR


@pytest.mark.parametrize(("saturday", "worked"), [("2026-03-07", 7), ("2026-03-14", 8), ("2026-10-31", 9)])
def test_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(saturday: str, worked: int) -> None:
    nights = schedule(hours=hours(sat=[["22:00", "06:00"]]))
    start = chicago(f"{saturday}T12:00")
    assert elapsed(nights, start, start + timedelta(days=1)) == worked * HOUR
    assert add(nights, start, worked * HOUR) == chicago(f"{saturday}T06:00") + timedelta(days=1)


@pytest.mark.parametrize(
    "never",
    [
        schedule(hours=hours()),
        Schedule(Calendar("gone", hours=ROUND_THE_CLOCK), ((NEVER, FOREVER),)),
        schedule(("2020-01-01T00:00", "2199-01-01T00:00")),
        Schedule(absences=((chicago("2026-01-01T00:00"), FOREVER),)),
    ],
    ids=["no hours", "off since ever", "off until 2199", "no calendar and gone for ever"],
)
def test_what_is_never_open_is_said_and_not_looked_for_for_ever(never: Schedule) -> None:
    at = chicago("2026-01-09T16:00")
    before = perf_counter()
    for look in (
        lambda: add(never, at, HOUR),
        lambda: add(never, at, timedelta()),
        lambda: next_opening(never, at),
        lambda: next_closing(never, at),
    ):
        with pytest.raises(NeverOpen, match=r"is never open in the ten years after 2026-01-09 22:00 UTC\."):
            look()
    assert perf_counter() - before < 1
    assert elapsed(never, at, at + timedelta(days=365)) == timedelta()
    assert not is_open(never, at)


def test_a_deadline_beyond_ten_years_names_what_there_was() -> None:
    rare = schedule(hours=hours(mon=[["09:00", "09:30"]]))
    said = "The calendar “office” has 10 days, 21:00:00 of working time in the ten years after 2026-01-12 06:00 UTC"
    with pytest.raises(NeverOpen, match=re.escape(said)):
        add(rare, chicago("2026-01-12T00:00"), timedelta(days=90))
    assert add(rare, chicago("2026-01-12T00:00"), 200 * HOUR) == chicago("2033-09-05T09:30")
    assert add(rare, chicago("2026-01-12T00:00"), 261 * HOUR) == chicago("2036-01-07T09:30")
    with pytest.raises(NeverOpen, match="10 days, 21:00:00 of working time"):  # the next Monday is a day too far
        add(rare, chicago("2026-01-12T00:00"), 261 * HOUR + timedelta(minutes=1))


def test_a_long_absence_that_ends_is_waited_for() -> None:
    leave = schedule(("2026-01-01T00:00", "2035-01-01T00:00"))
    assert next_opening(leave, chicago("2026-01-09T16:00")) == chicago("2035-01-01T09:00")


def test_what_names_no_instant_and_what_is_no_time_is_refused() -> None:
    naive, at = datetime(2026, 1, 9, 16), chicago("2026-01-09T16:00")
    for look in (
        lambda: add(OFFICE, naive, HOUR),
        lambda: elapsed(OFFICE, naive, at),
        lambda: elapsed(PLAIN, at, naive),
        lambda: is_open(OFFICE, naive),
        lambda: next_opening(PLAIN, naive),
        lambda: next_closing(OFFICE, naive),
        lambda: next_closing(PLAIN, naive),
        lambda: Schedule(absences=((naive, at),)),
    ):
        with pytest.raises(ValueError, match="has no time zone"):
            look()
    for clock in (OFFICE, PLAIN):
        with pytest.raises(ValueError, match="A deadline lies ahead"):
            add(clock, at, -HOUR)
        with pytest.raises(ValueError, match="too long to be measured"):
            elapsed(clock, at, FOREVER)


def test_calendars_that_say_the_same_are_laid_out_once_and_others_apart() -> None:
    anew = Calendar.from_document("elsewhere", office())
    assert timeline_of(anew) is timeline_of(OFFICE.calendar)
    for other in (
        {"holidays": "US"},
        {"closed": ["2026-01-05"]},
        {"timezone": "America/New_York"},
        {"hours": hours()},
    ):
        assert timeline_of(Calendar.from_document("other", office(**other))) is not timeline_of(OFFICE.calendar)


def test_ninety_working_days_cost_well_under_a_millisecond() -> None:
    """Ninety times 24 hours at eight hours a day: 270 working days, with holidays and time off."""
    busy = schedule(
        ("2026-02-02T00:00", "2026-02-05T12:00"), ("2026-08-03T00:00", "2026-08-22T00:00"), holidays="US-IL"
    )
    at = chicago("2026-01-09T16:00")
    costs = []
    for _ in range(50):
        before = perf_counter()
        due = add(Schedule(busy.calendar, busy.absences), at, timedelta(days=90))
        costs.append(perf_counter() - before)
    assert elapsed(busy, at, due) == timedelta(days=90)
    assert min(costs) < 0.001
