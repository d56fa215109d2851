"""What a day off is: whole days, half a day by the calendar's hours, exact times; and how it is said."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.engine.absences import KINDS, Asked, halves, in_words, part_away, read_back, spelled
from routing.engine.calendars import ALWAYS, Calendar

TUESDAY = date(2026, 11, 24)
OFFICE = Calendar("office", hours={"tue": [["09:00", "17:30"]], "wed": [["09:00", "17:00"]]}, closed=["2026-12-01"])
SPLIT = Calendar("split", hours={"tue": [["09:00", "12:00"], ["13:00", "17:00"]]})
LATE_BREAK = Calendar("late", hours={"tue": [["08:00", "16:00"], ["17:00", "18:00"]]})
NIGHT = Calendar("night", hours={"mon": [["22:00", "06:00"]], "tue": [["22:00", "06:00"]]})


def at(clock: str, day: date = TUESDAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00")


@pytest.mark.parametrize(
    ("calendar", "day", "middle"),
    [
        (OFFICE, TUESDAY, "13:15"),
        (OFFICE, date(2026, 11, 25), "13:00"),
        (SPLIT, TUESDAY, "13:00"),
        (LATE_BREAK, TUESDAY, "12:30"),
        (OFFICE, date(2026, 12, 1), "12:00"),
        (OFFICE, date(2026, 11, 28), "12:00"),
        (ALWAYS, TUESDAY, "12:00"),
    ],
    ids=[
        "half the hours",
        "an even number",
        "after the break",
        "a break at the end is none",
        "closed",
        "idle",
        "always",
    ],
)
def test_the_middle_of_a_day_is_that_of_its_hours(calendar: Calendar, day: date, middle: str) -> None:
    assert halves(calendar, day) == (at("00:00", day), at(middle, day), at("00:00", day) + timedelta(days=1))


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    start, middle, end = halves(NIGHT, TUESDAY)
    assert (start, middle, end) == (at("22:00"), at("02:00", date(2026, 11, 25)), at("06:00", date(2026, 11, 25)))


@pytest.mark.parametrize(
    ("asked", "spans", "words"),
    [
        (Asked("days", TUESDAY, TUESDAY), ("2026-11-24T00:00:00", "2026-11-25T00:00:00"), "Tue 24 Nov"),
        (
            Asked("days", TUESDAY, date(2026, 11, 27)),
            ("2026-11-24T00:00:00", "2026-11-28T00:00:00"),
            "Tue 24 Nov to Fri 27 Nov (4 days)",
        ),
        (
            Asked("morning", TUESDAY, TUESDAY),
            ("2026-11-24T00:00:00", "2026-11-24T13:15:00"),
            "Tue 24 Nov, morning (until 13:15)",
        ),
        (
            Asked("afternoon", TUESDAY, TUESDAY),
            ("2026-11-24T13:15:00", "2026-11-25T00:00:00"),
            "Tue 24 Nov, afternoon (from 13:15)",
        ),
        (
            Asked("times", TUESDAY, TUESDAY, time(10), time(12, 30)),
            ("2026-11-24T10:00:00", "2026-11-24T12:30:00"),
            "Tue 24 Nov, 10:00 to 12:30",
        ),
        (
            Asked("times", TUESDAY, date(2026, 11, 25), time(22), time(6)),
            ("2026-11-24T22:00:00", "2026-11-25T06:00:00"),
            "Tue 24 Nov, 22:00 to Wed 25 Nov, 06:00",
        ),
    ],
    ids=["a day", "days", "morning", "afternoon", "times", "overnight"],
)
def test_what_was_asked_for_is_kept_as_moments_and_read_back(asked: Asked, spans: tuple[str, str], words: str) -> None:
    assert spelled(asked, OFFICE) == spans
    assert read_back(*spans, OFFICE) == asked
    assert in_words(*spans, OFFICE, year=2026) == words
    assert "24 Nov 2026" in in_words(*spans, OFFICE)


@given(
    kind=st.sampled_from(list(KINDS)),
    first=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    days=st.integers(0, 40),
    hours=st.tuples(st.times(), st.times()),
    calendar=st.sampled_from([OFFICE, SPLIT, LATE_BREAK, NIGHT, ALWAYS]),
)
def test_moments_read_back_spell_the_same_moments(kind, first, days, hours, calendar) -> None:
    last = date.fromordinal(first.toordinal() + days)
    starts, ends = (clock.replace(microsecond=0, fold=0) for clock in hours)
    try:
        spans = spelled(Asked(kind, first, last, starts, ends), calendar)
    except ValueError:
        return
    assert spans[0] < spans[1]
    assert spelled(read_back(*spans, calendar), calendar) == spans


def test_what_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="end after it starts"):
        spelled(Asked("days", TUESDAY, date(2026, 11, 20)), OFFICE)
    with pytest.raises(ValueError, match="end after it starts"):
        spelled(Asked("times", TUESDAY, TUESDAY, time(12), time(12)), OFFICE)


@pytest.mark.parametrize(
    ("spans", "part"),
    [
        ([], ""),
        ([("2026-11-25T00:00:00", "2026-11-26T00:00:00")], ""),
        ([("2026-11-20T00:00:00", "2026-11-30T00:00:00")], "day"),
        ([("2026-11-24T00:00:00", "2026-11-24T13:15:00")], "morning"),
        ([("2026-11-24T13:15:00", "2026-11-25T00:00:00")], "afternoon"),
        ([("2026-11-24T00:00:00", "2026-11-24T13:15:00"), ("2026-11-24T13:15:00", "2026-11-27T00:00:00")], "day"),
        ([("2026-11-24T14:00:00", "2026-11-24T15:00:00")], "part"),
        ([("2026-11-24T08:00:00", "2026-11-24T10:00:00")], "part"),
    ],
    ids=["none", "another day", "in the midst", "morning", "afternoon", "two halves", "an hour", "an early hour"],
)
def test_how_much_of_a_day_somebody_is_away(spans: list[tuple[str, str]], part: str) -> None:
    assert part_away(spans, OFFICE, TUESDAY) == part
