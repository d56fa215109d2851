"""The time zones of the world by what their clocks did: zones that kept the same time all along are one history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .minute_walk import number_of

PROBE = 6 * 60
"""Minutes between two looks at a clock. Since 1970 no two changes of a zone lie closer than a week."""
Change = tuple[int, int]
"""The first minute of a new offset, and the offset in minutes."""


def offset_at(zone: ZoneInfo, minute: int) -> int:
    seconds = datetime.fromtimestamp(minute * 60, zone).utcoffset().total_seconds()  # type: ignore[union-attr]
    assert seconds % 60 == 0, (zone, minute)
    return int(seconds) // 60


def changes_of(zone: ZoneInfo, first: int, last: int) -> tuple[Change, ...]:
    """The offset at the first minute, and every change until the last."""
    known = offset_at(zone, first)
    found = [(first, known)]
    for probe in range(first + PROBE, last + PROBE, PROBE):
        if offset_at(zone, probe) == known:
            continue
        minute = probe - PROBE + 1
        while offset_at(zone, minute) == known:
            minute += 1
        known = offset_at(zone, minute)
        found.append((minute, known))
    return tuple(found)


def histories(names: Iterable[str], first_year: int, last_year: int) -> dict[tuple[Change, ...], str]:
    """Each different history of the years, with the first zone that has it."""
    first, last = (number_of(datetime(year, 1, 1, tzinfo=UTC)) for year in (first_year, last_year + 1))
    found: dict[tuple[Change, ...], str] = {}
    for name in sorted(names):
        found.setdefault(changes_of(ZoneInfo(name), first, last), name)
    return found
