"""What people mean by a day off: whole days, half a day by the calendar's hours, or exact times; and how it is said.

An absence is kept as two local wall-clock moments, ISO 8601 without a zone, the end excluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Literal

from .calendars import DAY_MINUTES, Calendar

Kind = Literal["days", "morning", "afternoon", "times"]
KINDS: Final[dict[Kind, str]] = {
    "days": "Whole days",
    "morning": "A morning",
    "afternoon": "An afternoon",
    "times": "Exact times",
}
_DAY: Final = timedelta(days=1)
_NOON: Final = DAY_MINUTES // 2


@dataclass(frozen=True, slots=True)
class Asked:
    """An absence as somebody books it. `last` is a day off too; the clock counts for exact times only."""

    kind: Kind
    first: date
    last: date
    starts: time = time()
    ends: time = time()


def halves(calendar: Calendar, day: date) -> tuple[datetime, datetime, datetime]:
    """When a working day begins for absences, its middle, and when it ends: local, without a zone.

    The middle of split shifts is where the second half of the work begins after a break, where that is between a
    quarter and three quarters of it; else the minute by which half the hours are worked, rounded down to a quarter of
    an hour; on a day without hours, noon. A day lasts from midnight to midnight, but for nights that cross it: those
    belong to the day on which they start.
    """
    midnight = datetime.combine(day, time())
    spans = calendar.spans_on(day)
    if calendar.always or not spans:
        return midnight, midnight + timedelta(minutes=_NOON), midnight + _DAY
    night_before = max((end - DAY_MINUTES for _, end in calendar.spans_on(day - _DAY)), default=0)
    first = spans[0][0] if night_before > 0 else 0
    last = max(DAY_MINUTES, *(end for _, end in spans))
    return (
        midnight + timedelta(minutes=first),
        midnight + timedelta(minutes=_middle(spans)),
        midnight + timedelta(minutes=last),
    )


def _middle(spans: tuple[tuple[int, int], ...]) -> int:
    total = sum(end - start for start, end in spans)
    worked, breaks = 0, []
    for (start, end), (following, _) in pairwise(spans):
        worked += end - start
        if following > end and total <= 4 * worked <= 3 * total:
            breaks.append((abs(2 * worked - total), following))
    if breaks:
        return min(breaks)[1]
    left = total // 2
    for start, end in spans:
        if left <= end - start:
            return (start + left) // 15 * 15 if (start + left) // 15 * 15 > start else start + left
        left -= end - start
    return spans[-1][1]


def spelled(asked: Asked, calendar: Calendar) -> tuple[str, str]:
    """The two local moments of an absence. ValueError, in words, for one that ends before it starts."""
    if asked.kind in ("morning", "afternoon"):
        start, middle, end = halves(calendar, asked.first)
        return (_text(start), _text(middle)) if asked.kind == "morning" else (_text(middle), _text(end))
    if asked.kind == "days":
        starts, ends = datetime.combine(asked.first, time()), datetime.combine(asked.last, time()) + _DAY
    else:
        starts, ends = datetime.combine(asked.first, asked.starts), datetime.combine(asked.last, asked.ends)
    if ends <= starts:
        raise ValueError("It has to end after it starts.")
    return _text(starts), _text(ends)


def read_back(starts_local: str, ends_local: str, calendar: Calendar) -> Asked:
    """What was asked for, from the moments: the opposite of `spelled` while the calendar is the same."""
    starts, ends = datetime.fromisoformat(starts_local), datetime.fromisoformat(ends_local)
    if starts.time() == ends.time() == time():
        return Asked("days", starts.date(), ends.date() - _DAY)
    for day in (starts.date(), starts.date() - _DAY):
        start, middle, end = halves(calendar, day)
        if (starts, ends) == (start, middle):
            return Asked("morning", day, day)
        if (starts, ends) == (middle, end):
            return Asked("afternoon", day, day)
    return Asked("times", starts.date(), ends.date(), starts.time(), ends.time())


def in_words(starts_local: str, ends_local: str, calendar: Calendar, *, year: int | None = None) -> str:
    """An absence as people say it: "Tue 24 Nov, afternoon (from 13:15)". `year` is the one that goes without saying."""
    asked = read_back(starts_local, ends_local, calendar)
    starts, ends = datetime.fromisoformat(starts_local), datetime.fromisoformat(ends_local)
    first, last = _day(asked.first, year), _day(asked.last, year)
    match asked.kind:
        case "days":
            count = (asked.last - asked.first).days + 1
            return first if count == 1 else f"{first} to {last} ({count} days)"
        case "morning":
            return f"{first}, morning (until {ends:%H:%M})"
        case "afternoon":
            return f"{first}, afternoon (from {starts:%H:%M})"
    if asked.first == asked.last:
        return f"{first}, {starts:%H:%M} to {ends:%H:%M}"
    return f"{first}, {starts:%H:%M} to {last}, {ends:%H:%M}"


def part_away(spans: list[tuple[str, str]], calendar: Calendar, day: date) -> str:
    """How much of a day these absences take: "", "morning", "afternoon", "part" or "day"."""
    start, middle, end = (_text(moment) for moment in halves(calendar, day))
    inside = sorted((max(first, start), min(last, end)) for first, last in spans if first < end and last > start)
    reached = start
    for first, last in inside:
        if first > reached:
            break
        reached = max(reached, last)
    if not inside:
        return ""
    if reached >= end:
        return "day"
    if reached >= middle:
        return "morning"
    return "afternoon" if inside[0][0] <= middle and inside[-1][1] >= end and inside[0][0] > start else "part"


def _day(day: date, year: int | None) -> str:
    words = f"{day:%a} {day.day} {day:%b}"
    return words if day.year == year else f"{words} {day.year}"


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
