"""From when to when a report counts: whole days of the viewer's zone, and as many days before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reports.period import ALL, PRESETS, period

CHICAGO, BERLIN = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slug", "first", "last"),
    [
        ("today", date(2026, 5, 20), date(2026, 5, 20)),
        ("yesterday", date(2026, 5, 19), date(2026, 5, 19)),
        ("this-week", date(2026, 5, 18), date(2026, 5, 20)),
        ("last-week", date(2026, 5, 11), date(2026, 5, 17)),
        ("last-7-days", date(2026, 5, 14), date(2026, 5, 20)),
        ("last-30-days", date(2026, 4, 21), date(2026, 5, 20)),
        ("this-month", date(2026, 5, 1), date(2026, 5, 20)),
        ("last-month", date(2026, 4, 1), date(2026, 4, 30)),
        ("last-90-days", date(2026, 2, 20), date(2026, 5, 20)),
        ("this-quarter", date(2026, 4, 1), date(2026, 5, 20)),
        ("last-quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("this-year", date(2026, 1, 1), date(2026, 5, 20)),
        ("last-year", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_named_period_has_these_days(slug: str, first: date, last: date) -> None:
    found = period(slug, at=WEDNESDAY, zone=CHICAGO)
    assert (found.first_on, found.last_on) == (first, last)


def test_every_name_is_in_the_table_above() -> None:
    assert len(PRESETS) == 13


def test_today_is_the_viewers_today() -> None:
    """At three in the night in Berlin it is still yesterday in Chicago."""
    at = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
    assert period("today", at=at, zone=BERLIN).first_on == date(2026, 5, 20)
    assert period("today", at=at, zone=CHICAGO).first_on == date(2026, 5, 19)
    assert period("today", at=at, zone=CHICAGO).since == datetime(2026, 5, 19, 5, 0, tzinfo=UTC)


def test_a_day_with_a_clock_change_has_its_own_length() -> None:
    found = period("", at=WEDNESDAY, zone=BERLIN, since=date(2026, 3, 29), until=date(2026, 3, 29))
    assert found.since is not None
    assert found.until.astimezone(UTC) - found.since.astimezone(UTC) == timedelta(hours=23)
    assert found.days == 1


@pytest.mark.parametrize("slug", PRESETS)
def test_before_it_come_as_many_days_without_a_gap(slug: str) -> None:
    found = period(slug, at=WEDNESDAY, zone=CHICAGO)
    before = found.before
    assert before is not None
    assert before.until == found.since
    assert before.days == found.days


def test_nothing_is_before_all_time() -> None:
    found = period(ALL, at=WEDNESDAY, zone=CHICAGO)
    assert (found.since, found.before, found.days) == (None, None, None)
    assert found.until > WEDNESDAY


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        period("", at=WEDNESDAY, zone=CHICAGO, since=date(2026, 5, 2), until=date(2026, 5, 1))
    with pytest.raises(ValueError, match="no period"):
        period("soon", at=WEDNESDAY, zone=CHICAGO)


def test_in_words() -> None:
    assert period("today", at=WEDNESDAY, zone=CHICAGO).words == "20 May 2026"
    assert period("last-month", at=WEDNESDAY, zone=CHICAGO).words == "1 April 2026 to 30 April 2026"
    assert period(ALL, at=WEDNESDAY, zone=CHICAGO).words == "Until 20 May 2026"
