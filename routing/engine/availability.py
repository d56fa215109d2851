"""From the log of changes to intervals: when somebody was switched off, active, or worked by which calendar.

A log holds changes, each with what was before and after; what holds now is known beside it. Whatever happened before
the log began is taken to be as the first change found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from .people import merged

Interval = tuple[datetime, datetime]
"""From, until; the end is excluded."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of the log about one thing: when, and what it was before and after. None: it was not there."""

    at: datetime
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Held:
    """A value and the interval in which it held."""

    since: datetime
    until: datetime
    value: Any


def over(changes: Iterable[Changed], present: Any, *, since: datetime, until: datetime) -> list[Held]:
    """The values that something had over a stretch of time, in order and without gaps.

    `changes` are given in the order in which they were logged; `present` is what holds after the last of them, also
    where there is none. A change that was logged late, with an earlier time than the one before, counts from then on.
    """
    held: list[Held] = []
    begins, value = since, present
    ordered = list(changes)
    if ordered:
        value = ordered[0].before
    for change in ordered:
        moment = min(max(change.at, begins), until)
        if moment > begins:
            held.append(Held(begins, moment, value))
            begins = moment
        value = change.after
    if until > begins:
        held.append(Held(begins, until, value))
    return held


def switched_off(
    changes: Iterable[Changed], present: Mapping[str, Any] | None, *, since: datetime, until: datetime
) -> list[Interval]:
    """When a rep's switch was off, over a stretch of time.

    A switch is `{"accepting": yes or no, "paused_until": ISO 8601 or None}`. A pause is over by itself when it says so,
    whether or not anybody turned the switch after that.
    """
    off: list[Interval] = []
    for held in over(changes, present, since=since, until=until):
        if held.value is None or held.value["accepting"]:
            continue
        ends = held.value["paused_until"]
        end = min(held.until, datetime.fromisoformat(ends)) if ends else held.until
        if end > held.since:
            off.append((held.since, end))
    return list(merged(off))


def inactive(changes: Iterable[Changed], present: bool | None, *, since: datetime, until: datetime) -> list[Interval]:
    """When a rep was not active, or not there yet, over a stretch of time."""
    spells = over(changes, present, since=since, until=until)
    return list(merged([(held.since, held.until) for held in spells if not held.value]))


def length(intervals: Sequence[Interval]) -> timedelta:
    """How long intervals are that do not overlap."""
    return sum((until - since for since, until in intervals), NOTHING)


NOTHING: Final = timedelta()
