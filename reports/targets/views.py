"""The page of targets and early warnings: managers set those of their teams, analysts read, no rep comes in."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reports.models import Target
from reports.targets.forms import TargetForm
from reports.targets.listed import listed_targets, listed_warning, recent_warnings
from reports.targets.setting import remove_target, set_target
from reps.views.door import LeadRequest, lead_page
from routing.access import teams_managed_by, teams_watched_by

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def targets(request: LeadRequest) -> HttpResponse:
    """The targets of each team, and what was seen in the last weeks; a post sets one."""
    teams = teams_watched_by(request.user)
    watched = list(teams.order_by("name", "pk"))
    if not watched:
        raise Http404("There are no teams whose targets you could read.")
    mine = teams_managed_by(request.user)
    settable = set(mine.values_list("pk", flat=True))
    forms = {team.pk: TargetForm(teams=mine, team=team) for team in watched if team.pk in settable}
    status = 200
    if request.method == "POST":
        team = get_object_or_404(mine, slug=request.POST.get("team", ""))
        form = TargetForm(request.POST, teams=mine, team=team)
        if form.is_valid():
            set_target(
                team=team,
                metric=form.chosen,
                value=form.cleaned_data["value"],
                settles_weeks=form.weeks,
                by=request.user,
                at=request.desk.at,
            )
            messages.success(request, f"{team} is watched for “{form.chosen.label}” from next Monday on.")
            return redirect("targets")
        forms[team.pk], status = form, 422
    page = Paginator(recent_warnings(teams, request.desk.at), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "teams": listed_targets(watched, forms),
        "page": page,
        "warnings": [listed_warning(one) for one in page],
        "may_set": bool(forms),
    }
    return render(request, "reports/targets.html", told, status=status)


@require_POST
@lead_page
def target_removed(request: LeadRequest, pk: int) -> HttpResponse:
    """A target is taken away."""
    mine = teams_managed_by(request.user)
    target = get_object_or_404(Target.objects.select_related("team"), pk=pk, team__in=mine.values("pk"))
    remove_target(target=target)
    messages.success(request, f"{target.team} has one target fewer.")
    return redirect("targets")
