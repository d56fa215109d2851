"""Pages of weekly mails: made from a report's page, listed, changed; ended by whoever gets one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.mails import changing, sending
from reports.mails.asking import kept
from reports.mails.forms import MailForm
from reports.mails.links import place_of
from reports.mails.listed import in_words, link_of, mine, query_in_words, sent_to, title_of
from reports.models import Addressee, Subscription
from reports.registry import reports_for
from reports.views import form_of, found_or_404
from reps.notify.choices import address_of
from reps.views.door import LeadRequest, lead_page
from routing.due import POST
from routing.jobs import wake


@require_safe
@lead_page
def mails(request: LeadRequest) -> HttpResponse:
    """The weekly mails that this person made, and those they get of others."""
    if not reports_for(request.user):
        raise Http404("There are no reports for you.")
    told = {"mine": mine(request.user), "of_others": sent_to(request.user), "address": address_of(request.user)}
    return render(request, "reports/mails/list.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def mail_report(request: LeadRequest, slug: str) -> HttpResponse:
    """Has the view of a report sent weekly: the form, and what it makes."""
    report = found_or_404(request, slug)
    if not form_of(request, report).is_valid():
        return redirect(f"{request.path.removesuffix('mail/')}?{request.GET.urlencode()}")  # which says what is wrong
    query = kept(request.GET)
    form = MailForm(request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid():
        changing.subscribe(
            owner=request.user, report=slug, query=query, at=request.desk.at, **form.cleaned_data
        )  # fmt: skip
        messages.success(request, f"“{report.title}” comes by mail every week.")
        return redirect("report-mails")
    told = {"title": report.title, "view": query_in_words(QueryDict(query).dict()), "form": form}
    return answered(request, form, told | {"back": f"{request.path.removesuffix('mail/')}?{query}"})


@require_http_methods(["GET", "HEAD", "POST"])
@lead_page
def mail(request: LeadRequest, pk: int) -> HttpResponse:
    """One weekly mail of mine, to be changed."""
    one = own_or_404(request, pk)
    form = MailForm(request.POST or None, owner=request.user, subscription=one)
    if request.method == "POST" and form.is_valid():
        changing.change(subscription=one, at=request.desk.at, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("report-mails")
    told = {"title": title_of(one), "view": in_words(one), "form": form, "subscription": one}
    return answered(request, form, told | {"back": link_of(one)})


@require_POST
@lead_page
def mail_act(request: LeadRequest, pk: int, act: str) -> HttpResponse:
    """Pauses, goes on, deletes, or sends one now to whoever asks; a reader ends what somebody else sends them."""
    if act == "end":
        place = get_object_or_404(Addressee, subscription=pk, user=request.user)
        changing.end(addressee=place, at=request.desk.at)
        messages.success(request, "You do not get this mail any more.")
        return redirect("report-mails")
    one = own_or_404(request, pk)
    match act:
        case "pause":
            changing.pause(subscription=one)
            messages.success(request, "Paused: it comes to nobody until you let it go on.")
        case "go-on":
            changing.go_on(subscription=one, at=request.desk.at)
            messages.success(request, "It goes on, at its next hour.")
        case "delete":
            one.delete()
            messages.success(request, "Deleted.")
        case "now":
            send_one_now(request, one)
        case _:
            raise Http404("There is no such act.")
    return redirect("report-mails")


def send_one_now(request: LeadRequest, one: Subscription) -> None:
    """To whoever asks, and to nobody else."""
    why = sending.send_now(subscription=one, user=request.user, at=request.desk.at)
    if why:
        messages.error(request, why)
    else:
        wake(POST)
        messages.success(request, f"One is on its way to {address_of(request.user)}.")


@csrf_exempt  # a mail program posts here at one click (RFC 8058); the link is signed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_end(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the mail. Looking at it ends nothing, so that a mail scanner ends nobody's mail."""
    place = place_of(token)
    if place is None:
        told: dict[str, Any] = {"gone": True}
        return render(request, "reports/mails/end.html", told, status=404)
    if request.method == "POST":
        changing.end(addressee=place, at=timezone.now())
        place.refresh_from_db()
    told = {"place": place, "title": title_of(place.subscription), "ended": place.ended_at is not None}
    return render(request, "reports/mails/end.html", told)


def own_or_404(request: LeadRequest, pk: int) -> Subscription:
    return get_object_or_404(Subscription, pk=pk, owner=request.user)


def answered(request: LeadRequest, form: MailForm, told: dict[str, Any]) -> HttpResponse:
    return render(request, "reports/mails/form.html", told, status=422 if form.errors else 200)
