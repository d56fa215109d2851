"""When a weekly mail is due next: wall clock in somebody's zone. No clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_week(after: datetime, *, weekday: int, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment later than `after` that is this hour of this weekday (0: Monday) in the zone, in UTC."""
    day = after.astimezone(zone).date()
    day += timedelta(days=(weekday - day.weekday()) % 7)
    for one in (day, day + timedelta(days=7)):
        at = datetime.combine(one, time(hour), zone).astimezone(UTC)
        if at > after:
            return at
    raise AssertionError("a week has passed without its weekday")  # pragma: no cover
