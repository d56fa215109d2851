"""Whose leads a report counts: what the viewer may have counted, or the team beside a rep."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from routing import access
from routing.models import Membership, Rep, User

ENOUGH = 3
"""A team's number over fewer people would tell what one of them did."""


@dataclass(frozen=True)
class Scope:
    """Conditions on leads, on rows that name a team and a rep, on rows that name a rep, and on reps. `rep` is set where
    they are one rep's own."""

    leads: Q
    lines: Q
    work: Q
    people: Q
    rep: Rep | None = None


def scope_of(user: User) -> Scope:
    """What this person's reports count: `routing.access` says it."""
    own_only = not access.counts_everything(user) and not user.managed_teams.exists()
    return Scope(
        leads=access.counted_for(user),
        lines=access.counted_lines(user),
        work=access.counted_work(user),
        people=Q(pk__in=access.counted_reps(user).values("pk")),
        rep=access.rep_of(user) if own_only else None,
    )


@dataclass(frozen=True)
class Beside:
    """A rep's team, to be told beside them: everybody who sells in a team of theirs, in one number."""

    scope: Scope
    people: int


def beside(rep: Rep, *, team_id: int | None = None) -> Beside | None:
    """The members of the rep's teams (or of one); None where they are too few for a number to be nobody's."""
    teams = Membership.objects.filter(rep=rep).values("team")
    members = Membership.objects.filter(team__in=teams, rep__active=True)
    if team_id is not None:
        members = members.filter(team=team_id)
    people = set(members.values_list("rep", flat=True))
    if len(people) < ENOUGH:
        return None
    theirs = Q(rep__in=people)
    return Beside(Scope(leads=Q(owner__in=people), lines=theirs, work=theirs, people=Q(pk__in=people)), len(people))
