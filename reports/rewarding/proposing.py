"""Makes a proposal of a team's weights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from reports.models import WeightLine, WeightProposal
from reports.output_counts import work_on
from reports.statistics.output import WEAKEST, Output, output_of
from reports.statistics.shrinkage import Count
from reports.statistics.weights import Member, propose
from routing.models import Lead, Membership, Team, User
from routing.people_changes import take_turn


def leads_of(team: Team, *, since: datetime, until: datetime) -> QuerySet[Lead]:
    """The team's leads captured in a period; those withdrawn with their import count nowhere."""
    return Lead.objects.filter(team=team, captured_at__gte=since, captured_at__lt=until).exclude(
        status=Lead.Status.WITHDRAWN
    )


def make(*, team: Team, since: datetime, until: datetime, at: datetime, by: User) -> WeightProposal:
    """A proposal from the team's leads captured in the period. One that nobody decided on yet makes way for it.

    Whoever owns a lead of the team counts for the win rates, members or not; weights are the members'. Raises
    ValueError where the period is empty.
    """
    if since >= until:
        raise ValueError("A period ends after it begins.")
    found = work_on(leads_of(team, since=since, until=until)).outputs()
    with transaction.atomic():
        take_turn()
        members = list(members_of(team))
        undone = WeightProposal.objects.filter(team=team, state=WeightProposal.State.PROPOSED)
        undone.update(state=WeightProposal.State.DISMISSED, decided_at=at, decided_by=by)
        made = WeightProposal.objects.create(team=team, made_at=at, made_by=by, since=since, until=until)
        WeightLine.objects.bulk_create(_lines(made, members, [found.get(one.rep_id, NOTHING) for one in members]))
    return made


NOTHING = output_of(Count(), 0.0, WEAKEST)
"""Of somebody without a lead."""


def members_of(team: Team) -> QuerySet[Membership]:
    """Its members in order. Who is no longer active is one still, and keeps their share for when they come back."""
    return Membership.objects.filter(team=team).select_related("rep").order_by("position", "pk")


def _lines(made: WeightProposal, members: Sequence[Membership], output: Sequence[Output]) -> list[WeightLine]:
    paid = paid_for(made.team)
    before = {one.rep_id: paid.get((one.rep_id, one.weight), 1.0) for one in members}
    proposed = propose(
        [
            Member(one.rep_id, one.weight, of.allowing_for_luck if moves(one, of) else None, before[one.rep_id])
            for one, of in zip(members, output, strict=True)
        ]
    )
    was, becomes = sum(one.weight for one in members), sum(proposed.values())
    return [
        WeightLine(
            proposal=made,
            rep=one.rep,
            position=position,
            weight=one.weight,
            proposed=proposed[one.rep_id],
            pays_for=before[one.rep_id] * proposed[one.rep_id] * was / (one.weight * becomes) if one.weight else 1.0,
            leads=of.leads,
            won=of.won,
            expected=of.expected,
            allowing_for_luck=of.allowing_for_luck,
            low=of.low,
            high=of.high,
        )
        for position, (one, of) in enumerate(zip(members, output, strict=True))
    ]


def moves(member: Membership, output: Output) -> bool:
    """Whether there is evidence to move this weight by."""
    return member.rep.active and output.is_enough


def paid_for(team: Team) -> dict[tuple[int, int], float]:
    """What weights reward already, by rep and weight: those of the last approved proposal, where they still hold.

    A weight that somebody set by hand since is a wish of its own, and rewards nothing.
    """
    last = last_approved(team)
    lines = last.lines.exclude(approved=None) if last else WeightLine.objects.none()
    return {(line.rep_id, line.approved or 0): line.pays_for for line in lines}


def last_approved(team: Team) -> WeightProposal | None:
    """The proposal whose weights were the last to be taken on, edited or not."""
    taken_on = (WeightProposal.State.APPROVED, WeightProposal.State.EDITED)
    return WeightProposal.objects.filter(team=team, state__in=taken_on).order_by("-decided_at", "-pk").first()
