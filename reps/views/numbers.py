"""My numbers: what I did over 7, 30 or 90 days, beside the median of my team."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from reps.forms import NumbersFilter
from reps.numbers import ENOUGH, PERIODS, Compared, my_numbers
from reps.views.door import DeskRequest, desk_page
from routing.export import csv_answer, wants_bom
from routing.models import Team
from routing.own_files import NUMBERS

USUAL = 30


@require_safe
@desk_page
def numbers(request: DeskRequest) -> HttpResponse | StreamingHttpResponse:
    """The page, or with `format=csv` the same as a file."""
    desk = request.desk
    form = NumbersFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    days = int(wanted.get("days") or USUAL)
    teams = list(Team.objects.filter(memberships__rep=desk.rep, archived_at=None).order_by("name", "pk"))
    team = next((team for team in teams if team.slug == wanted.get("team")), None)
    rows, people = my_numbers(desk.rep, at=desk.at, days=days, team=team)
    if request.GET.get("format") == "csv":
        return as_csv(rows, f"my-numbers-{days}-days", bom=wants_bom(request))
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


def as_csv(rows: list[Compared], name: str, *, bom: bool) -> StreamingHttpResponse:
    """Exactly what the page shows, with the formulas."""
    cells = ([row.measure.label, row.shown, row.team_shown, row.measure.formula] for row in rows)
    return csv_answer(name, [*NUMBERS, "formula"], cells, bom=bom)
