"""How leads are distributed: the plan in plain sentences, and where I stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reps.standing import distribution
from reps.views.door import DeskRequest, desk_page


@require_safe
@desk_page
def how_leads_are_distributed(request: DeskRequest) -> HttpResponse:
    """The plan in force, team by team, and its rules in order."""
    return render(request, "desk/distribution.html", {"distribution": distribution(request.desk.rep)})
