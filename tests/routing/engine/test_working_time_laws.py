"""What working time keeps to, whatever the hours, absences and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.engine.calendars import DAYS, FOREVER, Calendar
from routing.engine.working_time import (
    HORIZON,
    NeverOpen,
    Schedule,
    add,
    elapsed,
    is_open,
    next_closing,
    next_opening,
)

TICK = timedelta(microseconds=1)
NOTHING = timedelta()
ZONES = [
    "UTC",
    "America/Chicago",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
]
START, END = datetime(2025, 1, 1), datetime(2028, 1, 1)

# Half of them near the last Sundays of March and October, when most clocks change.
INSTANTS = st.one_of(
    st.datetimes(START, END),
    st.builds(
        lambda day, minutes, rest: datetime(2026, *day) + timedelta(minutes=minutes, microseconds=rest),
        st.sampled_from([(3, 8), (3, 29), (10, 25), (11, 1)]),
        st.integers(-1440, 1440),
        st.sampled_from([0, 0, 1, 999_999, 30_000_000]),
    ),
).map(lambda naive: naive.replace(tzinfo=UTC))
AMOUNTS = st.one_of(
    st.timedeltas(NOTHING, timedelta(days=30)),
    st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes)),
)
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 0, 30, 1, 59, 45]))
SPAN = st.tuples(CLOCK, st.one_of(CLOCK, st.just("24:00"))).map(list)
WEEK = st.fixed_dictionaries({day: st.lists(SPAN, max_size=3) for day in DAYS})
ABSENCES = st.lists(st.tuples(INSTANTS, AMOUNTS).map(lambda away: (away[0], away[0] + away[1])), max_size=3).map(tuple)
SCHEDULES = st.builds(
    Schedule,
    st.builds(
        Calendar,
        st.just("any"),
        timezone=st.sampled_from(ZONES),
        hours=st.one_of(WEEK, WEEK, WEEK, st.none()),
        holidays=st.sampled_from([None, "US-IL", "CL"]),
        closed=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str), max_size=3),
    ),
    ABSENCES,
)


def deadline(hours: Schedule, at: datetime, amount: timedelta) -> datetime:
    """The deadline; where there is none, there is indeed less working time than that in ten years."""
    try:
        return add(hours, at, amount)
    except NeverOpen:
        least = elapsed(hours, at, at + HORIZON)
        assert least < amount or least == amount == NOTHING
        assume(False)
        raise


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS, AMOUNTS)
def test_what_was_added_has_elapsed_and_not_a_moment_sooner(hours: Schedule, at: datetime, amount: timedelta) -> None:
    due = deadline(hours, at, amount)
    assert elapsed(hours, at, due) == amount
    if amount:
        assert elapsed(hours, at, due - TICK) == amount - TICK
        assert is_open(hours, due - TICK)
    else:
        assert due == at or not is_open(hours, at)


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS, AMOUNTS, AMOUNTS)
def test_adding_twice_is_adding_the_sum(hours: Schedule, at: datetime, one: timedelta, two: timedelta) -> None:
    both = deadline(hours, at, one + two)
    assert add(hours, add(hours, at, one), two) == both
    assert add(hours, add(hours, at, two), one) == both
    assert add(hours, add(hours, at, one), NOTHING) == add(hours, at, one)


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS, INSTANTS, AMOUNTS, AMOUNTS)
def test_later_and_more_is_never_sooner(
    hours: Schedule, one: datetime, two: datetime, less: timedelta, more: timedelta
) -> None:
    one, two = sorted((one, two))
    less, more = sorted((less, more))
    assert deadline(hours, one, less) <= deadline(hours, one, more) <= deadline(hours, two, more)


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS, INSTANTS, INSTANTS)
def test_working_time_adds_up_in_any_order_and_is_never_more_than_time(
    hours: Schedule, a: datetime, b: datetime, c: datetime
) -> None:
    assert elapsed(hours, a, c) == elapsed(hours, a, b) + elapsed(hours, b, c)
    assert elapsed(hours, a, b) == -elapsed(hours, b, a)
    assert NOTHING <= elapsed(hours, min(a, b), max(a, b)) <= abs(b - a)


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS)
def test_openings_and_closings_are_the_edges_of_being_open(hours: Schedule, at: datetime) -> None:
    try:
        opening = next_opening(hours, at)
    except NeverOpen:
        assert elapsed(hours, at, at + HORIZON) == NOTHING
        return
    assert (opening == at) is is_open(hours, at)
    assert is_open(hours, opening)
    assert elapsed(hours, at, opening) == NOTHING
    closing = next_closing(hours, at)
    if closing == FOREVER:
        assert elapsed(hours, opening, opening + HORIZON) == HORIZON
        return
    assert not is_open(hours, closing)
    assert is_open(hours, closing - TICK)
    assert elapsed(hours, opening, closing) == closing - opening
    assert next_closing(hours, closing - TICK) == closing
    assert add(hours, opening, closing - opening) == closing
    assert add(hours, closing, NOTHING) == closing


@settings(max_examples=80, deadline=None)
@given(SCHEDULES, INSTANTS, INSTANTS, ABSENCES)
def test_an_absence_takes_out_what_was_worked_in_it(
    hours: Schedule, a: datetime, b: datetime, away: tuple[tuple[datetime, datetime], ...]
) -> None:
    a, b = sorted((a, b))
    less = Schedule(hours.calendar, (*hours.absences, *away))
    assert elapsed(less, a, b) <= elapsed(hours, a, b)
    gone = sum(
        (
            elapsed(hours, max(start, a), min(end, b))
            for start, end in Schedule(absences=away).absences
            if max(start, a) < min(end, b)
        ),
        NOTHING,
    )
    assert elapsed(less, a, b) == elapsed(hours, a, b) - gone
