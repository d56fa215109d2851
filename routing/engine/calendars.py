"""When somebody works: weekly hours on the local wall clock, public holidays and closed dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60
FOREVER: Final = datetime.max.replace(tzinfo=UTC)
NEVER: Final = datetime.min.replace(tzinfo=UTC)
_QUARTER: Final = 15 * 60

Span = tuple[int, int]
"""Minutes from the local midnight of the day it starts on; the end is excluded and may lie on the next day."""


def minutes_of(clock: str) -> int:
    """`09:30` as minutes from midnight; `24:00` is 1440."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def spans_of(pairs: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    """The spans of one day; one whose end is not after its start ends on the next day."""
    spans = []
    for first, last in pairs:
        start, end = minutes_of(first), minutes_of(last)
        spans.append((start, end if end > start else end + DAY_MINUTES))
    return tuple(sorted(spans))


@lru_cache(maxsize=2048)
def public_holidays(code: str, year: int) -> frozenset[date]:
    """A year's holidays of a country (`US`) or subdivision (`US-IL`), observed days included.

    Each year is made whole before anybody sees it: the library's own object fills itself while it is read, which
    threads that share it cannot rely on. A year for which a country's holidays are not known yet has none.
    """
    country, _, subdivision = code.partition("-")
    filled = holidays.country_holidays(country, subdiv=subdivision or None)
    filled.get(date(year, 1, 1))  # unlike `years=year`, this does not warn of years beyond the known ones
    return frozenset(filled)


def is_shut(day: date, closed: frozenset[date], code: str | None) -> bool:
    """Whether nothing starts on a date: one of the closed ones, or a public holiday."""
    return day in closed or (code is not None and day in public_holidays(code, day.year))


class Calendar:
    """A time zone, weekly hours, holidays and closed dates. A span belongs to the date on which it starts."""

    __slots__ = ("_dates", "_statuses", "always", "closed", "code", "hours", "slug", "zone")

    def __init__(
        self,
        slug: str,
        *,
        timezone: str = "UTC",
        hours: Mapping[str, Sequence[Sequence[str]]] | None = None,
        holidays: str | None = None,
        closed: Sequence[str] = (),
    ) -> None:
        self.slug = slug
        self.zone = ZoneInfo(timezone)
        self.always = hours is None
        self.hours: tuple[tuple[Span, ...], ...] = tuple(spans_of((hours or {}).get(day, ())) for day in DAYS)
        self.code = holidays
        self.closed = frozenset(date.fromisoformat(day) for day in closed)
        self._dates: dict[date, tuple[Span, ...]] = {}
        self._statuses: tuple[datetime, datetime, bool] | None = None

    @classmethod
    def from_document(cls, slug: str, entry: Mapping[str, Any]) -> Calendar:
        """A calendar as the configuration file has it."""
        return cls(
            slug,
            timezone=entry["timezone"],
            hours=entry["hours"],
            holidays=entry.get("holidays"),
            closed=entry.get("closed") or (),
        )

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The spans that start on a local date: none on a holiday or a closed date."""
        spans = self._dates.get(day)
        if spans is None:
            shut = is_shut(day, self.closed, self.code)
            spans = self._dates[day] = () if shut else self.hours[day.weekday()]
        return spans

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock at an instant stands inside a span."""
        return self.status(at)[0]

    def status(self, at: datetime) -> tuple[bool, datetime]:
        """Whether it is open at an instant, and an instant until which that surely stays so (it may stay so longer)."""
        if self.always:
            return True, FOREVER
        kept = self._statuses
        if kept is not None and kept[0] <= at < kept[1]:
            return kept[2], kept[1]
        local = at.astimezone(self.zone)
        today = local.date()
        minute = local.hour * 60 + local.minute
        bounds = [DAY_MINUTES]
        is_open = False
        for start, end in self.spans_on(today):
            is_open = is_open or start <= minute < end
            bounds += (start, end)
        for _, end in self.spans_on(today - timedelta(days=1)) if today > date.min else ():
            is_open = is_open or minute < end - DAY_MINUTES
            bounds.append(end - DAY_MINUTES)
        ahead = min(bound for bound in bounds if bound > minute) - minute
        until = at + timedelta(minutes=ahead, seconds=-local.second, microseconds=-local.microsecond)
        if until.astimezone(self.zone).utcoffset() != local.utcoffset():
            until = min(until, next_quarter(at, self.zone))
        self._statuses = (at, until, is_open)
        return is_open, until


ALWAYS: Final = Calendar("always")
"""The calendar of whoever has none: open at any time, in UTC."""


def next_quarter(at: datetime, zone: ZoneInfo) -> datetime:
    """The next quarter of an hour, or the next minute where the clocks change before it: they change only on these.

    In a zone that is off by odd seconds (before 1972), `at` itself.
    """
    offset = at.astimezone(zone).utcoffset() or timedelta()
    if offset.total_seconds() % _QUARTER:
        return at
    quarter = at + timedelta(seconds=_QUARTER - (at.minute * 60 + at.second) % _QUARTER, microseconds=-at.microsecond)
    if quarter.astimezone(zone).utcoffset() == offset:
        return quarter
    return at + timedelta(seconds=60 - at.second, microseconds=-at.microsecond)


def to_utc(local: str, zone: ZoneInfo) -> datetime:
    """A local wall-clock time as an instant. One that comes twice is the first;
    one that never comes, just after the gap.
    """
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
