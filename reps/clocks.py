"""How long is left to answer leads, and to accept those on offer: put beside the leads that a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from reps.moments import RESPOND_WITHIN, ResponseClock
from routing import sla
from routing.engine.sla import RESPONSE
from routing.models import Lead, SlaClock
from routing.roster import directory


def put_clocks(leads: Sequence[Any], at: datetime) -> None:
    """Gives each lead its `response_clock`: None once it is answered, closed or nobody's. Two queries, however many.

    A lead whose rule names no policy is shown the golden window; an import is in no hurry. One that a colleague
    answered before has a clock of its own for whoever has it now.
    """
    waiting = [lead for lead in leads if is_somebodys(lead)]
    running: dict[int, SlaClock] = {}
    if waiting:
        clocks = SlaClock.objects.filter(lead__in=waiting, kind=RESPONSE, stopped_at=None)
        running = {clock.lead_id: clock for clock in clocks}
    who = directory() if running else None
    for lead in leads:
        lead.response_clock = None
        clock = running.get(lead.pk)
        if clock is None or who is None:
            lead.response_clock = golden(lead, at) if is_unanswered(lead) else None
        elif (remaining := sla.left(clock, who, at)) is not None:
            lead.response_clock = ResponseClock(
                remaining.until, remaining.left, steady=remaining.steady, resumes_at=remaining.resumes_at
            )


def is_unanswered(lead: Lead) -> bool:
    """Whether somebody has it, and nobody has answered it yet."""
    return is_somebodys(lead) and lead.first_touch_at is None


def is_somebodys(lead: Lead) -> bool:
    """Whether somebody works it."""
    return lead.assigned_at is not None and lead.is_open and lead.owner_id is not None


def golden(lead: Lead, at: datetime) -> ResponseClock | None:
    """Five minutes from when it became somebody's, around the clock; None for an import."""
    if not lead.timed or lead.assigned_at is None:
        return None
    due_at = lead.assigned_at + RESPOND_WITHIN
    return ResponseClock(due_at, due_at - at)


def offer_clock(expires_at: datetime, at: datetime) -> ResponseClock:
    """How long is left to accept."""
    return ResponseClock(expires_at, max(expires_at - at, timedelta()))
