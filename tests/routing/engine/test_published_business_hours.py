"""Working time as three other systems count it: every case of their test suites that was published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routing.engine.calendars import DAYS, Calendar
from routing.engine.working_time import Schedule, add, elapsed

PUBLISHED = Path(__file__).parents[3] / "../shared/data/published/business_hours_cases.json"
CASES: list[dict[str, Any]] = json.loads(PUBLISHED.read_text())["cases"] if PUBLISHED.exists() else []

OURS: dict[int, Any] = {
    # A Sunday of 25 hours, open around the clock: upstream counts its 24 hours on the wall, we the 25 that it had.
    37: timedelta(hours=25),
}
"""Where our convention is another, and what we say."""


def instant(text: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def minutes_within(spans: list[list[str]]) -> set[int]:
    def clock(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return {minute for first, last in spans for minute in range(clock(first), clock(last))}


def special_hours(case: dict[str, Any], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Hours of one date, which our calendars do not have: in every case a part of the weekly ones,
    so that they are the weekly ones less an absence.
    """
    away = []
    for day, spans in case["holiday_hours"].items():
        weekly = minutes_within(case["week"][DAYS[date.fromisoformat(day).weekday()]])
        special = minutes_within(spans)
        assert special < weekly
        midnight = instant(f"{day}T00:00", zone)
        away += [
            (midnight + timedelta(minutes=minute), midnight + timedelta(minutes=minute + 1))
            for minute in weekly - special
        ]
    return away


@pytest.mark.skipif(not CASES, reason="needs business_hours_cases.json in ../shared/data/published")
def test_all_the_published_cases_are_here() -> None:
    assert [case["id"] for case in CASES] == list(range(1, 62))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}-{case['op']}")
def test_working_time_is_what_others_publish(case: dict[str, Any]) -> None:
    zone = ZoneInfo(case["tz"])
    calendar = Calendar("published", timezone=case["tz"], hours=case["week"], closed=case["holidays"])
    hours = Schedule(calendar, tuple(special_hours(case, zone)))
    start = instant(case["start"], zone)
    if case["op"] == "add":
        assert add(hours, start, timedelta(seconds=case["seconds"])) == instant(case["expected"], zone)
        return
    upstream = timedelta(seconds=case["expected_seconds"])
    ours = OURS.get(case["id"], upstream)
    assert elapsed(hours, start, instant(case["end"], zone)) == ours == timedelta(seconds=case["utc_elapsed_seconds"])
    assert (ours == upstream) is (case["id"] not in OURS)
