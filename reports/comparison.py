"""Against whom output is measured, and whom somebody is told of by it."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Exists, OuterRef, Q, QuerySet

from reports.asked import Asked
from reports.models import TeamReportSettings
from reports.scope import Scope, beside
from routing.models import Membership, Rep, Team


def everybody_compared(asked: Asked) -> Asked | None:
    """The same of all who are compared: whatever the viewer counts; for a rep, their team. So one rep's numbers do not
    depend on who else is shown. None for a rep whose team is so small that it would tell what a colleague did.
    """
    rep = asked.scope.rep
    if rep is None:
        return replace(asked, rep=None)
    team = beside(rep, team_id=asked.team.pk if asked.team else None)
    return asked.of(team.scope) if team else None


def teams_with_leaderboard(rep: Rep) -> QuerySet[Team]:
    """The rep's teams whose manager lets them see it: all, unless switched off."""
    switched_off = TeamReportSettings.objects.filter(team=OuterRef("pk"), leaderboard_for_reps=False)
    return Team.objects.filter(~Exists(switched_off), memberships__rep=rep, archived_at__isnull=True)


def leaderboard_of(asked: Asked) -> tuple[Asked, set[int] | None]:
    """Whose leads the leaderboard counts, and the ids of those it ranks; None: of whoever owns such a lead.

    A rep sees their colleagues in the teams whose leaderboard they may see, by the leads of these teams.
    """
    rep = asked.scope.rep
    if rep is None:
        return asked, None
    teams = set(teams_with_leaderboard(rep).values_list("pk", flat=True))
    members = Membership.objects.filter(team__in=teams, rep__active=True)
    if asked.team is not None:
        members = members.filter(team=asked.team)
    nobody = Q(pk__in=[])
    scope = Scope(leads=Q(team__in=teams), lines=nobody, work=nobody, people=nobody)
    return asked.of(scope), set(members.values_list("rep", flat=True))
