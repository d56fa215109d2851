"""Spells of time: instants from a start to an end that is excluded, in order, none touching the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

Spell = tuple[datetime, datetime]


def merged(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """Spells in order, those that overlap or touch made one, empty ones left out: time counts once."""
    result: list[Spell] = []
    for start, end in sorted(spells):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        elif end > start:
            result.append((start, end))
    return tuple(result)


class Spells:
    """Merged spells with their running total, so that adding and measuring need no walk."""

    __slots__ = ("_before", "ends", "starts", "total")

    def __init__(self, spells: Iterable[Spell] = ()) -> None:
        whole = merged(spells)
        self.starts = [start for start, _ in whole]
        self.ends = [end for _, end in whole]
        self._before: list[timedelta] = []
        self.total = timedelta()
        for start, end in whole:
            self._before.append(self.total)
            self.total += end - start

    def until(self, at: datetime) -> timedelta:
        """How much of the spells lies before an instant."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return timedelta()
        return self._before[index] + min(at, self.ends[index]) - self.starts[index]

    def when(self, amount: timedelta) -> datetime:
        """The earliest instant before which so much of the spells lies: more than nothing, at most the total."""
        index = bisect_left(self._before, amount) - 1
        return self.starts[index] + (amount - self._before[index])

    def after(self, at: datetime) -> Spell | None:
        """The spell that an instant falls into, or else the next one."""
        index = bisect_right(self.ends, at)
        return (self.starts[index], self.ends[index]) if index < len(self.starts) else None

    def without(self, away: Iterable[Spell]) -> Spells:
        """What is left of the spells when merged other ones are taken out."""
        left = list(zip(self.starts, self.ends, strict=True))
        for gone_from, gone_to in away:
            left = [
                piece
                for start, end in left
                for piece in ((start, min(end, gone_from)), (max(start, gone_to), end))
                if piece[0] < piece[1]
            ]
        return Spells(left)
