"""From when to when a report counts, in whole days of the viewer's zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ALL: Final = "all-time"
BETWEEN: Final = "between"
USUAL: Final = "last-30-days"

SHORT: Final = 100
"""Days."""

Days = tuple[date, date]
"""The first day and the last, both counted."""


@dataclass(frozen=True)
class Period:
    """`since` is counted, `until` no more; without `since`, from the beginning. Aware instants, days of `zone`."""

    slug: str
    since: datetime | None
    until: datetime
    zone: ZoneInfo

    @property
    def first_on(self) -> date | None:
        return self.since.astimezone(self.zone).date() if self.since else None

    @property
    def last_on(self) -> date:
        return (self.until - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def days(self) -> int | None:
        """How many days it has; None for all time."""
        return (self.last_on - self.first_on).days + 1 if self.first_on else None

    @property
    def is_short(self) -> bool:
        """Whether it holds so little that what belongs to each row is better looked up than joined."""
        return self.days is not None and self.days <= SHORT

    @property
    def words(self) -> str:
        """Its days as people write them."""
        last = f"{self.last_on.day} {self.last_on:%B %Y}"
        if self.first_on is None:
            return f"Until {last}"
        return last if self.first_on == self.last_on else f"{self.first_on.day} {self.first_on:%B %Y} to {last}"

    @property
    def before(self) -> Period | None:
        """As many days just before it; nothing is before all time."""
        if self.first_on is None or self.days is None:
            return None
        first, last = self.first_on - timedelta(days=self.days), self.first_on - timedelta(days=1)
        return _of_days(BETWEEN, (first, last), self.zone)


def period(slug: str, *, at: datetime, zone: ZoneInfo, since: date | None = None, until: date | None = None) -> Period:
    """The period of this name, as seen at `at`. With dates it is theirs, both counted: `between`.

    Raises ValueError for a name that is none, and for days in the wrong order.
    """
    today = at.astimezone(zone).date()
    if since or until:
        first, last = since or date(1970, 1, 1), until or today
        if last < first:
            raise ValueError("The last day is before the first.")
        return _of_days(BETWEEN, (first, last), zone)
    if slug == ALL:
        return Period(ALL, None, _start_of(today + timedelta(days=1), zone), zone)
    if slug not in PRESETS:
        raise ValueError(f"{slug!r} is no period: one of {', '.join((*PRESETS, ALL))}.")
    return _of_days(slug, PRESETS[slug][1](today), zone)


def _of_days(slug: str, days: Days, zone: ZoneInfo) -> Period:
    first, last = days
    return Period(slug, _start_of(first, zone), _start_of(last + timedelta(days=1), zone), zone)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _last(days: int) -> Callable[[date], Days]:
    return lambda today: (today - timedelta(days=days - 1), today)


def _week(today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)


def _month(today: date) -> Days:
    first = today.replace(day=1)
    return first, _next_month(first) - timedelta(days=1)


def _quarter(today: date) -> Days:
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    return first, _next_month(_next_month(_next_month(first))) - timedelta(days=1)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _so_far(span: Callable[[date], Days]) -> Callable[[date], Days]:
    """Up to today, so that the days before it are as many."""
    return lambda today: (span(today)[0], today)


def _one_before(span: Callable[[date], Days]) -> Callable[[date], Days]:
    return lambda today: span(span(today)[0] - timedelta(days=1))


PRESETS: Final[dict[str, tuple[str, Callable[[date], Days]]]] = {
    "today": ("Today", _last(1)),
    "yesterday": ("Yesterday", lambda today: (today - timedelta(days=1),) * 2),
    "this-week": ("This week", _so_far(_week)),
    "last-week": ("Last week", _one_before(_week)),
    "last-7-days": ("Last 7 days", _last(7)),
    USUAL: ("Last 30 days", _last(30)),
    "this-month": ("This month", _so_far(_month)),
    "last-month": ("Last month", _one_before(_month)),
    "last-90-days": ("Last 90 days", _last(90)),
    "this-quarter": ("This quarter", _so_far(_quarter)),
    "last-quarter": ("Last quarter", _one_before(_quarter)),
    "this-year": ("This year", lambda today: (date(today.year, 1, 1), today)),
    "last-year": ("Last year", lambda today: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))),
}
"""The periods that have a name, in the order of a menu: what it is called, and its days seen from today."""
