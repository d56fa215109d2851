"""My queue: who is first, and how long is left."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from reps.views.door import DeskRequest, desk_page
from reps.views.live import live

PAGE = 50


@require_safe
@desk_page
def queue(request: DeskRequest) -> HttpResponse:
    """The rep's open leads, most urgent first. Says 204 to a poll while nothing moved."""
    page: Page[Any] = Paginator(request.desk.queue(), PAGE).get_page(request.GET.get("page"))
    seen = [(lead.pk, lead.updated_at, lead.stage_id, lead.first_touch_at, lead.last_activity_at) for lead in page]
    return live(
        request,
        "desk/queue.html",
        "_partials/queue.html",
        seen=[*seen, page.paginator.count, request.desk.counts],
        context={"page": page},
    )
