"""Decides on a proposal: its weights, as they are or edited, become the memberships'; or it is dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from reports.models import WeightLine, WeightProposal
from reports.rewarding.proposing import members_of
from routing.models import Membership, User
from routing.people_changes import recorded

State = WeightProposal.State


class AlreadyDecided(Exception):
    """Somebody approved or dismissed it before."""


class Stale(Exception):
    """Weights or members are no longer what they were when it was made."""


def approve(*, proposal: WeightProposal, weights: Mapping[int, int], at: datetime, by: User) -> WeightProposal:
    """Writes these weights (by rep id) into the team's memberships, logged like any change of people.

    All or nothing, and once: raises AlreadyDecided where somebody was first, Stale where a weight, or who is a member,
    has changed since the proposal was made, and ValueError for weights of others than its members or out of 0 to 1000.
    """
    lines = list(proposal.lines.all())
    if set(weights) != {line.rep_id for line in lines} or not all(0 <= weight <= 1000 for weight in weights.values()):
        raise ValueError("A weight from 0 to 1000 for each member of the proposal.")
    edited = any(weights[line.rep_id] != line.proposed for line in lines)
    with recorded(at=at, by=by):  # one at a time: what is compared here stays so
        _decide(proposal, State.EDITED if edited else State.APPROVED, at=at, by=by)
        members = list(members_of(proposal.team))
        if {one.rep_id: one.weight for one in members} != {line.rep_id: line.weight for line in lines}:
            raise Stale
        for one in members:
            one.weight = weights[one.rep_id]
        Membership.objects.bulk_update(members, ["weight"])
        for line in lines:
            line.approved = weights[line.rep_id]
        WeightLine.objects.bulk_update(lines, ["approved"])
    proposal.refresh_from_db()
    return proposal


def dismiss(*, proposal: WeightProposal, at: datetime, by: User) -> WeightProposal:
    """Nothing changes, and it is kept. Raises AlreadyDecided where somebody was first."""
    _decide(proposal, State.DISMISSED, at=at, by=by)
    proposal.refresh_from_db()
    return proposal


def is_stale(proposal: WeightProposal) -> bool:
    """Whether it can no longer be approved, because weights or members changed since."""
    now = {one.rep_id: one.weight for one in members_of(proposal.team)}
    return now != {line.rep_id: line.weight for line in proposal.lines.all()}


def _decide(proposal: WeightProposal, state: str, *, at: datetime, by: User) -> None:
    open_still = WeightProposal.objects.filter(pk=proposal.pk, state=State.PROPOSED)
    if not open_still.update(state=state, decided_at=at, decided_by=by):
        raise AlreadyDecided
