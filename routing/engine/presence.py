"""Who is on, until when, and who is next: what stands between a rep and their next lead, and when it is over.

Being on means taking leads as far as time goes: active, switch on, no time off, within the calendar's hours, room under
every cap. Skills and territories are a rule's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .calendars import FOREVER, to_utc
from .clocks import own_hours
from .eligibility import CAPPED, INACTIVE, OFF_SHIFT, PAUSED, TIME_OFF
from .loads import Load
from .people import Rep
from .periods import UNITS, Keys
from .working_time import NeverOpen, next_closing, next_opening

Limits = Iterable[tuple[Mapping[str, int], Load]]
"""Caps with the counters that they are about: the rep's own, and those of a membership."""
NONE: Final[tuple[()]] = ()


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is on at an instant. On: `until` when (None: around the clock). Off: `why`, and `next_on`
    (None: nobody can tell, for it waits for somebody to flip a switch or close a lead, or for ever).
    """

    on: bool
    until: datetime | None = None
    next_on: datetime | None = None
    why: tuple[str, ...] = ()


def presence(rep: Rep, at: datetime, *, limits: Limits = NONE, keys: Keys | None = None) -> Presence:
    """Whether a rep is on at an instant. `keys`: the periods that run then, wanted where there are limits."""
    why = []
    if not rep.active:
        why.append(INACTIVE)
    if not _taking(rep, at):
        why.append(PAUSED)
    if rep.absence_at(at) is not None:
        why.append(TIME_OFF)
    if not rep.calendar.is_open(at):
        why.append(OFF_SHIFT)
    room = [_room_again(caps, load, keys, at, rep.calendar.zone) for caps, load in limits] if keys else []
    if any(moment != at for moment in room):
        why.append(CAPPED)
    if why:
        return Presence(False, next_on=_next(rep, at, room), why=tuple(why))
    closing = next_closing(own_hours(rep), at)
    return Presence(True, until=None if closing == FOREVER else closing)


def on_between(rep: Rep, since: datetime, until: datetime) -> bool:
    """Whether a rep is on at some moment of a stretch of time, as far as one can tell beforehand. Caps do not count."""
    now = presence(rep, since)
    return now.on or (now.next_on is not None and now.next_on < until)


def _next(rep: Rep, at: datetime, room: list[datetime | None]) -> datetime | None:
    """When nothing stands against them any more: the pause over, a period of a cap begun, on shift and back."""
    moments = [at, *room]
    if not rep.active:
        return None
    if not _taking(rep, at):
        moments.append(rep.paused_until)
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(moments):
        return None
    try:
        return next_opening(own_hours(rep), max(known))
    except NeverOpen:
        return None


def _taking(rep: Rep, at: datetime) -> bool:
    return rep.accepting or (rep.paused_until is not None and rep.paused_until <= at)


def _room_again(
    caps: Mapping[str, int], load: Load, keys: Keys | None, at: datetime, zone: ZoneInfo
) -> datetime | None:
    """When there is room under these caps: `at` itself, when a period begins, or None where a lead has to be closed."""
    moment = at
    for unit, cap in caps.items():
        if not load.full({unit: cap}, keys or ("", "", "", "")):
            continue
        if unit == "open" or cap == 0:
            return None
        moment = max(moment, _period_end(unit, at, zone))
    return moment


def _period_end(unit: str, at: datetime, zone: ZoneInfo) -> datetime:
    """When the running hour, day, week or month of a zone is over."""
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is no period")
    local = at.astimezone(zone)
    if unit == "hour":
        return (
            at + timedelta(hours=1, minutes=-local.minute, seconds=-local.second, microseconds=-local.microsecond)
        ).astimezone(UTC)
    day = local.date()
    if unit == "day":
        following = day + timedelta(days=1)
    elif unit == "week":
        following = day + timedelta(days=7 - day.weekday())
    else:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return to_utc(datetime.combine(following, time()).isoformat(), zone)
