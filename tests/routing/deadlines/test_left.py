"""How long is left, in the time that counts."""

from datetime import UTC, datetime, timedelta

from routing.engine.calendars import Calendar
from routing.engine.working_time import PLAIN, Schedule
from routing.sla.left import by_hours

OFFICE = Schedule(Calendar("office", hours={day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}))
SHUT = Schedule(Calendar("never", hours={}))
FRIDAY = datetime(2026, 1, 9, 16, 58, tzinfo=UTC)
MONDAY = datetime(2026, 1, 12, 9, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_around_the_clock_it_runs_down_by_the_wall():
    found = by_hours(PLAIN, FRIDAY + 5 * MINUTE, FRIDAY)
    assert (found.left, found.steady, found.resumes_at) == (5 * MINUTE, True, None)


def test_over_a_weekend_only_working_time_is_left():
    found = by_hours(OFFICE, MONDAY, FRIDAY)
    assert (found.left, found.steady, found.resumes_at) == (5 * MINUTE, False, None)


def test_off_hours_it_stands_still_until_the_next_opening():
    found = by_hours(OFFICE, MONDAY, FRIDAY + timedelta(hours=5))
    assert (found.left, found.steady) == (3 * MINUTE, False)
    assert found.resumes_at == datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def test_what_has_passed_is_negative():
    assert by_hours(OFFICE, MONDAY, MONDAY + 2 * MINUTE).left == -2 * MINUTE


def test_hours_that_never_open_are_counted_around_the_clock():
    assert by_hours(SHUT, MONDAY, MONDAY - MINUTE).left == MINUTE
