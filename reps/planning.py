"""What a rep plans: set, put off, done, cancelled. Every one of them leaves a line in the lead's history."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from reps.models import NextStep
from routing.models import Assignment, Lead, User

Outcome = NextStep.Outcome


def plan_next(*, lead_id: int, at: datetime, due_at: datetime, what: str, by: User) -> NextStep:
    """Set what to do next with a lead. The same thing at another time puts it off; another thing takes its place.

    Raises ValidationError for a time that is past, and for somebody who does not have the lead.
    """
    if due_at <= at:
        raise ValidationError({"at": "The next step is still to come; choose a later time."})
    what = what.strip()
    with transaction.atomic():
        lead = Lead.objects.select_for_update().get(pk=lead_id)
        having = Assignment.objects.filter(lead_id=lead_id, ended_at=None, rep__user=by).first()
        if having is None or not lead.is_open:
            raise ValidationError("Only whoever has an open lead plans what comes next with it.")
        if (last := _present(lead_id)) is not None:
            _end(last, outcome=_why_it_ended(last, lead) or _put_off(last, what), at=at)
        return NextStep.objects.create(lead=lead, assignment=having, at=due_at, what=what, by=by, set_at=at)


def end_step(*, lead_id: int, outcome: str, at: datetime, by: User) -> NextStep | None:
    """What this person planned with a lead is done, or cancelled. None where there is nothing to end any more."""
    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=lead_id)
        step = _present(lead_id)
        if step is None or step.by_id != by.pk:
            return None
        return _end(step, outcome=outcome, at=at)


def end_with_lead(*, lead_id: int, at: datetime) -> None:
    """The lead was closed: nothing more is to be done with it."""
    step = _present(lead_id)
    if step is not None:
        _end(step, outcome=Outcome.CLOSED, at=at)


def why_it_ended(step: NextStep) -> str:
    """The outcome of a step whose lead was closed, or went to somebody else; empty while it is still to be done."""
    return step.outcome or _why_it_ended(step, step.lead)


def _why_it_ended(step: NextStep, lead: Lead) -> str:
    if step.assignment.ended_at is not None:
        return Outcome.MOVED_ON
    return "" if lead.is_open else Outcome.CLOSED


def _present(lead_id: int) -> NextStep | None:
    return NextStep.objects.select_related("assignment").filter(lead_id=lead_id, ended_at=None).first()


def _put_off(step: NextStep, what: str) -> str:
    return Outcome.POSTPONED if step.what == what else Outcome.REPLACED


def _end(step: NextStep, *, outcome: str, at: datetime) -> NextStep:
    """What ended with the having of the lead ended then, whenever it is noticed."""
    ended_at = step.assignment.ended_at if outcome == Outcome.MOVED_ON and step.assignment.ended_at else at
    step.ended_at, step.outcome = max(ended_at, step.set_at), outcome
    step.save(update_fields=["ended_at", "outcome"])
    return step
