"""A lead is routed anew: taken from wherever it is, and decided by the rules in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from routing import outbox, sla
from routing.models import Lead, LeadChange, User
from routing.roster import directory

from .errors import NotThere
from .handing import end_active
from .offering import withdraw
from .transfer import locked


def reroute(*, lead_id: int, by: User | None, at: datetime, because: str = "rerouted", origin: str = "admin") -> Lead:
    """Puts a lead back to be routed, whoever has it: from an owner, a pool, the wait, set aside or parked.

    Whoever had it in this cycle is passed over. Raises NotThere for a lead that does not exist, is closed, or is about
    to be routed anyway.
    """
    with transaction.atomic():
        lead = locked(lead_id)
        if not lead.is_open:
            raise NotThere("This lead is closed; reopen it before it is routed again.")
        if lead.status == Lead.Status.NEW and lead.due_at is not None:
            raise NotThere("This lead is about to be routed anyway.")
        owner_id = lead.owner_id
        if owner_id is not None:
            team = directory().team_slugs.get(lead.team_id or 0)
            end_active(lead, because=because, at=at, lock_first=[team])
            outbox.tell("lead.taken_away", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=owner_id)
        elif lead.status == Lead.Status.OFFERED:
            withdraw(lead, because=because, at=at, by=by)
        else:
            sla.stop([lead.pk], because=because, at=at)
        Lead.objects.filter(pk=lead.pk).update(
            status=Lead.Status.NEW,
            owner=None,
            offered_to=None,
            assigned_at=None,
            pooled_at=None,
            waiting_since=None,
            hold=None,
            due_at=at,
            urgent=True,
            error="",
            updated_at=at,
        )
        LeadChange.objects.create(
            lead_id=lead.pk, at=at, by=by, origin=origin, kind="rerouted", detail={"from": lead.status}
        )
    return Lead.objects.get(pk=lead_id)
