"""Time off, booked by reps for themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from reps.time_off import TimeOffOfDesk
from reps.views.door import DeskRequest, desk_page
from routing.absences import CannotBook, book, cancel, change
from routing.absences.form import AbsenceForm, filled_from


@require_POST
@desk_page
def book_time_off(request: DeskRequest) -> HttpResponse:
    """Book an absence; what is wrong is said on the page, with what was filled in."""
    desk, away = request.desk, TimeOffOfDesk(request.desk)
    form = AbsenceForm(request.POST, rep=desk.rep, calendar=away.calendar)
    if form.is_valid():
        filled = form.cleaned_data
        try:
            absence = book(
                rep=desk.rep,
                span=filled["span"],
                at=desk.at,
                by=request.user,
                cover=filled["cover"],
                note=filled["note"],
            )
        except CannotBook as error:
            form.add_error(error.field, str(error))
        else:
            return _done(request, f"You are away {away.said(absence)}.")
    return render(request, "desk/availability.html", {"away": away, "form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def change_time_off(request: DeskRequest, absence_id: int) -> HttpResponse:
    """Change or cancel an absence of one's own."""
    desk, away = request.desk, TimeOffOfDesk(request.desk)
    absence = get_object_or_404(away.mine(), pk=absence_id)
    sent = request.POST if request.method == "POST" else None
    form = AbsenceForm(
        None if sent is None or "cancel" in sent else sent,
        initial=filled_from(absence, away.calendar),
        rep=desk.rep,
        calendar=away.calendar,
    )
    refused: dict[str, Any] = {}
    try:
        if sent is not None and "cancel" in sent:
            ended = cancel(absence_id=absence.pk, rep=desk.rep, at=desk.at, by=request.user)
            return _done(request, "Welcome back: your time off ends now." if ended else "Your time off is cancelled.")
        if sent is not None and form.is_valid():
            filled = form.cleaned_data
            changed = change(
                absence_id=absence.pk,
                rep=desk.rep,
                span=filled["span"],
                at=desk.at,
                by=request.user,
                cover=filled["cover"],
                note=filled["note"],
            )
            return _done(request, f"You are away {away.said(changed)}.")
    except CannotBook as error:
        if form.is_bound:
            form.add_error(error.field, str(error))
        else:
            refused = {"refused": str(error)}
    return render(
        request,
        "desk/time_off.html",
        {"away": away, "form": form, "absence": absence, **refused},
        status=200 if sent is None else 422,
    )


def _done(request: DeskRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("availability")
