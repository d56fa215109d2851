"""Whom events concern: reps, teams and managers as the people who log in. A few queries for any number of events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from routing.access import SEE_ALL
from routing.models import Membership, Rep, Team, User

from .kinds import MANAGERS, REP, REP_AND_MANAGERS, REP_OR_TEAM, TEAM


@dataclass
class People:
    """Who is who, as far as some events ask: user ids by rep and by team."""

    user_of: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    teams_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    everywhere: list[int] = field(default_factory=list)
    channels: set[int] = field(default_factory=set)
    """Teams that have a channel."""

    def meant(self, who: str, *, rep_id: int | None, team_id: int | None) -> Sequence[int]:
        """The people an event concerns, each once."""
        found: list[int] = []
        if who in (REP, REP_OR_TEAM, REP_AND_MANAGERS) and rep_id in self.user_of:
            found.append(self.user_of[rep_id])
        if team_id is not None and (who == TEAM or (who == REP_OR_TEAM and rep_id is None)):
            found += self.members.get(team_id, ())
        if who in (MANAGERS, REP_AND_MANAGERS):
            teams = [team_id] if team_id is not None else self.teams_of.get(rep_id or 0, [])
            found += [user for team in teams for user in self.managers.get(team, ())]
            if not teams:
                found += self.everywhere
        return list(dict.fromkeys(found))


def people_of(reps: Iterable[int], teams: Iterable[int]) -> People:
    """Who these reps and teams are. Reps who left, and people who may not log in, are told nothing."""
    rep_ids, team_ids = set(reps), set(teams)
    people = People()
    people.user_of.update(
        Rep.objects.filter(pk__in=rep_ids, active=True, user__is_active=True).values_list("pk", "user_id")
    )
    places = Membership.objects.filter(Q(team__in=team_ids) | Q(rep__in=rep_ids), team__archived_at=None).order_by("pk")
    for team, rep, user, active in places.values_list("team_id", "rep_id", "rep__user_id", "rep__active"):
        if rep in rep_ids:
            people.teams_of[rep].append(team)
        if team in team_ids and user is not None and active:
            people.members[team].append(user)
    asked = team_ids | {team for found in people.teams_of.values() for team in found}
    managing = Team.objects.filter(pk__in=asked, managers__is_active=True).order_by("managers")
    for team, user in managing.values_list("pk", "managers"):
        people.managers[team].append(user)
    people.channels.update(Team.objects.filter(pk__in=team_ids).exclude(channel_url="").values_list("pk", flat=True))
    return people


def who_see_everything() -> list[int]:
    """Whoever looks after what is no team's: those who may see every lead."""
    label, codename = SEE_ALL.split(".")
    named = Q(user_permissions__codename=codename, user_permissions__content_type__app_label=label) | Q(
        groups__permissions__codename=codename, groups__permissions__content_type__app_label=label
    )
    found = User.objects.filter(Q(is_superuser=True) | named, is_active=True).order_by("pk").distinct()
    return list(found.values_list("pk", flat=True))
