"""What work on a lead changes beside the work itself: its stage, whether it is open, and the first touch."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from routing import outbox, sla
from routing.engine.sla import RESPONSE
from routing.models import Assignment, Lead, Rep, Stage, User
from routing.roster import directory

from .errors import NotThere
from .offering import withdraw
from .transfer import lighten, weigh

CLOSED = (Stage.Kind.WON, Stage.Kind.LOST)


def move(
    *,
    lead_id: int,
    stage: Stage,
    at: datetime,
    by: User | None = None,
    value: Decimal | None = None,
    lost_reason: str = "",
) -> Lead:
    """Moves a lead to a stage. Won and lost close it, and free a place with its owner; leaving them opens it again.

    `value` is in the site's currency. Raises NotThere for a lead that does not exist, or cannot be opened again because
    its person has another open lead.
    """
    with transaction.atomic():
        lead = Lead.objects.select_for_update().filter(pk=lead_id).first()
        if lead is None:
            raise NotThere("There is no such lead.")
        if lead.status == Lead.Status.WITHDRAWN:
            raise NotThere("This lead was withdrawn with its import.")
        opens = stage.kind not in CLOSED
        if opens and not lead.is_open and open_elsewhere(lead):
            raise NotThere("This person has another open lead; it cannot be opened again.")
        was_open = lead.is_open
        lead.stage, lead.is_open, lead.updated_at = stage, opens, at
        lead.won_at = at if stage.kind == Stage.Kind.WON else None
        lead.lost_at = at if stage.kind == Stage.Kind.LOST else None
        lead.lost_reason = lost_reason if stage.kind == Stage.Kind.LOST else ""
        if value is not None:
            lead.value = value
        lead.save(update_fields=["stage", "is_open", "updated_at", "won_at", "lost_at", "lost_reason", "value"])
        if was_open and not opens:
            sla.stop([lead.pk], because=sla.CLOSED, at=at)
            if lead.status == Lead.Status.OFFERED:  # it went on to somebody a moment ago
                withdraw(lead, because="closed", at=at, by=by)
                Lead.objects.filter(pk=lead.pk).update(status=Lead.Status.NEW, offered_to=None)
        if lead.owner_id is not None and was_open != opens:
            (weigh if opens else lambda **who: lighten(at=at, **who))(rep_id=lead.owner_id, team_id=lead.team_id)
        if opens and not was_open:
            sla.take_up(lead.pk, who=directory(), at=at)
        outbox.tell(
            "lead.moved",
            at=at,
            lead_id=lead.pk,
            team_id=lead.team_id,
            rep_id=lead.owner_id,
            detail={"stage": stage.slug, "by": by.pk if by else None},
        )
    return lead


def touch(*, lead_id: int, at: datetime, rep: Rep | None = None) -> None:
    """The first qualifying touch: noted once on the lead, and once on its present assignment; the clock stops.

    Of `rep`, where it is given: a touch of theirs answers no assignment of a colleague.
    """
    with transaction.atomic():
        # The lead is the first lock of whoever takes a step of its clock.
        Lead.objects.select_for_update().filter(pk=lead_id).values_list("pk").first()
        Lead.objects.filter(pk=lead_id, first_touch_at=None).update(first_touch_at=at)
        present = Assignment.objects.filter(lead_id=lead_id, ended_at=None)
        if rep is not None and not present.filter(rep=rep).exists():
            return
        present.filter(first_touch_at=None).update(first_touch_at=at)
        sla.stop([lead_id], because="touched", at=at, kind=RESPONSE)


def open_elsewhere(lead: Lead) -> bool:
    others = Lead.objects.filter(is_open=True).exclude(pk=lead.pk)
    return (bool(lead.email_key) and others.filter(email_key=lead.email_key).exists()) or (
        bool(lead.phone_key) and others.filter(phone_key=lead.phone_key).exists()
    )
