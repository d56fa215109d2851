"""The hours of a calendar laid out in UTC, block by block, each worked out once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from .calendars import Calendar, Span, is_shut
from .clock_changes import stretches
from .spells import Spell, Spells

BLOCK: Final = timedelta(days=28)
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)


class Timeline:
    """When the wall clock stands inside a span, as spells of UTC. What holds on both sides of midnight is one spell.

    An instant is open if the local clock at that instant is inside a span, whatever way the clock got there. Where the
    clocks go forward over a span, the span is shorter by what never came; where they go back over it, what comes twice
    counts twice.
    """

    __slots__ = ("_blocks", "_closed", "_code", "_hours", "_zone")

    def __init__(
        self, zone: ZoneInfo, hours: tuple[tuple[Span, ...], ...] | None, code: str | None, closed: frozenset[date]
    ) -> None:
        self._zone = zone
        self._hours = hours
        self._code = code
        self._closed = closed
        self._blocks: dict[int, Spells] = {}

    def block(self, number: int) -> Spells:
        """The spells in one block, cut at its ends."""
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = Spells(self._work_out(*bounds(number)))
        return block

    def _work_out(self, start: datetime, end: datetime) -> list[Spell]:
        if self._hours is None:
            return [(start, end)]
        if not any(self._hours):
            return []
        found = []
        for since, until, offset in stretches(self._zone, start, end):
            day = (since + offset).date() - _DAY
            last = (until + offset).date()
            while day <= last:
                if not is_shut(day, self._closed, self._code):
                    midnight = datetime.combine(day, time(), UTC) - offset
                    for opens, closes in self._hours[day.weekday()]:
                        first = max(midnight + timedelta(minutes=opens), since)
                        after = min(midnight + timedelta(minutes=closes), until)
                        if first < after:
                            found.append((first, after))
                day += _DAY
        return found


def number_at(at: datetime) -> int:
    """The block that an instant falls into."""
    return (at - _FIRST) // BLOCK


def bounds(number: int) -> Spell:
    """From when to when a block goes."""
    start = _FIRST + number * BLOCK
    return start, start + BLOCK


def timeline_of(calendar: Calendar) -> Timeline:
    """The timeline of a calendar; calendars that say the same, however often they are read anew, share one."""
    return _timeline(calendar.zone, None if calendar.always else calendar.hours, calendar.code, calendar.closed)


@lru_cache(maxsize=256)
def _timeline(
    zone: ZoneInfo, hours: tuple[tuple[Span, ...], ...] | None, code: str | None, closed: frozenset[date]
) -> Timeline:
    return Timeline(zone, hours, code, closed)
