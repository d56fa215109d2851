"""The claim board: cards appear by themselves, and the first to claim one has it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from reps.moments import coarse
from reps.views.door import DeskRequest, desk_page
from reps.views.live import live
from routing import assignment
from routing.access import contested_by
from routing.models import Lead

BOARD = 60  # more cards than anybody reads; the rest follow as these go


@require_safe
@desk_page
def claims(request: DeskRequest) -> HttpResponse:
    """What may be claimed now. Says 204 to a poll while nothing moved."""
    leads = list(request.desk.to_claim()[:BOARD])
    count = request.desk.counts["claims"]
    return live(
        request,
        "desk/claims.html",
        "_partials/claims.html",
        seen=[*((lead.pk, lead.updated_at) for lead in leads), *request.desk.state],
        context={"leads": leads, "count": count, "more": count - len(leads)},
    )


@require_POST
@desk_page
def claim(request: DeskRequest, lead_id: int) -> HttpResponse:
    """Claim a lead, or learn who was first and by how much."""
    desk = request.desk
    if not Lead.objects.filter(contested_by(request.user), pk=lead_id, delivery="claim").exists():
        raise Http404("No such lead lies on a claim board of yours.")
    try:
        lead = assignment.claim(lead_id=lead_id, rep=desk.rep, at=desk.at)
    except assignment.AlreadyTaken as taken:
        if taken.owner == desk.rep:
            return redirect("lead", lead_id=lead_id)
        messages.error(request, f"{taken.owner} was first, {earlier(desk.at - taken.claimed_at)}.")
    except assignment.AssignmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{lead.display_name} is yours.")
        return redirect("lead", lead_id=lead_id)
    return redirect("claims")


def earlier(gap: timedelta) -> str:
    """How long before: in seconds, with tenths below ten of them, up to two minutes."""
    seconds = max(gap.total_seconds(), 0)
    if seconds < 9.95:
        return f"{max(seconds, 0.1):.1f} seconds before you"
    if seconds < 120:
        return f"{seconds:.0f} seconds before you"
    return f"{coarse(gap)} before you"
