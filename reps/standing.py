"""Where a rep stands in their teams: what the ledger owes them, in leads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reps.plan_in_words import returning_in_words, team_in_words, teams_of
from reps.why import in_leads
from routing.engine import sentences
from routing.engine.fairness import Ledger
from routing.models import Membership, PlanVersion, Rep, Revision, Team, TeamLedger
from routing.naming import names


@dataclass(frozen=True)
class Standing:
    """A team of a rep: how its leads are shared out, and the rep's balance in its ledger."""

    team: Team
    words: list[str]
    lag: Fraction
    weight: int
    members: int

    @property
    def balance(self) -> str:
        """0.4 leads behind."""
        return in_leads(self.lag)


@dataclass(frozen=True)
class Distribution:
    """The plan in force as a rep reads it."""

    version: PlanVersion | None
    teams: list[Standing]
    rules: list[tuple[str, str, bool]]
    """Name, sentence, and whether it may bring leads to a team of the reader."""
    returning: str


def distribution(rep: Rep) -> Distribution:
    """How leads are distributed now, and where this rep stands. As many queries however much there is."""
    number = Revision.objects.values_list("plan", flat=True).get()
    version = PlanVersion.objects.filter(number=number).first()
    plan: dict[str, Any] = json.loads(version.document) if version else {}
    called = names(plan)
    memberships = list(
        Membership.objects.filter(team__archived_at=None, rep__active=True, team__memberships__rep=rep)
        .select_related("team")
        .order_by("team__name", "team_id", "position", "pk")
    )
    states = dict(
        TeamLedger.objects.filter(team_id__in={one.team_id for one in memberships}).values_list("team_id", "state")
    )
    mine = [one for one in memberships if one.rep_id == rep.pk]
    teams = [
        Standing(
            team=place.team,
            words=team_in_words(place.team.slug, plan, called, counts=place.team.counts),
            lag=Ledger.from_state(json.loads(states.get(place.team_id, "{}"))).lag(rep.username),
            weight=place.weight,
            members=sum(one.team_id == place.team_id for one in memberships),
        )
        for place in mine
    ]
    slugs = {place.team.slug for place in mine}
    rules = plan.get("rules") or []
    return Distribution(
        version=version,
        teams=teams,
        rules=[
            (
                rule["name"],
                str(sentences.of_rule(rule, names=called, policies=plan["sla"], is_last=place == len(rules))),
                reaches(rule, plan, slugs, rep.username),
            )
            for place, rule in enumerate(rules, start=1)
        ],
        returning=returning_in_words(plan),
    )


def standings(rep: Rep) -> list[tuple[Team, str]]:
    """The rep's balance in each team, in words."""
    memberships = Membership.objects.filter(rep=rep, team__archived_at=None).select_related("team__ledger")
    return [
        (place.team, in_leads(Ledger.from_state(json.loads(state_of(place.team))).lag(rep.username)))
        for place in memberships.order_by("team__name", "team_id")
    ]


def state_of(team: Team) -> str:
    """The team's ledger as it is kept; an empty one where no lead has come yet."""
    return team.ledger.state if hasattr(team, "ledger") else "{}"


def reaches(rule: Mapping[str, Any], plan: Mapping[str, Any], teams: set[str], username: str) -> bool:
    """Whether a rule may bring leads to one of these teams, or to this rep."""
    nobody = rule.get("when_nobody")
    if isinstance(nobody, Mapping) and nobody.get("team") in teams:
        return True
    return rule["to"].get("rep") == username or bool(teams_of(rule, plan) & teams)
