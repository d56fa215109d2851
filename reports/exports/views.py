"""The pages of raw exports: the three with their form, a file at once or later, how far it is, and the download."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from reports.models import ExportRun
from reps.views.door import LeadRequest, lead_page
from routing import access, due, jobs
from routing.export import TYPE, csv_answer

from . import requests
from .forms import ExportForm
from .rights import rights_of
from .sheets import SHEETS, Sheet
from .working import file_of

SHOWN = 20
"""Exports that are listed."""


@require_safe
@lead_page
def exports_page(request: LeadRequest) -> HttpResponse:
    """What may be exported, and what was."""
    _wants_reports(request)
    return _page(request, _form(request), status=200)


@require_safe
@lead_page
def export_now(request: LeadRequest, slug: str) -> Any:
    """The file at once where it is small; else it is said that it is large, and a button has it written."""
    _wants_reports(request)
    sheet = _sheet(slug)
    form = _form(request, bound=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked, bom = form.asked(), form.cleaned_data["bom"]
    if requests.is_large(slug, request.user, asked):
        return render(
            request, "reports/exports/large.html", {"sheet": sheet, "form": form, "at_once": requests.AT_ONCE}
        )
    written = sheet.written_for(request.user, asked)
    rows = written.lines(sheet.rows_for(request.user, asked))
    return csv_answer(f"{slug}-{now():%Y-%m-%d}", written.header, rows, bom=bom)


@require_POST
@lead_page
def export_later(request: LeadRequest, slug: str) -> HttpResponse:
    """Has the file written in the background."""
    _wants_reports(request)
    _sheet(slug)
    form = _form(request, bound=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        run = requests.ask(
            sheet=slug, by=request.user, asked=form.asked(), bom=form.cleaned_data["bom"], at=request.desk.at
        )
    except requests.TooMany as error:
        messages.error(request, str(error))
        return redirect("exports")
    jobs.wake(due.LONG)
    return redirect("export", pk=run.pk)


@require_safe
@lead_page
def export_page(request: LeadRequest, pk: int) -> HttpResponse:
    """How far it is; when it is there, the download."""
    run = _mine(request, pk)
    if request.htmx:
        if request.GET.get("state") != run.state:
            return HttpResponseClientRefresh()
        return render(request, "reports/exports/progress.html", {"run": run})
    return render(request, "reports/exports/export.html", {"run": run, "sheet": SHEETS[run.sheet]})


@require_safe
@lead_page
def export_file(request: LeadRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """The file, a part at a time; only a whole one, and only while its person may see what it holds."""
    run = _mine(request, pk)
    if run.state != ExportRun.State.READY:
        return redirect("export", pk=run.pk)
    if rights_of(run.by) != run.rights:
        messages.error(request, "What may be seen has changed since this was written. Ask for it again.")
        return redirect("exports")
    answer = StreamingHttpResponse(file_of(run), content_type=TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{run.file_name}.csv")
    answer["Content-Length"] = str(run.size)
    return answer


@require_POST
@lead_page
def delete_export(request: LeadRequest, pk: int) -> HttpResponse:
    """Throws it away, written or not."""
    _mine(request, pk).delete()
    messages.success(request, "The export is deleted.")
    return redirect("exports")


def _page(request: LeadRequest, form: ExportForm, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "sheets": SHEETS.values(),
        "runs": _seen_by(request).select_related("by")[:SHOWN],
        "contact": access.shows_contact(request.user),
    }
    return render(request, "reports/exports/exports.html", context, status=status)


def _form(request: LeadRequest, *, bound: bool = False) -> ExportForm:
    told = request.POST if request.method == "POST" else request.GET
    return ExportForm(told if bound else None, teams=access.counted_teams(request.user))


def _sheet(slug: str) -> Sheet:
    if slug not in SHEETS:
        raise Http404("There is no such export.")
    return SHEETS[slug]


def _wants_reports(request: LeadRequest) -> None:
    if not access.has_reports(request.user):
        raise PermissionDenied


def _seen_by(request: LeadRequest) -> QuerySet[ExportRun]:
    """One's own; of ops everybody's."""
    runs = ExportRun.objects.all()
    return runs if access.sees_everything(request.user) else runs.filter(by=request.user)


def _mine(request: LeadRequest, pk: int) -> ExportRun:
    return get_object_or_404(_seen_by(request).select_related("by"), pk=pk)
