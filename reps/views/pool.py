"""The pool: leads to pick from a list, and one big button for those that show nothing before they are yours."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reps.forms import PoolFilter
from reps.views.claims import earlier
from reps.views.door import DeskRequest, desk_page
from routing import assignment
from routing.access import contested_by
from routing.models import Lead

PAGE = 25


@require_safe
@desk_page
def pool(request: DeskRequest) -> HttpResponse:
    """What may be picked, filtered and paged. Of the blind pool it tells nothing, not even whether it is empty."""
    form = PoolFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(request.desk.to_pick(**wanted), PAGE).get_page(request.GET.get("page"))
    template = "_partials/pool.html" if request.htmx else "desk/pool.html"
    return render(request, template, {"form": form, "page": page, "filtered": any(wanted.values())})


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
