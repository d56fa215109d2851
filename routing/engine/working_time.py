"""Working time: elapsed UTC seconds while a calendar is open and nobody is away.

    hours = Schedule(calendar, absences)        # or clocks.counting(kind, team=..., owner=...)
    add(hours, at, timedelta(hours=2))          # the instant by which two working hours have passed
    elapsed(hours, a, b)                        # the working time between two instants, a timedelta
    is_open(hours, at)
    next_opening(hours, at)                     # `at` itself while open
    next_closing(hours, at)                     # of the spell that `at` is in, or else of the next one

Instants are aware datetimes of any zone and come back in UTC, to the microsecond. A naive one is refused.

What counts is the wall clock at each instant, so that a day with a clock change has the hours that it really had: a
span over a spring change is an hour short, an hour that comes twice counts twice. A span belongs to the local date on
which it starts: a holiday or closed date takes the whole of a night that starts on it, and nothing of the night that
ends on it. Spans that overlap count once. Absences are taken out to the microsecond.

A spell of working time holds its start and not its end: at 17:00 sharp, 9 to 17 is closed. But a deadline that falls on
a closing is that closing: Friday 16:00 plus one hour is Friday 17:00, not Monday 9:00. Adding nothing gives the
instant itself while open or at a closing, and the next opening anywhere else in closed time. So a deadline always lies
in working time or on its edge, `elapsed(a, add(a, d)) == d`, and `add(add(a, d), e) == add(a, d + e)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from .calendars import ALWAYS, FOREVER, Calendar
from .spells import Spell, Spells, merged
from .timeline import Timeline, bounds, number_at, timeline_of

HORIZON: Final = timedelta(days=3653)
"""Ten years: how far ahead an opening or a deadline is looked for."""
LONGEST: Final = 20 * HORIZON
"""Two centuries: the longest stretch that is measured. Longer is a sentinel such as `FOREVER`, not a time."""
_NOTHING: Final = timedelta()
_TICK: Final = timedelta.resolution
_SHUT: Final = Spells()


class NeverOpen(ValueError):
    """No opening, or not enough working time, within ten years: a calendar without hours, time off for ever."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What working time is counted with: a calendar, less absences (spells of aware instants, ends excluded)."""

    calendar: Calendar = ALWAYS
    absences: tuple[Spell, ...] = ()
    _timeline: Timeline = field(init=False, repr=False, compare=False)
    _blocks: dict[int, Spells] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        away = merged((_utc(start), _utc(end)) for start, end in self.absences)
        object.__setattr__(self, "absences", away)
        object.__setattr__(self, "_timeline", timeline_of(self.calendar))

    @property
    def unbroken(self) -> bool:
        """Whether this is plain elapsed time."""
        return self.calendar.always and not self.absences

    def block(self, number: int) -> Spells:
        """The spells of working time in one block of the timeline."""
        if not self.absences:
            return self._timeline.block(number)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._less_absences(number)
        return block

    def _less_absences(self, number: int) -> Spells:
        since, until = bounds(number)
        away = [(start, end) for start, end in self.absences if start < until and since < end]
        if not away:
            return self._timeline.block(number)
        if away[0][0] <= since and until <= away[0][1]:
            return _SHUT
        return self._timeline.block(number).without(away)


PLAIN: Final = Schedule()
"""The `always` clock: working time is elapsed time."""


def add(schedule: Schedule, at: datetime, duration: timedelta) -> datetime:
    """The earliest instant by which so much working time has passed since `at`.

    A deadline on a closing instant is that closing. Nothing added in closed time gives the next opening, except at a
    closing, which stays itself. `ValueError` for less than nothing; `NeverOpen` where ten years do not bring so much.
    """
    at = _utc(at)
    if duration < _NOTHING:
        raise ValueError(f"A deadline lies ahead: {duration} cannot be added.")
    if schedule.unbroken:
        return at + duration
    if not duration:
        return at if is_open(schedule, at - _TICK) else next_opening(schedule, at)
    left = duration
    for spells in _blocks_from(schedule, at):
        passed = spells.until(at)
        if passed + left > spells.total:
            left -= spells.total - passed
        elif (due := spells.when(passed + left)) <= at + HORIZON:
            return due
    raise _never(schedule, at, duration)


def elapsed(schedule: Schedule, a: datetime, b: datetime) -> timedelta:
    """The working time from one instant to another: negative where `b` is the earlier one, nothing where they are one.

    `ValueError` for more than two centuries.
    """
    a, b = _utc(a), _utc(b)
    if b < a:
        return -elapsed(schedule, b, a)
    if b - a > LONGEST:
        raise ValueError(f"From {a:%Y-%m-%d} to {b:%Y-%m-%d} is too long to be measured.")
    if schedule.unbroken:
        return b - a
    first, last = number_at(a), number_at(b)
    total = schedule.block(last).until(b) - schedule.block(first).until(a)
    return sum((schedule.block(number).total for number in range(first, last)), total)


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether an instant is working time: the calendar is open and nobody is away."""
    at = _utc(at)
    return schedule.calendar.is_open(at) and not any(start <= at < end for start, end in schedule.absences)


def next_opening(schedule: Schedule, at: datetime) -> datetime:
    """The first instant from `at` on that is working time: `at` itself while open. `NeverOpen` within ten years."""
    at = _utc(at)
    if schedule.unbroken:
        return at
    for spells in _blocks_from(schedule, at):
        spell = spells.after(at)
        if spell is not None and spell[0] <= at + HORIZON:
            return max(spell[0], at)
    raise _never(schedule, at)


def next_closing(schedule: Schedule, at: datetime) -> datetime:
    """When the working time that runs at an instant ends; in closed time, when the next spell of it ends.

    `FOREVER` where it does not end within ten years; `NeverOpen` where none begins within ten years.
    """
    end = opening = next_opening(schedule, at)
    if schedule.unbroken:
        return FOREVER
    for spells in _blocks_from(schedule, opening):
        spell = spells.after(end)
        if spell is None or spell[0] > end:
            return end
        end = spell[1]
        if end < bounds(number_at(spell[0]))[1]:
            break
    return end if end <= opening + HORIZON else FOREVER


def _blocks_from(schedule: Schedule, at: datetime) -> Iterator[Spells]:
    """The blocks from an instant to the horizon."""
    for number in range(number_at(at), number_at(at + HORIZON) + 1):
        yield schedule.block(number)


def _never(schedule: Schedule, at: datetime, asked: timedelta = _NOTHING) -> NeverOpen:
    had = elapsed(schedule, at, at + HORIZON)
    what = f"has {had} of working time" if had else "is never open"
    wanted = f", and {asked} is asked for" if had else ""
    away = ", less time off," if schedule.absences else ""
    return NeverOpen(
        f"The calendar “{schedule.calendar.slug}”{away} {what} in the ten years after {at:%Y-%m-%d %H:%M} UTC{wanted}."
    )


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} names no instant: it has no time zone.")
    return at.astimezone(UTC)
