"""A lead begins anew: a new cycle, routed again, with all that happened before kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from routing import outbox
from routing.models import Assignment, Lead, LeadChange, Stage
from routing.roster import directory

from .books import open_books
from .errors import NotThere
from .transfer import ended, locked
from .working import moved, open_elsewhere

UNTOUCHED: Final = "untouched"
"""Its owner let it lie. In the new cycle they are passed over, until it has waited for long (pipeline.py)."""
LOST: Final = "lost"


def recycle(*, lead_id: int, at: datetime, because: str) -> Lead:
    """Ends what was, and puts the lead to be routed in a new cycle: an open one that somebody has, or a lost one, which
    is opened at the first `new` stage. `because` is UNTOUCHED, LOST, or another word for its history.

    It is no live capture: routed after those, and it starts no clock (docs/decisions/0015-recycling.md). When it was
    first touched and how it was lost stay in its history; the lead's own first touch stays too, for it answers the
    capture, which was one. Raises NotThere for a lead that was won, is not somebody's, or whose person has another
    open lead.
    """
    with transaction.atomic():
        lead = locked(lead_id)
        _refuse(lead)
        owner_id, was_open = lead.owner_id, lead.is_open
        if owner_id is not None:
            _end(lead, because=because, at=at)
        detail: dict[str, Any] = {"because": because, "cycle": lead.cycle + 1}
        change = detail | {"owner": owner_id, "stage": lead.stage.slug}
        if not was_open:
            change |= {"lost_at": lead.lost_at.isoformat() if lead.lost_at else None, "lost_reason": lead.lost_reason}
        try:
            with transaction.atomic():
                Lead.objects.filter(pk=lead.pk).update(
                    cycle=lead.cycle + 1,
                    status=Lead.Status.NEW,
                    owner=None,
                    offered_to=None,
                    stage=lead.stage if was_open else _first_stage(),
                    is_open=True,
                    lost_at=None,
                    lost_reason="",
                    assigned_at=None,
                    pooled_at=None,
                    waiting_since=None,
                    hold=None,
                    due_at=at,
                    urgent=False,
                    timed=False,
                    error="",
                    updated_at=at,
                )
        except IntegrityError:  # a capture of the same person made another lead a moment ago
            raise NotThere(OTHER_LEAD) from None
        if not was_open:
            moved(lead, _first_stage(), at=at, by=None, rep_id=owner_id)
        LeadChange.objects.create(lead_id=lead.pk, at=at, origin="recycling", kind="recycled", detail=change)
        outbox.tell("lead.recycled", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=owner_id, detail=detail)
    return Lead.objects.get(pk=lead_id)


OTHER_LEAD: Final = "This person has another open lead; this one stays closed."


def _refuse(lead: Lead) -> None:
    if lead.is_open:
        if lead.status != Lead.Status.ASSIGNED:
            raise NotThere("Nobody has this lead: it is on its way to somebody.")
    elif lead.stage.kind != Stage.Kind.LOST:
        raise NotThere("A lead that was won does not begin anew.")
    elif open_elsewhere(lead):
        raise NotThere(OTHER_LEAD)


def _end(lead: Lead, *, because: str, at: datetime) -> None:
    """Ends the active assignment; a closed lead freed its owner's place when it was closed."""
    who = directory()
    owner, team = who.usernames.get(lead.owner_id or 0), who.team_slugs.get(lead.team_id or 0)
    open_books(who, teams=[team] if team else [], reps=[owner] if owner else [], at=at)
    active = Assignment.objects.filter(lead=lead, ended_at=None).first()
    if active is not None:
        ended(active, because=because, at=at, frees_a_place=lead.is_open)


def _first_stage() -> Stage:
    return Stage.objects.filter(kind=Stage.Kind.NEW).order_by("position", "pk")[0]
