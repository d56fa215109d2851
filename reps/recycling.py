"""Leads that begin anew: found in whole sets by each policy, recycled one by one through the one door.

A look is taken by a conditional UPDATE of its policy, so that of any number of sweepers one takes it; each lead is
locked and looked at once more before it is recycled. A killed process leaves the rest to the next look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from reps.models import Activity, NextStep, RecyclePolicy
from routing import assignment
from routing.access import EVERYTHING
from routing.assignment.recycling import LOST, UNTOUCHED
from routing.intake.known import EMPTY
from routing.models import Lead, Stage, StageMove

log = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
"""How often a policy looks; what it recycles at most is counted by look."""

# A literal: SQLite uses a partial index only where it can see that its condition holds.
ASSIGNED: Final = RawSQL("'assigned'", ())


@dataclass(frozen=True, slots=True)
class Found:
    """A lead that would begin anew, and why."""

    lead_id: int
    because: str


def to_look_since(at: datetime) -> datetime | None:
    """Since when a policy's look is due."""
    looked = list(_due(at).values_list("looked_at", flat=True))
    return min((at if moment is None else moment + EVERY for moment in looked), default=None)


def recycle_due(at: datetime) -> int:
    """Take every look that is due; how many leads began anew."""
    count = 0
    for policy in _due(at).select_related("team"):
        if _due(at).filter(pk=policy.pk).update(looked_at=at):
            count += sum(_recycle(policy, found, at) for found in list(would(policy, at=at, limit=policy.at_most)))
    return count


def would(policy: RecyclePolicy, *, at: datetime, limit: int, among: Q = EVERYTHING) -> Iterator[Found]:
    """The leads that this policy would recycle now, at most `limit`, whether it is switched on or not."""
    left = limit
    for because, leads in _kinds(policy, at):
        ids = list(leads.filter(among).values_list("pk", flat=True)[:left])
        yield from (Found(pk, because) for pk in ids)
        left -= len(ids)
        if left <= 0:
            return


def how_many(policy: RecyclePolicy, *, at: datetime, among: Q = EVERYTHING) -> int:
    """How many leads this policy would recycle by now, brake aside."""
    return sum(leads.filter(among).count() for _, leads in _kinds(policy, at))


def untouched(policy: RecyclePolicy, at: datetime) -> QuerySet[Lead]:
    """Open leads that their owner got, and last did anything with, so many days ago or more; longest first.

    Done is: any activity of a person, a stage moved, a next step set. A step that is still to come keeps a lead: "call
    me in March" is no neglect.
    """
    if policy.untouched_days is None:
        return Lead.objects.none()
    since = at - timedelta(days=policy.untouched_days)
    of_it = {"lead": OuterRef("pk")}
    signs = (
        Activity.objects.filter(**of_it, rep__isnull=False, at__gt=since),
        StageMove.objects.filter(**of_it, at__gt=since),
        NextStep.objects.filter(Q(set_at__gt=since) | Q(ended_at=None, at__gt=at), **of_it, assignment__ended_at=None),
    )
    leads = _scope(policy).filter(status=ASSIGNED, is_open=True, assigned_at__lte=since)
    return leads.filter(*(~Exists(sign) for sign in signs)).order_by("assigned_at", "pk")


def lost(policy: RecyclePolicy, at: datetime) -> QuerySet[Lead]:
    """Leads lost so many days ago or more for one of the policy's reasons, whose person has no open lead."""
    if policy.lost_days is None or not policy.lost_reasons:
        return Lead.objects.none()
    since = at - timedelta(days=policy.lost_days)
    others = Lead.objects.filter(is_open=True).order_by()
    same_mail = others.filter(email_key=OuterRef("email_key")).exclude(email_key=EMPTY)
    same_phone = others.filter(phone_key=OuterRef("phone_key")).exclude(phone_key=EMPTY)
    leads = _scope(policy).filter(
        is_open=False, lost_at__lte=since, lost_reason__in=policy.lost_reasons, stage__kind=Stage.Kind.LOST
    )
    return leads.filter(~Exists(same_mail), ~Exists(same_phone)).order_by("lost_at", "pk")


def _kinds(policy: RecyclePolicy, at: datetime) -> list[tuple[str, QuerySet[Lead]]]:
    return [(UNTOUCHED, untouched(policy, at)), (LOST, lost(policy, at))]


def _scope(policy: RecyclePolicy) -> QuerySet[Lead]:
    """The leads a policy is for: its team's, or those of every team without a policy of its own, and of no team."""
    leads = Lead.objects.filter(cycle__lt=policy.most_cycles)
    if policy.team_id is not None:
        return leads.filter(team=policy.team_id)
    others = RecyclePolicy.objects.filter(team__isnull=False).values("team")
    return leads.filter(Q(team=None) | ~Q(team__in=others))


def _due(at: datetime) -> QuerySet[RecyclePolicy]:
    unseen = Q(looked_at=None) | Q(looked_at__lte=at - EVERY)
    return RecyclePolicy.objects.filter(unseen, active=True).order_by(F("looked_at").asc(nulls_first=True), "pk")


def _recycle(policy: RecyclePolicy, found: Found, at: datetime) -> bool:
    """One lead, if it still is as it was found: whether it began anew."""
    try:
        with transaction.atomic():
            Lead.objects.select_for_update().only("pk").get(pk=found.lead_id)
            leads = dict(_kinds(policy, at))[found.because]
            if not leads.filter(pk=found.lead_id).exists():
                return False
            assignment.recycle(lead_id=found.lead_id, at=at, because=found.because)
    except (OperationalError, InterfaceError):
        raise
    except assignment.AssignmentError as refused:
        log.info("lead %s was not recycled: %s", found.lead_id, refused)
        return False
    except Exception:
        log.exception("recycling lead %s failed; the others go on", found.lead_id)
        return False
    return True
