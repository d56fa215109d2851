"""Where a manager rewards output: proposals of weights, what the last one did, and who sees the leaderboard."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST, require_safe

from reports.charts.intervals import interval, scale_of
from reports.models import TeamReportSettings, WeightLine, WeightProposal
from reports.rewarding import deciding, proposing
from reports.rewarding.aftermath import aftermath
from reports.rewarding.forms import USUAL, LeaderboardForm, PeriodForm, WeightsForm
from reports.statistics.output import ENOUGH_EXPECTED, ENOUGH_LEADS
from reps.views.door import LeadRequest, lead_page
from routing.access import teams_weighed_by
from routing.models import Rule, Team

OPEN = WeightProposal.State.PROPOSED


@require_safe
@lead_page
def teams(request: LeadRequest) -> HttpResponse:
    """The teams whose weights this person may change."""
    if not request.user.has_perm("routing.change_membership"):
        raise Http404("Weights are the managers'.")
    waiting = WeightProposal.objects.filter(team=OuterRef("pk"), state=OPEN)
    found = teams_weighed_by(request.user).annotate(proposal_waits=Exists(waiting)).order_by("name", "pk")
    return render(request, "reports/weights/teams.html", {"teams": found})


@require_safe
@lead_page
def team(request: LeadRequest, slug: str) -> HttpResponse:
    """One team: the proposal that waits for a decision, or a way to have one made; and what the last one did."""
    return _page(request, _team(request, slug))


@require_POST
@lead_page
def propose(request: LeadRequest, slug: str) -> HttpResponse:
    """Makes a proposal from the last so many days, whole days but for today."""
    of, form = _team(request, slug), PeriodForm(request.POST)
    if not form.is_valid():
        return _page(request, of, status=422, period=form)
    midnight = localtime(request.desk.at).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=form.cleaned_data["days"] - 1)
    proposing.make(team=of, since=since, until=request.desk.at, at=request.desk.at, by=request.user)
    return redirect("weights-of-team", slug)


@require_POST
@lead_page
def approve(request: LeadRequest, slug: str, proposal_id: int) -> HttpResponse:
    """The weights as they stand in the form become the members'."""
    of = _team(request, slug)
    proposal = get_object_or_404(WeightProposal, pk=proposal_id, team=of)
    form = WeightsForm(request.POST, lines=_lines(proposal))
    try:
        if proposal.state != OPEN:
            raise deciding.AlreadyDecided
        if not form.is_valid():
            return _page(request, of, status=422, form=form)
        deciding.approve(proposal=proposal, weights=form.weights, at=request.desk.at, by=request.user)
    except deciding.AlreadyDecided:
        messages.warning(request, "Somebody decided on this proposal before you. Nothing was changed.")
    except deciding.Stale:
        messages.error(request, "Weights or members have changed since this was proposed. Have it proposed anew.")
    else:
        messages.success(request, f"The new weights of {of} are in force.")
    return redirect("weights-of-team", slug)


@require_POST
@lead_page
def dismiss(request: LeadRequest, slug: str, proposal_id: int) -> HttpResponse:
    """Weights stay as they are."""
    proposal = get_object_or_404(WeightProposal, pk=proposal_id, team=_team(request, slug))
    try:
        deciding.dismiss(proposal=proposal, at=request.desk.at, by=request.user)
    except deciding.AlreadyDecided:
        messages.warning(request, "Somebody decided on this proposal before you.")
    else:
        messages.success(request, "Dismissed. Weights stay as they are.")
    return redirect("weights-of-team", slug)


@require_POST
@lead_page
def leaderboard(request: LeadRequest, slug: str) -> HttpResponse:
    """Shows the team's reps the leaderboard, or takes it from them."""
    of, form = _team(request, slug), LeaderboardForm(request.POST)
    form.full_clean()
    shown = form.cleaned_data["shown"]
    TeamReportSettings.objects.update_or_create(team=of, defaults={"leaderboard_for_reps": shown})
    messages.success(request, f"The reps of {of} {'see' if shown else 'no longer see'} the leaderboard.")
    return redirect("weights-of-team", slug)


def _team(request: LeadRequest, slug: str) -> Team:
    return get_object_or_404(teams_weighed_by(request.user), slug=slug)


def _lines(proposal: WeightProposal) -> list[WeightLine]:
    return list(proposal.lines.select_related("rep"))


def _page(
    request: LeadRequest,
    of: Team,
    *,
    status: int = 200,
    form: WeightsForm | None = None,
    period: PeriodForm | None = None,
) -> HttpResponse:
    proposal = WeightProposal.objects.filter(team=of, state=OPEN).select_related("made_by").first()
    settings = TeamReportSettings.objects.filter(team=of).first() or TeamReportSettings(team=of)
    last = aftermath(of, at=request.desk.at)
    told: dict[str, Any] = {
        "team": of,
        "period": period or PeriodForm(initial={"days": USUAL}),
        "settings": settings,
        "last": last,
        "by_weight": Rule.objects.filter(
            Q(to_team=of) | Q(to_territory=True), order="weighted", archived_at=None
        ).exists(),
        "enough_leads": ENOUGH_LEADS,
        "enough_expected": ENOUGH_EXPECTED,
    }
    if proposal is not None:
        lines = form.lines if form is not None else _lines(proposal)
        told |= {
            "proposal": proposal,
            "stale": deciding.is_stale(proposal),
            "members": _members(lines, form or WeightsForm(lines=lines)),
            "changes": any(line.weight != line.proposed for line in lines),
        }
    return render(request, "reports/weights/team.html", told, status=status)


def _members(lines: Any, form: WeightsForm) -> list[dict[str, Any]]:
    """Each line with its share before and after, its picture and its field."""
    now, then = sum(line.weight for line in lines), sum(line.proposed for line in lines)
    outputs = [line.output for line in lines]
    scale = scale_of(one.high for one in outputs)
    return [
        {
            "line": line,
            "output": one,
            "share": 100 * line.weight / now if now else 0,
            "share_proposed": 100 * line.proposed / then if then else 0,
            "drawn": interval((str(line.rep), one.low, one.allowing_for_luck, one.high), scale),
            "field": form.field(line),
        }
        for line, one in zip(lines, outputs, strict=True)
    ]
