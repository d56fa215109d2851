"""Calendar periods in which leads are counted against caps: the hour, day, week and month of a rep's own time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .calendars import NEVER, next_quarter

UNITS: Final = ("hour", "day", "week", "month")
Keys = tuple[str, str, str, str]


def period_keys(at: datetime, zone: ZoneInfo) -> Keys:
    """What the running hour, day, week (from Monday) and month are called. An hour that comes twice counts as two."""
    local = at.astimezone(zone)
    day = local.date()
    monday = day - timedelta(days=day.weekday()) if day.toordinal() > day.weekday() else day
    offset = local.utcoffset() or timedelta()
    minutes = offset.total_seconds() / 60
    return (
        f"{day}T{local.hour:02}{minutes:+g}",
        day.isoformat(),
        monday.isoformat(),
        f"{local.year:04}-{local.month:02}",
    )


class PeriodClock:
    """The period names of one zone, worked out once a quarter of an hour."""

    __slots__ = ("_from", "_keys", "_until", "zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._keys: Keys | None = None
        self._from = self._until = NEVER

    def at(self, at: datetime) -> tuple[Keys, datetime]:
        """The names at an instant, and an instant until which they surely stay."""
        if self._keys is not None and self._from <= at < self._until:
            return self._keys, self._until
        self._keys = period_keys(at, self.zone)
        self._from = at
        self._until = next_quarter(at, self.zone)
        return self._keys, self._until
