"""My numbers: what I did over 7, 30 or 90 days, beside the median of my team."""

from __future__ import annotations

import csv
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from reps.forms import NumbersFilter
from reps.numbers import ENOUGH, PERIODS, Compared, my_numbers
from reps.views.door import DeskRequest, desk_page
from routing.models import Team

USUAL = 30


@require_safe
@desk_page
def numbers(request: DeskRequest) -> HttpResponse:
    """The page, or with `format=csv` the same as a file."""
    desk = request.desk
    form = NumbersFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    days = int(wanted.get("days") or USUAL)
    teams = list(Team.objects.filter(memberships__rep=desk.rep, archived_at=None).order_by("name", "pk"))
    team = next((team for team in teams if team.slug == wanted.get("team")), None)
    rows, people = my_numbers(desk.rep, at=desk.at, days=days, team=team)
    if request.GET.get("format") == "csv":
        return as_csv(rows, f"my-numbers-{wanted['days']}-days.csv")
    return render(
        request,
        "desk/numbers.html",
        {
            "rows": rows,
            "people": people,
            "enough": ENOUGH,
            "teams": teams,
            "team": team,
            "days": days,
            "periods": PERIODS,
            "since": localtime(desk.at) - timedelta(days=days),
        },
    )


def as_csv(rows: list[Compared], name: str) -> HttpResponse:
    """Exactly what the page shows, with the formulas."""
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    writer = csv.writer(answer)
    writer.writerow(["measure", "you", "team median", "formula"])
    writer.writerows([row.measure.label, row.shown, row.team_shown, row.measure.formula] for row in rows)
    return answer
