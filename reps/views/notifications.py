"""What one was told: the bell on every page, the list behind it, and how one wants to be told."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reps.notify import page
from reps.notify.choices import address_of, choose
from reps.notify.form import ToldHow
from reps.notify.words import said_to, with_news
from reps.views.door import LeadRequest, lead_page, zone_of
from reps.views.live import live
from routing.access import rep_of

A_PAGE: Final = 25


@require_safe
@lead_page
def notifications(request: LeadRequest) -> HttpResponse:
    """All of it, the newest first, a page at a time."""
    at = Paginator(with_news(page.on_page(request.user)), A_PAGE).get_page(request.GET.get("page"))
    rows = list(at.object_list)
    return live(
        request,
        "desk/notifications.html",
        "_partials/notifications.html",
        seen=[(one.pk, one.count, one.read_at) for one in rows],
        context={"page": at, "told": said_to(request.user, rows)},
    )


@require_safe
@lead_page
def bell(request: LeadRequest) -> HttpResponse:
    """How many are unread; silence while that is so."""
    if request.htmx and request.GET.get("seen") == request.desk.bell.mark:
        return HttpResponse(status=204)
    return render(request, "_partials/bell.html", {"desk": request.desk})


@require_safe
@lead_page
def notification(request: LeadRequest, pk: int) -> HttpResponse:
    """On to what it is about. Whoever opens it has read it."""
    found = with_news(page.on_page(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    page.read(request.user, at=request.desk.at, pk=pk)
    (said,) = said_to(request.user, [found])
    return redirect(said.link)


@require_POST
@lead_page
def read(request: LeadRequest) -> HttpResponse:
    """All that was on the list when it was looked at is read."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        page.read(request.user, at=request.desk.at, up_to=int(up_to))
    return redirect("notifications")


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def told_how(request: LeadRequest) -> HttpResponse:
    """By which channels, and when."""
    form = ToldHow(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        choose(user=request.user, at=request.desk.at, chosen=form.chosen, **form.times)
        messages.success(request, "From now on you are told so.")
        return redirect("told-how")
    context = {
        "form": form,
        "address": address_of(request.user),
        "zone": zone_of(request.user, rep_of(request.user)),
    }
    return render(request, "desk/told_how.html", context, status=422 if form.errors else 200)
