"""The people of the plan, as the engine sees them: reps, teams and memberships, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from .calendars import ALWAYS, Calendar, to_utc
from .spells import merged

CAP_UNITS: Final = ("open", "hour", "day", "week", "month")
NO_CAPS: Final[Mapping[str, int]] = {}


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody who sells. Absences are UTC instants, the end excluded, sorted and merged where they touch."""

    username: str
    calendar: Calendar = ALWAYS
    seniority: int = 1
    skills: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    active: bool = True
    accepting: bool = True
    paused_until: datetime | None = None
    time_off: tuple[tuple[datetime, datetime], ...] = ()

    def absence_at(self, at: datetime) -> tuple[datetime, datetime] | None:
        """The absence that an instant falls into."""
        for start, end in self.time_off:
            if start <= at < end:
                return start, end
        return None


@dataclass(frozen=True, slots=True)
class Member:
    """A rep's place in a team. Position is the place in the team's list."""

    rep: str
    position: int
    weight: int = 1
    caps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MakeUp:
    """The absences a team makes up for, and for how long each:
    so many leads, so many days since the first one missed.
    """

    reasons: frozenset[str]
    leads: int
    days: int


@dataclass(frozen=True, slots=True)
class Team:
    """Reps who share leads, with one ledger between them. Its calendar is one of the clocks of an SLA."""

    slug: str
    calendar: Calendar | None = None
    members: tuple[Member, ...] = ()
    make_up: MakeUp | None = None
    counts: Mapping[str, bool] = field(default_factory=dict)
    credit: frozenset[str] = frozenset()


class People:
    """Everybody, at one revision. `skills` are all the skills that somebody has."""

    __slots__ = ("_teams_of", "calendars", "reps", "skills", "teams")

    def __init__(
        self, *, calendars: Mapping[str, Calendar], reps: Mapping[str, Rep], teams: Mapping[str, Team]
    ) -> None:
        self.calendars = calendars
        self.reps = reps
        self.teams = teams
        self.skills = frozenset(skill for rep in reps.values() for skill in rep.skills)
        self._teams_of: dict[str, list[str]] = {}
        for team in teams.values():
            for member in team.members:
                self._teams_of.setdefault(member.rep, []).append(team.slug)

    def teams_of(self, rep: str) -> list[str]:
        """The teams a rep is a member of."""
        return self._teams_of.get(rep, [])


def people_from(document: Mapping[str, Any], *, paused_until: Mapping[str, datetime] | None = None) -> People:
    """The people of a canonical document. `paused_until`: when a rep's pause ends by itself, which no file holds."""
    paused_until = paused_until or {}
    calendars = {slug: Calendar.from_document(slug, entry) for slug, entry in document.get("calendars", {}).items()}
    reps = {}
    for username, entry in document.get("reps", {}).items():
        calendar = calendars.get(entry.get("calendar") or "", ALWAYS)
        spans = [
            (to_utc(off["from"], calendar.zone), to_utc(off["to"], calendar.zone)) for off in entry.get("time_off", ())
        ]
        reps[username] = Rep(
            username,
            calendar=calendar,
            seniority=entry.get("seniority", 1),
            skills=entry.get("skills", {}),
            caps=entry.get("caps", NO_CAPS),
            active=entry.get("active", True),
            accepting=entry.get("accepting", True),
            paused_until=paused_until.get(username),
            time_off=merged(spans),
        )
    teams = {}
    for slug, entry in document.get("teams", {}).items():
        make_up = entry.get("make_up")
        teams[slug] = Team(
            slug,
            calendar=calendars.get(entry.get("calendar") or ""),
            members=tuple(
                Member(rep, position, weight=member.get("weight", 1), caps=member.get("caps", NO_CAPS))
                for position, (rep, member) in enumerate(entry.get("members", {}).items())
            ),
            make_up=MakeUp(frozenset(make_up["reasons"]), make_up["leads"], make_up["days"]) if make_up else None,
            counts=entry.get("counts", {}),
            credit=frozenset(entry.get("credit", ())),
        )
    return People(calendars=calendars, reps=reps, teams=teams)
