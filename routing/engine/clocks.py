"""Which working time a step of an SLA is counted in: always, the team's hours, or the owner's own.

hours = counting("owner", team=team.calendar, owner=rep)
due_at = working_time.add(hours, assigned_at, timedelta(minutes=5))
"""

from __future__ import annotations

from typing import Final, Literal

from .calendars import Calendar
from .people import Rep
from .working_time import PLAIN, Schedule

Clock = Literal["always", "team", "owner"]
CLOCKS: Final[tuple[Clock, ...]] = ("always", "team", "owner")


def counting(clock: Clock, *, team: Calendar | None, owner: Rep | None) -> Schedule:
    """The schedule that a clock counts with.

    `always` is plain elapsed time. `team` is the team's calendar; a team without one never closes. `owner` is the
    rep's calendar (always open where they have none) less their time off; a lead that nobody owns counts with the team.
    `ValueError` for another clock.
    """
    if clock not in CLOCKS:
        raise ValueError(f"{clock!r} is no clock: one of {', '.join(CLOCKS)}.")
    if clock == "always":
        return PLAIN
    if clock == "owner" and owner is not None:
        return own_hours(owner)
    return Schedule(team) if team is not None else PLAIN


def own_hours(rep: Rep) -> Schedule:
    """When a rep works: their calendar, less their time off. The switch and pauses do not count."""
    return Schedule(rep.calendar, rep.time_off)
