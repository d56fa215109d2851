"""The pages of reports, and the file of each."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports.answering import answer
from reports.filters import ReportFilter
from reports.registry import reports_for
from reports.report import Report
from reports.targets.marks import with_targets
from reports.written import by_words, header, is_compared, lines
from reps.views.door import LeadRequest, lead_page, no_desk
from routing.access import teams_watched_by
from routing.export import csv_answer, wants_bom

ROWS_A_PAGE = 100


@require_safe
@lead_page
def reports(request: LeadRequest) -> HttpResponse:
    """All reports this person has, by theme."""
    found = reports_for(request.user)
    if not found:
        return no_desk(request)
    themes = [(theme, list(some)) for theme, some in groupby(found.values(), key=lambda one: one.theme)]
    told = {"themes": themes, "targets": teams_watched_by(request.user).exists()}
    return render(request, "reports/index.html", told)


@require_safe
@lead_page
def report(request: LeadRequest, slug: str) -> HttpResponse:
    """One report as a page: the form, the large figures, the picture, and the table beneath."""
    one = found_or_404(request, slug)
    form = form_of(request, one)
    told: dict[str, Any] = {"report": one, "form": form, "reports": reports_for(request.user)}
    if form.is_valid():
        asked = form.asked()
        table, aims = with_targets(one, asked, answer(one, asked))
        page = Paginator(table.rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        told |= {
            "asked": asked,
            "table": table,
            "aims": aims,
            "page": page,
            "by": by_words(asked),
            "compared": is_compared(table),
            "chart": one.chart(asked, table),
        }
    return render(request, "reports/report.html", told)


@require_safe
@lead_page
def report_csv(request: LeadRequest, slug: str) -> HttpResponseBase:
    """The same as a file, whole."""
    one = found_or_404(request, slug)
    form = form_of(request, one)
    if not form.is_valid():
        problems = [f"{name}: {problem}" for name, found in form.errors.items() for problem in found]
        return HttpResponse("\n".join(problems), status=400, content_type="text/plain; charset=utf-8")
    asked = form.asked()
    table = answer(one, asked)
    return csv_answer(f"{slug}-{asked.period.last_on}", header(table, asked), lines(table), bom=wants_bom(request))


def found_or_404(request: LeadRequest, slug: str) -> Report:
    """The report, if there is one of this name for this person."""
    found = reports_for(request.user).get(slug)
    if found is None:
        raise Http404("There is no such report.")
    return found


def form_of(request: LeadRequest, one: Report) -> ReportFilter:
    """What was asked, in the viewer's zone (the door has set it)."""
    zone = timezone.get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    return ReportFilter(request.GET, report=one, viewer=request.user, at=request.desk.at, zone=zone)
