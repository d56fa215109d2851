"""What work on a lead changes beside the work itself: its stage, whether it is open, and the first touch."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from routing import outbox, sla
from routing.engine.sla import RESPONSE
from routing.models import Assignment, Lead, Rep, Stage, StageMove, User
from routing.roster import directory

from .errors import NotThere
from .offering import withdraw
from .transfer import lighten, weigh
from .waits import WorkingWaits

CLOSED: Final = (Stage.Kind.WON, Stage.Kind.LOST)
REACHED: Final = {
    Stage.Kind.CONTACTED: "contacted_at",
    Stage.Kind.MEETING: "meeting_at",
    Stage.Kind.OPPORTUNITY: "opportunity_at",
    Stage.Kind.PROPOSAL: "proposal_at",
}
"""Where a lead keeps when it first reached a stage of a kind. Of one that it went past nothing is kept."""


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
    When it first reached a kind of stage stays, wherever it goes later.

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
        column = REACHED.get(Stage.Kind(stage.kind))
        if column is not None and getattr(lead, column) is None:
            setattr(lead, column, at)
        changed = ["stage", "is_open", "updated_at", "won_at", "lost_at", "lost_reason", "value", *REACHED.values()]
        lead.save(update_fields=changed)
        if was_open and not opens:
            sla.stop([lead.pk], because=sla.CLOSED, at=at)
            if lead.status == Lead.Status.OFFERED:  # it went on to somebody a moment ago
                withdraw(lead, because="closed", at=at, by=by)
                Lead.objects.filter(pk=lead.pk).update(status=Lead.Status.NEW, offered_to=None)
        if lead.owner_id is not None and was_open != opens:
            (weigh if opens else lambda **who: lighten(at=at, **who))(rep_id=lead.owner_id, team_id=lead.team_id)
        if opens and not was_open:
            sla.take_up(lead.pk, who=directory(), at=at)
        moved(lead, stage, at=at, by=by, rep_id=lead.owner_id)
    return lead


def moved(lead: Lead, stage: Stage, *, at: datetime, by: User | None, rep_id: int | None) -> None:
    """Writes down that a lead came to a stage, and tells of it."""
    StageMove.objects.create(lead_id=lead.pk, stage=stage, at=at, by=by)
    detail = {"stage": stage.slug, "by": by.pk if by else None}
    outbox.tell("lead.moved", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=rep_id, detail=detail)


def touch(*, lead_id: int, at: datetime, rep: Rep | None = None) -> None:
    """The first qualifying touch: noted once on the lead, and once on its present assignment, each with how long it
    waited in the working time of whoever touched it; the clock stops.

    Of `rep`, where it is given: a touch of theirs answers no assignment of a colleague.
    """
    with transaction.atomic():
        # The lead is the first lock of whoever takes a step of its clock.
        lead = Lead.objects.select_for_update().only(*TOUCHED).filter(pk=lead_id).first()
        if lead is None:
            return
        present = Assignment.objects.filter(lead_id=lead_id, ended_at=None).only(*ANSWERED).first()
        waits = WorkingWaits(lead, rep_id=rep.pk if rep is not None else lead.owner_id)
        if lead.first_touch_at is None:
            wait = waits.between(lead.captured_at, at)
            Lead.objects.filter(pk=lead_id).update(first_touch_at=at, working_wait=wait)
        if rep is not None and (present is None or present.rep_id != rep.pk):
            return
        if present is not None and present.first_touch_at is None:
            wait = waits.between(present.assigned_at, at)
            Assignment.objects.filter(pk=present.pk).update(first_touch_at=at, working_wait=wait)
        sla.stop([lead_id], because="touched", at=at, kind=RESPONSE)


TOUCHED: Final = ("captured_at", "first_touch_at", "owner_id", "team_id")
ANSWERED: Final = ("rep_id", "assigned_at", "first_touch_at")


def open_elsewhere(lead: Lead) -> bool:
    others = Lead.objects.filter(is_open=True).exclude(pk=lead.pk)
    return (bool(lead.email_key) and others.filter(email_key=lead.email_key).exists()) or (
        bool(lead.phone_key) and others.filter(phone_key=lead.phone_key).exists()
    )
