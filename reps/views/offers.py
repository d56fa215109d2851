"""A lead on offer: accepted or declined at the desk, or by the link in the mail, which asks for no log-in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reps import facts
from reps.clocks import offer_clock
from reps.forms import DECLINE_REASONS, DeclineForm
from reps.offer_links import offer_of
from reps.views.door import DeskRequest, desk_page, zone_of
from routing import assignment
from routing.access import lead_on_offer
from routing.jobs import wake_routing
from routing.models import Offer


@require_POST
@desk_page
def accept(request: DeskRequest, lead_id: int) -> HttpResponse:
    """Accept the lead that is on offer to this rep, or learn why that came too late."""
    get_object_or_404(Offer, lead_id=lead_id, rep=request.desk.rep, state=Offer.State.OPEN)
    try:
        lead = assignment.accept(lead_id=lead_id, rep=request.desk.rep, at=request.desk.at, by=request.user)
    except assignment.AssignmentError as error:
        messages.error(request, str(error))
        return redirect("queue")
    messages.success(request, f"{lead.display_name} is yours.")
    return redirect("lead", lead_id=lead_id)


@require_POST
@desk_page
def decline(request: DeskRequest, lead_id: int) -> HttpResponse:
    """Decline it, and say why; it goes to somebody else."""
    get_object_or_404(Offer, lead_id=lead_id, rep=request.desk.rep, state=Offer.State.OPEN)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why you decline: choose one of the reasons.")
        return redirect("queue")
    try:
        assignment.decline(
            lead_id=lead_id,
            rep=request.desk.rep,
            reason=form.cleaned_data["reason"],
            at=request.desk.at,
            by=request.user,
        )
    except assignment.AssignmentError as error:
        messages.error(request, str(error))
    else:
        wake_routing()
        messages.success(request, "Declined. Somebody else will be asked.")
    return redirect("queue")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the mail. Looking at it does nothing, so that a mail scanner accepts no lead; a post
    answers the offer once, and the link is good as long as the offer stands."""
    offer = offer_of(token)
    if offer is None:
        return render(request, "desk/offer.html", {"gone": "This link is not one of ours."}, status=404)
    at, rep = timezone.now(), offer.rep
    with timezone.override(zone_of(rep.user, rep) if rep.user else None):
        if request.method == "POST" and offer.state == Offer.State.OPEN:
            return _answered(request, offer)
        if offer.state == Offer.State.OPEN and at < offer.expires_at:
            lead = lead_on_offer(offer)
            context = {
                "lead": lead,
                "offer": offer,
                "facts": facts.listed(lead),
                "clock": offer_clock(offer.expires_at, at),
                "reasons": DECLINE_REASONS,
            }
            return render(request, "desk/offer.html", context)
        return render(request, "desk/offer.html", {"gone": _what_became(offer), "offer": offer}, status=410)


def _answered(request: HttpRequest, offer: Offer) -> HttpResponse:
    at = timezone.now()
    try:
        if request.POST.get("answer") == "accept":
            assignment.accept(lead_id=offer.lead_id, rep=offer.rep, at=at, by=offer.rep.user)
            return render(request, "desk/offer.html", {"offer": offer, "accepted": True})
        form = DeclineForm(request.POST)
        if not form.is_valid():
            context = {"offer": offer, "gone": "Say why you decline: choose one of the reasons.", "again": request.path}
            return render(request, "desk/offer.html", context, status=422)
        reason = form.cleaned_data["reason"]
        assignment.decline(lead_id=offer.lead_id, rep=offer.rep, reason=reason, at=at, by=offer.rep.user)
        wake_routing()
        return render(request, "desk/offer.html", {"offer": offer, "declined": True})
    except assignment.AssignmentError as error:
        return render(request, "desk/offer.html", {"offer": offer, "gone": str(error)}, status=410)


def _what_became(offer: Offer) -> str:
    """What to say of an offer that does not stand any more."""
    return {
        Offer.State.ACCEPTED: "You accepted this lead. It is in your queue.",
        Offer.State.DECLINED: "You declined this lead. It went to somebody else.",
        Offer.State.WITHDRAWN: "This offer was taken back.",
    }.get(Offer.State(offer.state), "The time to accept this lead is over. It went to somebody else.")
