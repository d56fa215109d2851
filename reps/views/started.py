"""What was begun with one tap, a call or a mail: noted when it is tapped, and asked about when its rep is back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from reps import started
from reps.forms import StartedForm
from reps.views.door import DeskRequest, desk_page
from reps.views.lead import act
from routing.models import Lead


@require_safe
@desk_page
def starts(request: DeskRequest) -> HttpResponse:
    """The cards that ask how it went: the page fetches them when its rep comes back to it."""
    lead_id = request.GET.get("lead", "")
    asked = started.under_way(
        rep=request.desk.rep,
        by=request.user,
        at=request.desk.at,
        lead_id=int(lead_id) if lead_id.isascii() and lead_id.isdigit() and len(lead_id) < 19 else None,
    )
    return render(
        request, "_partials/starts.html", {"starts": asked, "only_lead": lead_id, "next": request.GET.get("next", "")}
    )


@require_POST
@desk_page
def call_started(request: DeskRequest, lead_id: int) -> HttpResponse:
    """The owner tapped the number. The page says so in the background, and is answered with nothing."""
    return _began(request, lead_id, started.CALL)


@require_POST
@desk_page
def mail_started(request: DeskRequest, lead_id: int) -> HttpResponse:
    """The owner tapped the address."""
    return _began(request, lead_id, started.MAIL)


def _began(request: DeskRequest, lead_id: int, what: str) -> HttpResponse:
    found = get_object_or_404(request.desk.seen(), pk=lead_id)
    if found.owner_id != request.desk.rep.pk:
        raise PermissionDenied("Only its owner works a lead.")
    started.start(lead_id=lead_id, what=what, at=request.desk.at, by=request.user)
    return HttpResponse(status=204)


@act(StartedForm, "Noted.")
def how_it_went(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """How the call went, whether the mail was sent, or that neither happened."""
    minutes = filled["minutes"]
    started.finish(
        start_id=filled["start"],
        lead_id=lead.pk,
        rep=request.desk.rep,
        by=request.user,
        at=request.desk.at,
        outcome=filled["outcome"],
        seconds=None if minutes is None else round(minutes * 60),
    )
