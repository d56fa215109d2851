"""Hours in which nothing goes out, and the next time of a daily hour: wall clock in somebody's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_ends(at: datetime, *, begins: time | None, ends: time | None, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours in which `at` lies end, in UTC; None outside them. They may cross midnight.

    From a time to the same time is no quiet at all.
    """
    if begins is None or ends is None or begins == ends:
        return None
    local = at.astimezone(zone)
    clock = local.time()
    if begins < ends:
        return _on(local.date(), ends, zone) if begins <= clock < ends else None
    if clock >= begins:
        return _on(local.date() + timedelta(days=1), ends, zone)
    return _on(local.date(), ends, zone) if clock < ends else None


def next_time(after: datetime, *, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment later than `after` at which it is that hour in the zone, in UTC."""
    day = after.astimezone(zone).date()
    today = _on(day, time(hour), zone)
    return today if today > after else _on(day + timedelta(days=1), time(hour), zone)


def _on(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
