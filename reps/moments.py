"""Times and lengths of time as people say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime

# The golden window: what a lead is answered in where its rule names no policy.
RESPOND_WITHIN = timedelta(minutes=5)
SOON = timedelta(minutes=2, seconds=30)


def ago(when: datetime, at: datetime) -> str:
    """How long before (or after) `at` it is, in the shortest words: "just now", "4 min ago", "in 2 h", "23 Nov"."""
    gap = at - when
    size = abs(gap)
    if size < timedelta(minutes=1):
        return "just now" if gap >= timedelta(0) else "in a moment"
    if size < timedelta(hours=24):
        words = coarse(size)
        return f"{words} ago" if gap > timedelta(0) else f"in {words}"
    local = localtime(when)
    return f"{local.day} {local:%b}" if local.year == localtime(at).year else f"{local.day} {local:%b %Y}"


def hour(when: datetime, at: datetime) -> str:
    """The hour in the viewer's zone, with the day where it is another: "14:30", "Tue 09:00", "3 Dec 09:00"."""
    local, today = localtime(when), localtime(at)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    near = abs((local.date() - today.date()).days) < 7
    return f"{local:%a %H:%M}" if near else f"{local.day} {local:%b %H:%M}"


def exact(when: datetime) -> str:
    """The moment to the second in the viewer's zone, with the zone's name."""
    local = localtime(when)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


def coarse(length: timedelta) -> str:
    """A length in its largest unit: "50 s", "14 min", "3 h", "2 d"."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def talk(seconds: int) -> str:
    """How long somebody talked: "45 s", "3 min", "3 min 20 s"."""
    minutes, rest = divmod(seconds, 60)
    return (
        " ".join(part for part in (f"{minutes} min" if minutes else "", f"{rest} s" if rest else "") if part) or "0 s"
    )


@dataclass(frozen=True)
class ResponseClock:
    """How long is left to answer a lead, for the eye: figures, words and a mood that agree."""

    due_at: datetime
    left: timedelta
    steady: bool = True
    """Whether it runs down by the clock on the wall. Where it stands still meanwhile, the page does not count it down.
    """
    resumes_at: datetime | None = None

    @property
    def mood(self) -> str:
        """calm, soon or late: never told by colour alone, `words` says it too."""
        if self.left <= timedelta(0):
            return "late"
        return "soon" if self.left <= SOON else "calm"

    @property
    def figures(self) -> str:
        """m:ss within ten minutes of the mark, coarser further away. static/desk.js counts the same way."""
        size = abs(self.left)
        if size >= timedelta(minutes=10):
            return coarse(size)
        minutes, seconds = divmod(int(size.total_seconds()), 60)
        return f"{minutes}:{seconds:02}"

    @property
    def words(self) -> str:
        if self.mood == "late":
            return "late"
        return "to respond" if self.resumes_at is None else "to respond once you work"
