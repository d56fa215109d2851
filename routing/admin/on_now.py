"""Who is on now, until when, and who comes on next, team by team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from routing.engine.eligibility import CAPPED, INACTIVE, OFF_SHIFT, PAUSED, TIME_OFF
from routing.engine.people import Member, People
from routing.engine.presence import Presence, presence
from routing.engine.roster import Roster
from routing.models import User

from .days import hour

SHOWN: Final = 8
NO_TEAM: Final = "In no team"
WHY: Final = {
    PAUSED: "switched off",
    TIME_OFF: "on time off",
    OFF_SHIFT: "off shift",
    CAPPED: "full",
    INACTIVE: "not active",
}


@dataclass(frozen=True, slots=True)
class OneOn:
    """Somebody who is on, or comes on: their name, when in words, and why not now."""

    name: str
    when: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class TeamOn:
    """A team now: who is on until when, who comes next, and of whom nobody can tell. `more` of each are not shown."""

    slug: str
    name: str
    on: list[OneOn]
    next: list[OneOn]
    off: list[OneOn]
    on_count: int
    count: int
    more_on: int
    more_off: int


def on_now(
    teams: Sequence[tuple[str, str]], names: Mapping[str, str], roster: Roster, *, at: datetime, user: User
) -> list[TeamOn]:
    """The teams (slug, name) with those of their members whom `names` calls by name; then whoever is in none of them.

    Reads nothing: people and how full they are have been read before.
    """
    people = roster.people
    told: list[TeamOn] = []
    placed: set[str] = set()
    for slug, name in teams:
        team = people.teams.get(slug)
        members = [member for member in (team.members if team else ()) if member.rep in names]
        placed.update(member.rep for member in members)
        told.append(_team(slug, name, members, names, roster, at, user))
    rest = [Member(rep, 0) for rep in names if rep not in placed and rep in people.reps]
    if rest:
        told.append(_team("", NO_TEAM, rest, names, roster, at, user))
    return told


def _team(
    slug: str,
    name: str,
    members: Sequence[Member],
    names: Mapping[str, str],
    roster: Roster,
    at: datetime,
    user: User,
) -> TeamOn:
    found = sorted(
        ((names[member.rep], _presence(member, slug, roster, at)) for member in members),
        key=lambda one: one[0].casefold(),
    )
    on = [OneOn(who, _until(one, at, user)) for who, one in found if one.on]
    coming = sorted(
        ((one.next_on, who, one) for who, one in found if not one.on and one.next_on is not None),
        key=lambda one: one[:2],
    )
    following = [OneOn(who, hour(when, at, user), _why(one)) for when, who, one in coming]
    off = [OneOn(who, "", _why(one)) for who, one in found if not one.on and one.next_on is None]
    return TeamOn(
        slug=slug,
        name=name,
        on=on[: 2 * SHOWN],
        next=following[:SHOWN],
        off=off[:SHOWN],
        on_count=len(on),
        count=len(found),
        more_on=max(0, len(on) - 2 * SHOWN),
        more_off=max(0, len(following) - SHOWN) + max(0, len(off) - SHOWN),
    )


def _presence(member: Member, team: str, roster: Roster, at: datetime) -> Presence:
    people: People = roster.people
    rep = people.reps[member.rep]
    limits = [(rep.caps, roster.load(rep.username))] if rep.caps else []
    if member.caps and team:
        limits.append((member.caps, roster.team_load(team, rep.username)))
    return presence(rep, at, limits=limits, keys=roster.keys(rep.username, at) if limits else None)


def _until(one: Presence, at: datetime, user: User) -> str:
    return f"until {hour(one.until, at, user)}" if one.until is not None else "around the clock"


def _why(one: Presence) -> str:
    return ", ".join(WHY[reason] for reason in one.why)
