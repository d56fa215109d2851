"""The manual queue: what waits to be handed out by hand, sorted, filtered and paged, and the form to do it."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from routing import access
from routing.export import csv_answer, wants_bom
from routing.models import Lead, Team
from routing.own_files import MANUAL_QUEUE

from .base import who_asks
from .handing_out import HANDS_OUT, HandOutForm, in_hands_of
from .pages import page, wants

PAGE: Final = 50
SORTS: Final = {"waiting": "pooled_at", "company": "company", "team": "team__name", "score": "score"}
SHEET: Final = (*MANUAL_QUEUE, "territory", "source", "waiting_since", "band", "score")


def manual_page(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The page, oldest first unless asked otherwise; with `format=csv` all that the filter leaves, as a file."""
    wants(request, *HANDS_OUT)
    user = who_asks(request)
    teams = access.within_reach(user, Team.objects.filter(archived_at=None)).order_by("name", "pk")
    waiting = in_hands_of(request).filter(status=Lead.Status.POOLED, delivery="manual")
    team = next((one for one in teams if str(one.pk) == request.GET.get("team")), None)
    sort = request.GET.get("sort", "waiting")
    leads = _sorted(waiting.filter(team=team) if team else waiting, sort)
    if request.GET.get("format") == "csv":
        rows = (_cells(lead) for lead in leads.iterator(2000))
        return csv_answer("manual-queue", SHEET, rows, bom=wants_bom(request))
    return page(
        request,
        "admin/leads/manual.html",
        {
            "page": Paginator(leads, PAGE).get_page(request.GET.get("page")),
            "teams": teams,
            "team": team,
            "sort": sort,
            "form": HandOutForm(reps=access.reps_visible_to(user)),
            "back": reverse("admin:lead_manual"),
        },
        title="Manual queue",
    )


def _sorted(leads: QuerySet[Lead], sort: str) -> QuerySet[Lead]:
    column = F(SORTS.get(sort.removeprefix("-"), "pooled_at"))
    first = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return leads.select_related("team", "source", "territory").order_by(first, "pooled_at", "pk")


def _cells(lead: Lead) -> list[Any]:
    names = (lead.team, lead.territory, lead.source)
    return [lead.pk, lead.display_name, lead.company, *names, lead.pooled_at, lead.band, lead.score]
