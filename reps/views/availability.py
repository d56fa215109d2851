"""The switch "I'm taking leads", with its pauses, and the rep's time off below it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from reps.forms import SwitchForm
from reps.time_off import TimeOffOfDesk
from reps.views.door import DeskRequest, desk_page
from routing.people_changes import set_accepting


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def availability(request: DeskRequest) -> HttpResponse:
    """Show the switch and the time off; a post turns it and goes back to the page it came from."""
    if request.method != "POST":
        away = TimeOffOfDesk(request.desk)
        return render(request, "desk/availability.html", {"away": away, "form": away.form()})
    form = SwitchForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("The switch goes to on, off, 30, 60 or 90.")
    desk, to = request.desk, form.cleaned_data["to"]
    until = desk.at + timedelta(minutes=int(to)) if to.isdigit() else None
    set_accepting(desk.rep, to == "on", at=desk.at, paused_until=until, by=request.user)
    messages.success(request, said(to, f"{localtime(until):%H:%M}" if until else ""))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "queue")


def said(to: str, until: str) -> str:
    """What the switch does now, in a sentence."""
    if to == "on":
        return "You are taking leads."
    return f"No new leads until {until}." if until else "No new leads until you switch back on."
