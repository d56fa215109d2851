"""What a person does with a lead: log it, move it on, win it, lose it. What comes next is in `planning`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from reps import planning
from reps.models import Activity
from routing import assignment, outbox
from routing.models import Lead, Rep, Stage, User

SAME_ACT = ("lead_id", "kind", "direction", "outcome", "seconds", "body")


class KeyReused(Exception):
    """This key was used before, for another act."""


def log(
    *,
    lead_id: int,
    kind: str,
    at: datetime,
    logged_at: datetime | None = None,
    by: User | None = None,
    rep: Rep | None = None,
    direction: str = Activity.Direction.OUT,
    outcome: str = "",
    seconds: int | None = None,
    body: str = "",
    self_reported: bool = True,
    key: str = "",
) -> Activity:
    """Write down what `rep` did, and what follows from it: the first touch, and that a reached lead was contacted.

    `at` is when it happened, `logged_at` when it is told (default: the same). The same key from the same person gives
    the activity that is there already; KeyReused where it was another act. ValidationError names the field at fault.
    """
    activity = Activity(
        lead_id=lead_id,
        kind=kind,
        direction="" if kind == Activity.Kind.NOTE else direction,
        outcome=outcome,
        seconds=seconds,
        at=at,
        logged_at=logged_at or at,
        by=by,
        rep=rep,
        body=body.strip(),
        self_reported=self_reported,
        key=key,
    )
    activity.clean_fields(exclude=["lead", "by", "rep"])
    activity.clean()
    with transaction.atomic():
        if earlier := written_down(activity):
            return earlier
        lead = Lead.objects.select_related("stage").get(pk=lead_id)
        if activity.kind == Activity.Kind.MEETING:
            who = rep.pk if rep else lead.owner_id
            outbox.tell("lead.met", at=at, lead_id=lead_id, team_id=lead.team_id, rep_id=who)
        if activity.is_qualifying_touch:
            # A call before the lead was theirs answers it, but not sooner than it became theirs.
            assignment.touch(lead_id=lead_id, at=max(at, lead.assigned_at or at), rep=rep)
        if activity.outcome == Activity.Outcome.REACHED and lead.stage.kind == Stage.Kind.NEW:
            assignment.move(lead_id=lead_id, stage=first_stage(Stage.Kind.CONTACTED), at=activity.logged_at, by=by)
    return activity


def written_down(activity: Activity) -> Activity | None:
    """Save it, or give the one that its key brought before."""
    try:
        with transaction.atomic():
            activity.save(force_insert=True)
    except IntegrityError:
        same = Activity.objects.filter(by=activity.by, key=activity.key).exclude(key="")
        # What a system saw has nobody who told it: there a key is one of its lead.
        earlier = (same if activity.by_id else same.filter(lead_id=activity.lead_id)).first()
        if earlier is None:
            raise
        if any(getattr(earlier, name) != getattr(activity, name) for name in SAME_ACT):
            raise KeyReused("This key was used before, for something else.") from None
        return earlier
    return None


def move(*, lead_id: int, stage: Stage, at: datetime, by: User | None = None) -> Lead:
    """Put a lead on another stage; for won and lost use `win` and `lose`, which ask what reports need."""
    return assignment.move(lead_id=lead_id, stage=stage, at=at, by=by)


def win(*, lead_id: int, at: datetime, by: User | None = None, value: Decimal | None = None) -> Lead:
    """The lead buys, perhaps for `value`."""
    if value is not None and value < 0:
        raise ValidationError({"value": "The value of a won lead is not below zero."})
    with transaction.atomic():
        lead = assignment.move(lead_id=lead_id, stage=first_stage(Stage.Kind.WON), at=at, by=by, value=value)
        planning.end_with_lead(lead_id=lead_id, at=at)
    return lead


def lose(*, lead_id: int, at: datetime, reason: str, by: User | None = None) -> Lead:
    """The lead does not buy, and why."""
    if not reason.strip():
        raise ValidationError({"reason": "Say why it was lost: the next plan is made from that."})
    with transaction.atomic():
        lead = assignment.move(
            lead_id=lead_id, stage=first_stage(Stage.Kind.LOST), at=at, by=by, lost_reason=reason.strip()
        )
        planning.end_with_lead(lead_id=lead_id, at=at)
    return lead


def first_stage(kind: str) -> Stage:
    """The first of the manager's stages that has this meaning."""
    return Stage.objects.filter(kind=kind).order_by("position", "pk")[0]
