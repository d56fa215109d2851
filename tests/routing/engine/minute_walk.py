"""Working time the slow way: at every minute of UTC the local wall clock is read, and the hours are looked through.

It shares nothing with the engine: no spans of UTC, no offsets, no sums. Minutes are numbered from 1970.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = Mapping[str, Sequence[Sequence[str]]]


def number_of(at: datetime) -> int:
    return int(at.timestamp()) // 60


def instant_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def wall_clock(zone: ZoneInfo, first: int, last: int) -> list[tuple[date, int]]:
    """What the clock on the wall says at each minute: the local date and the minute of its day."""
    read = (datetime.fromtimestamp(minute * 60, zone) for minute in range(first, last))
    return [(at.date(), at.hour * 60 + at.minute) for at in read]


def by_clock(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


class Walker:
    """Weekly hours, shut dates and absences, asked minute by minute."""

    def __init__(
        self,
        week: Week | None,
        *,
        shut: Collection[date] = (),
        away: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.always = week is None
        self.shut = shut
        self.away = away
        self.today: dict[int, set[int]] = {day: set() for day in range(7)}
        self.overnight: dict[int, set[int]] = {day: set() for day in range(7)}
        for day, name in enumerate(DAYS):
            for first, last in (week or {}).get(name, ()):
                start, end = by_clock(first), by_clock(last)
                for minute in range(start, end if end > start else end + 1440):
                    (self.today if minute < 1440 else self.overnight)[day].add(minute % 1440)

    def is_open(self, minute: int, day: date, clock: int) -> bool:
        if any(start <= minute < end for start, end in self.away):
            return False
        if self.always or (clock in self.today[day.weekday()] and day not in self.shut):
            return True
        before = day - timedelta(days=1)
        return clock in self.overnight[before.weekday()] and before not in self.shut

    def walk(self, first: int, wall: Sequence[tuple[date, int]]) -> list[bool]:
        """Open or not at each minute from the first on."""
        return [self.is_open(first + step, day, clock) for step, (day, clock) in enumerate(wall)]
