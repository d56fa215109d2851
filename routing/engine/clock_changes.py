"""Where the clocks of a zone change: a stretch of time cut so that each piece has one offset from UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_PROBE: Final = timedelta(days=1)
"""No zone has ever changed its clocks twice within a day: the closest two, in Freetown in 1939, are four days apart."""
_SECOND: Final = timedelta(seconds=1)


def stretches(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Start, end (excluded) and offset of each piece of a stretch of UTC, in order. Both ends fall on whole seconds."""
    since, at, offset = start, start, _offset(zone, start)
    while at < end:
        before, at = at, min(at + _PROBE, end)
        if _offset(zone, at) != offset:
            change = _first_not(offset, zone, before, at)
            yield since, change, offset
            since, offset = change, _offset(zone, at)
    if since < end:
        yield since, end, offset


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _first_not(offset: timedelta, zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first whole second after `low`, at `high` the latest, that no longer has an offset."""
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high
