"""My queue: who is first, how long is left, and what is due today."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from reps import started
from reps.clocks import offer_clock, put_clocks
from reps.forms import DECLINE_REASONS
from reps.standing import standings
from reps.views.door import DeskRequest, desk_page
from reps.views.live import live

PAGE = 50
DUE = 20
OFFERS = 20


@require_safe
@desk_page
def queue(request: DeskRequest) -> HttpResponse:
    """The rep's open leads, most urgent first. Says 204 to a poll while nothing moved."""
    page: Page[Any] = Paginator(request.desk.queue(), PAGE).get_page(request.GET.get("page"))
    due = list(request.desk.due_today()[:DUE]) if page.number == 1 else []
    offers = list(request.desk.offered()[:OFFERS]) if page.number == 1 else []
    for lead in offers:
        lead.offer_clock = offer_clock(lead.offer_expires_at, request.desk.at)
    put_clocks(list(page), request.desk.at)
    seen = [(lead.pk, lead.updated_at, lead.stage_id, lead.first_touch_at, lead.last_activity_at) for lead in page]
    return live(
        request,
        "desk/queue.html",
        "_partials/queue.html",
        seen=[
            *seen,
            *((lead.pk, lead.offer_expires_at) for lead in offers),
            *((step.pk, step.at <= request.desk.at) for step in due),
            page.paginator.count,
            *request.desk.state,
        ],
        context={"page": page, "due": due, "offers": offers, "decline_reasons": DECLINE_REASONS}
        | ({} if request.htmx else beside(request)),
    )


def beside(request: DeskRequest) -> dict[str, Any]:
    """What the full page shows beside the list, and above it."""
    desk = request.desk
    return {
        "standings": standings(desk.rep),
        "starts": started.under_way(rep=desk.rep, by=request.user, at=desk.at),
    }
