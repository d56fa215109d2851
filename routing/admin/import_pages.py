"""The pages of an import: the file, its columns, what would come of it, how far it is, and what came of it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now

from routing import access, due, imports, jobs
from routing.export import csv_answer, wants_bom
from routing.imports.bringing import counted
from routing.imports.requests import unrouted, why_not_undone
from routing.intake import columns
from routing.intake.columns import BadColumns, Guess
from routing.intake.parts import ROWS
from routing.intake.tabular import NotATable
from routing.intake.uploading import keep
from routing.models import ImportRun, Source
from routing.own_files import REJECTS

from .base import who_asks
from .import_forms import UploadForm, chosen, column_rows
from .import_rows import PER_PAGE, STATUSES, columns_shown, page_of, rejected_rows
from .pages import page, wants

MAY_IMPORT: Final = ("routing.view_importrun", "routing.add_importrun")
MAY_UNDO: Final = ("routing.view_importrun", "routing.change_importrun")
State = ImportRun.State


def upload_page(request: HttpRequest) -> HttpResponse:
    """A file is chosen, read to its end, and kept; or it is said why it cannot be read."""
    wants(request, *MAY_IMPORT)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        told = {name: form.cleaned_data[name] for name in ("source", "routes", "starts_sla")}
        try:
            run = keep(file.file, name=file.name, size=file.size, by=who_asks(request), at=now(), **told)
        except NotATable as error:
            form.add_error("file", _sentence(f"“{file.name}” cannot be imported: {error}"))
        else:
            return HttpResponseRedirect(reverse("admin:import_columns", args=[run.pk]))
    sources = Source.objects.filter(active=True).exists()
    return page(request, "admin/imports/upload.html", {"form": form, "sources": sources}, title="Import leads")


def columns_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column is: guessed, changed, and sent on to the dry run; what is wrong is said at the column."""
    wants(request, *MAY_IMPORT)
    run = _mine(request, pk)
    wrong, whole = {}, ""
    if request.method == "POST":
        picked = chosen(run, request.POST)
        try:
            imports.check(run=run, chosen=picked, at=now())
        except BadColumns as error:
            wrong, whole = error.of, error.whole
        except imports.NotNow as error:
            messages.error(request, str(error))
            return _to(run)
        else:
            jobs.wake(due.LONG)
            return _to(run)
        guesses = {header: Guess(field) for header, field in picked.items()}
    elif run.state not in (State.COLUMNS, State.CHECKING, State.CHECKED):
        return _to(run)
    else:
        guesses = {header: Guess(run.mapping[header]) for header in run.mapping} or columns.guesses(run)
    context = {
        "run": run,
        "columns": column_rows(run, guesses, wrong),
        "whole": whole,
        "choices": columns.CHOICES,
        "wrong": len(wrong),
    }
    return page(request, "admin/imports/columns.html", context, title=f"Columns of {run.filename}")


def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import as it stands: under way, to be decided on, or done; with its rows."""
    run = _mine(request, pk)
    user = who_asks(request)
    if run.state == State.COLUMNS and user.has_perms(MAY_IMPORT):
        return HttpResponseRedirect(reverse("admin:import_columns", args=[run.pk]))
    context: dict[str, Any] = {"run": run, "opts": ImportRun._meta, **_standing(run)}
    if not run.is_at_work and run.state != State.COLUMNS:
        context |= _listed(request, run, context["counts"])
        context["may_import"] = user.has_perms(MAY_IMPORT)
        context["may_undo"] = user.has_perms(MAY_UNDO)
        if run.state == State.FINISHED:
            context["unrouted"] = 0 if run.routes else unrouted(run).count()
    return page(request, "admin/imports/import.html", context, title=run.filename)


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for a page that asks every second; a page that shows another state is to be loaded anew."""
    wants(request, "routing.view_importrun")
    run = _mine(request, pk)
    answer = render(request, "admin/imports/progress.html", {"run": run, **_standing(run)})
    if request.GET.get("state") != run.state or not run.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Import now."""
    wants(request, *MAY_IMPORT)
    return _asked(request, _mine(request, pk), lambda run: imports.begin(run=run, at=now()))


def route(request: HttpRequest, pk: int) -> HttpResponse:
    """Route the leads that came in unrouted."""
    wants(request, *MAY_UNDO)

    def act(run: ImportRun) -> None:
        count = imports.route_now(run=run, at=now())
        messages.success(request, f"{count:,} leads are being routed.")

    return _asked(request, _mine(request, pk), act)


def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the upload away."""
    wants(request, *MAY_IMPORT)
    run = _mine(request, pk)
    answer = _asked(request, run, lambda run: imports.discard(run=run))
    if request.method == "POST" and not ImportRun.objects.filter(pk=pk).exists():
        messages.success(request, f"“{run.filename}” was thrown away. Nothing of it came in.")
        return HttpResponseRedirect(reverse("admin:routing_importrun_changelist"))
    return answer


def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What an undo would do, or why it cannot be; then it is done."""
    wants(request, *MAY_UNDO)
    run = _mine(request, pk)
    if request.method == "POST":
        return _asked(request, run, lambda run: imports.undo(run=run, by=who_asks(request), at=now()))
    context = {"run": run, "reasons": why_not_undone(run)}
    return page(request, "admin/imports/undo.html", context, title=f"Undo the import of {run.filename}")


def rejects(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The rows that were turned away, with line and reason: to be mended and brought again."""
    wants(request, "routing.view_importrun")
    run = _mine(request, pk)
    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in run.filename)[:80]
    header = [*REJECTS, *run.headers]
    return csv_answer(f"rejects-{name}", header, rejected_rows(run), bom=wants_bom(request))


def _asked(request: HttpRequest, run: ImportRun, act: Any) -> HttpResponse:
    """Does what is asked of an import, by POST alone; a refusal is told."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        act(run)
    except imports.NotNow as error:
        messages.error(request, str(error))
    else:
        jobs.wake(due.LONG)
        jobs.wake_routing()
    return _to(run)


def _standing(run: ImportRun) -> dict[str, Any]:
    """The counts of an import, and how far its present step is."""
    if run.state == State.IMPORTING:
        counts = counted(run)
        done, total = counts["read"], run.rows
    elif run.state in (State.CHECKING, State.CHECKED):
        counts = {"read": run.rows, **(run.expected or {})}
        done, total = min(run.cursor * ROWS, run.rows), run.rows
    else:
        counts = {name: getattr(run, name) for name in ("read", "created", "duplicates", "rejected")}
        done, total = run.withdrawn, run.created
    return {"counts": counts, "done": done, "total": max(total, 1)}


def _listed(request: HttpRequest, run: ImportRun, counts: dict[str, int]) -> dict[str, Any]:
    """One page of the rows."""
    only = request.GET.get("verdict", "")
    only = only if only in STATUSES else ""
    found = counts.get(only or "read") or 0
    last = max(1, -(-found // PER_PAGE))
    asked = request.GET.get("page", "1")
    number = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1, 1), last)
    return {
        "rows": page_of(run, who_asks(request), only=only, number=number),
        "headers": columns_shown(run),
        "only": only,
        "number": number,
        "last": last,
    }


def _mine(request: HttpRequest, pk: int) -> ImportRun:
    runs: QuerySet[ImportRun] = ImportRun.objects.select_related("source", "by", "undone_by")
    return get_object_or_404(access.within_reach(who_asks(request), runs), pk=pk)


def _to(run: ImportRun) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:routing_importrun_change", args=[run.pk]))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."
