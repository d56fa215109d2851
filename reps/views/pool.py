"""The pool: leads to pick from a list, and one big button for those that show nothing before they are yours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reps.forms import PoolFilter
from reps.views.claims import earlier
from reps.views.door import DeskRequest, desk_page
from routing import assignment
from routing.access import contested_by
from routing.export import csv_answer, wants_bom
from routing.lead_sheet import number
from routing.models import Lead, Team
from routing.own_files import POOL

PAGE = 25


@require_safe
@desk_page
def pool(request: DeskRequest) -> HttpResponse | StreamingHttpResponse:
    """What may be picked, filtered and paged. Of the blind pool it tells nothing, not even whether it is empty."""
    teams = Team.objects.filter(pk__in=request.desk.teams, archived_at=None).order_by("name", "pk")
    form = PoolFilter(request.GET, teams=teams)
    form.full_clean()  # what is nonsense is left out, the rest holds
    wanted = form.cleaned_data
    leads = request.desk.to_pick(**wanted)
    if request.GET.get("format") == "csv":
        rows = ([read(lead) for read in SHEET.values()] for lead in leads.iterator(2000))
        return csv_answer("pool", list(SHEET), rows, bom=wants_bom(request))
    page = Paginator(leads, PAGE).get_page(request.GET.get("page"))
    template = "_partials/pool.html" if request.htmx else "desk/pool.html"
    filtered = any(wanted.get(name) for name in ("search", "band", "team"))
    context = {"form": form, "page": page, "filtered": filtered, "teams": list(teams), "sort": wanted.get("sort", "")}
    return render(request, template, context)


SHEET: Final[Mapping[str, Callable[[Lead], Any]]] = dict(
    zip(
        (*POOL, "industry", "city", "region", "country", "product", "team", "source", "in_pool_since"),
        (
            attrgetter("display_name"),
            attrgetter("band"),
            attrgetter("company"),
            lambda lead: number(lead.company_size),
            *map(attrgetter, ("industry", "city", "region", "country", "product", "team", "source")),
            lambda lead: lead.pooled_at or lead.captured_at,
        ),
        strict=True,
    )
)
"""What the list shows of a lead, column by column."""


@require_POST
@desk_page
def pick(request: DeskRequest, lead_id: int) -> HttpResponse:
    """Take one lead from the list."""
    desk = request.desk
    if not Lead.objects.filter(contested_by(request.user), pk=lead_id, delivery="pick").exists():
        raise Http404("No such lead lies in a pool of yours.")
    try:
        lead = assignment.pick(lead_id=lead_id, rep=desk.rep, at=desk.at)
    except assignment.AlreadyTaken as taken:
        if taken.owner == desk.rep:
            return redirect("lead", lead_id=lead_id)
        messages.error(request, f"{taken.owner} was first, {earlier(desk.at - taken.claimed_at)}.")
    except assignment.AssignmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{lead.display_name} is yours.")
        return redirect("lead", lead_id=lead_id)
    return redirect("pool")


@require_POST
@desk_page
def next_lead(request: DeskRequest) -> HttpResponse:
    """The next lead of the blind pool, seen only now that it is theirs."""
    try:
        lead = assignment.pull(rep=request.desk.rep, at=request.desk.at)
    except assignment.AssignmentError as error:
        messages.error(request, str(error))
        return redirect("pool")
    if lead is None:
        messages.info(request, "There is no lead for you in the pool just now. Try again in a little while.")
        return redirect("pool")
    messages.success(request, f"{lead.display_name} is yours.")
    return redirect("lead", lead_id=lead.pk)
