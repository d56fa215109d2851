"""A lead is put into its team's pool, for whoever claims it first."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from routing import outbox, sla
from routing.models import Lead
from routing.roster import directory

from .errors import NotThere
from .handing import end_active
from .transfer import locked, rule_of, start_clock

_CAN_BE_RELEASED = (Lead.Status.ASSIGNED, Lead.Status.WAITING)


def release(*, lead_id: int, at: datetime, because: str = "released") -> Lead:
    """Puts a lead that somebody has, or that waits, on the claim board of its team. Whoever had it may claim it too.

    Raises NotThere for a lead that is closed, of no team, or neither owned nor waiting.
    """
    with transaction.atomic():
        lead = locked(lead_id)
        who = directory()
        team = who.team_slugs.get(lead.team_id or 0)
        if not lead.is_open or lead.status not in _CAN_BE_RELEASED:
            raise NotThere("This lead is nobody's to release.")
        if team is None:
            raise NotThere("This lead is of no team, so there is no pool to put it into.")
        if lead.owner_id is not None:
            end_active(lead, because=because, at=at, lock_first=[team])
            outbox.tell("lead.taken_away", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=lead.owner_id)
        else:
            sla.stop([lead.pk], because=because, at=at)
        found = rule_of(lead)
        Lead.objects.filter(pk=lead.pk).update(
            status=Lead.Status.POOLED,
            owner=None,
            delivery="claim",
            reason="pooled",
            hide_contact=found is not None and found[0].hide_contact,
            assigned_at=None,
            pooled_at=at,
            waiting_since=None,
            hold=None,
            due_at=None,
            updated_at=at,
        )
        start_clock(lead, who=who, at=at)
        outbox.tell(
            "lead.pooled",
            at=at,
            lead_id=lead.pk,
            team_id=lead.team_id,
            detail={"reason": because, "delivery": "claim"},
        )
    return Lead.objects.get(pk=lead_id)
