"""Who is on, until when, and when somebody comes on next."""

from datetime import UTC, datetime, timedelta

import pytest

from routing.engine.calendars import Calendar
from routing.engine.loads import Load
from routing.engine.people import Rep
from routing.engine.periods import period_keys
from routing.engine.presence import on_between, presence

OFFICE = Calendar(
    "office",
    timezone="America/Chicago",
    hours={day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    closed=["2026-01-06"],
)
NEVER = Calendar("never", hours={})
MONDAY = datetime(2026, 1, 5, 16, tzinfo=UTC)  # ten in the morning in Chicago
EVENING = datetime(2026, 1, 6, 0, tzinfo=UTC)  # six in the evening there
WEDNESDAY = datetime(2026, 1, 7, 15, tzinfo=UTC)  # nine in the morning; Tuesday is closed


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rep", "at", "on", "until", "following", "why"),
    [
        (Rep("laura"), MONDAY, True, None, None, ()),
        (Rep("laura", OFFICE), MONDAY, True, utc(5, 23), None, ()),
        (Rep("laura", OFFICE, time_off=((utc(5, 20), utc(6, 6)),)), MONDAY, True, utc(5, 20), None, ()),
        (Rep("laura", OFFICE), EVENING, False, None, WEDNESDAY, ("off_shift",)),
        (Rep("laura", OFFICE, time_off=((utc(5, 6), utc(8, 18)),)), MONDAY, False, None, utc(8, 18), ("time_off",)),
        (
            Rep("laura", OFFICE, accepting=False, paused_until=utc(5, 17)),
            MONDAY,
            False,
            None,
            utc(5, 17),
            ("paused",),
        ),
        (
            Rep("laura", OFFICE, accepting=False, paused_until=utc(5, 23, 30)),
            MONDAY,
            False,
            None,
            WEDNESDAY,
            ("paused",),
        ),
        (Rep("laura", OFFICE, accepting=False, paused_until=utc(5, 15)), MONDAY, True, utc(5, 23), None, ()),
        (Rep("laura", OFFICE, accepting=False), MONDAY, False, None, None, ("paused",)),
        (Rep("laura", NEVER), MONDAY, False, None, None, ("off_shift",)),
        (Rep("laura", active=False), MONDAY, False, None, None, ("inactive",)),
    ],
    ids=[
        "around the clock",
        "until the evening",
        "until an absence",
        "after a closed day",
        "back from time off",
        "a pause within the day",
        "a pause beyond the evening",
        "a pause that is over",
        "switched off",
        "never works",
        "left",
    ],
)
def test_who_is_on_and_who_is_next(rep, at, on, until, following, why) -> None:
    found = presence(rep, at)
    assert (found.on, found.until, found.next_on, found.why) == (on, until, following, why)


@pytest.mark.parametrize(
    ("caps", "following"),
    [
        ({"hour": 1}, utc(5, 17)),
        ({"day": 1}, WEDNESDAY),
        ({"week": 1}, utc(12, 15)),
        ({"month": 1}, datetime(2026, 2, 2, 15, tzinfo=UTC)),
        ({"hour": 1, "week": 1}, utc(12, 15)),
        ({"open": 1}, None),
        ({"day": 0}, None),
    ],
    ids=["hour", "day", "week", "month", "the longest counts", "open leads", "never any"],
)
def test_a_cap_that_is_full_has_room_when_its_period_is_over(caps, following) -> None:
    keys = period_keys(MONDAY, OFFICE.zone)
    load = Load(open=1, keys=keys, counts=(1, 1, 1, 1))
    found = presence(Rep("laura", OFFICE, caps=caps), MONDAY, limits=[(caps, load)], keys=keys)
    assert (found.on, found.why, found.next_on) == (False, ("capped",), following)


def test_room_under_a_cap_is_no_reason_against() -> None:
    keys = period_keys(MONDAY, OFFICE.zone)
    caps = {"open": 2, "hour": 2}
    load = Load(open=1, keys=keys, counts=(1, 1, 1, 1))
    assert presence(Rep("laura", OFFICE, caps=caps), MONDAY, limits=[(caps, load)], keys=keys).on


@pytest.mark.parametrize(("hours", "on"), [(38, False), (39, False), (40, True)])
def test_whether_somebody_comes_on_in_the_next_hours(hours: int, on: bool) -> None:
    assert on_between(Rep("laura", OFFICE), EVENING, EVENING + timedelta(hours=hours)) is on
