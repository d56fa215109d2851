"""A lead's page: who they are, what happened, and the next thing to do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from reps import facts, planning, started, work
from reps.clocks import offer_clock, put_clocks
from reps.desk import Desk
from reps.forms import (
    DECLINE_REASONS,
    ActivityForm,
    GiveBackForm,
    LostForm,
    NextStepForm,
    StageForm,
    WonForm,
    give_back_reasons,
)
from reps.models import LOST_REASONS, Activity, NextStep
from reps.timeline import timeline
from reps.views.door import DeskRequest, LeadRequest, desk_page, lead_page
from routing import assignment
from routing.absences import away_at
from routing.jobs import wake_routing
from routing.models import Lead, Offer, Stage

CLOSING = (Stage.Kind.WON, Stage.Kind.LOST)

Verb = Callable[[DeskRequest, Lead, dict[str, Any]], None]


@require_safe
@lead_page
def lead(request: LeadRequest, lead_id: int) -> HttpResponse:
    """One lead, for whoever may see it; the forms are for its owner."""
    return page(request, get_object_or_404(request.desk.seen(), pk=lead_id))


def page(request: LeadRequest | DeskRequest, lead: Lead, *, draft: Form | None = None) -> HttpResponse:
    """The page of a lead; with a `draft` that was refused, 422 and what was typed still there."""
    desk = request.desk
    put_clocks([lead], desk.at)
    mine = isinstance(desk, Desk) and lead.owner_id == desk.rep.pk
    context: dict[str, Any] = {
        "lead": lead,
        "mine": mine,
        "may_take": isinstance(desk, Desk) and desk.may_take(lead),
        "facts": facts.listed(lead),
        "came_by": facts.came_by(lead),
        "draft": draft,
        "away": away_at(desk.at, [lead.owner_id]).get(lead.owner_id) if lead.owner_id and not mine else None,
    }
    if isinstance(desk, Desk) and lead.offered_to_id == desk.rep.pk:
        offer = Offer.objects.filter(lead=lead, rep=desk.rep, state=Offer.State.OPEN, expires_at__gt=desk.at).first()
        if offer is not None:
            context |= {"offer_clock": offer_clock(offer.expires_at, desk.at), "decline_reasons": DECLINE_REASONS}
    # What was said with a lead in an earlier cycle is not for everyone at a pool.
    if lead.owner_id or desk.manages(lead):
        context["timeline"] = timeline(lead)
    if mine and isinstance(desk, Desk):
        context |= {
            "stages": Stage.objects.exclude(kind__in=CLOSING),
            "kinds": [choice for choice in Activity.Kind.choices if choice[0] != Activity.Kind.CALL],
            "lost_reasons": LOST_REASONS,
            "give_back_reasons": give_back_reasons(lead),
            "keys": {"call": uuid.uuid4(), "other": uuid.uuid4()},
            "next_step": NextStep.objects.open().filter(lead=lead, by=request.user).first(),
            "next_times": NextStepForm.WHEN,
            "starts": started.under_way(rep=desk.rep, by=request.user, at=desk.at, lead_id=lead.pk),
        }
    return render(request, "desk/lead.html", context, status=422 if draft else 200)


def act(form: type[Form], done: str) -> Callable[[Verb], Callable[..., HttpResponseBase]]:
    """A post by which the owner of a lead does something with it; says what was done, or what is wrong."""

    def wrapped(verb: Verb) -> Callable[..., HttpResponseBase]:
        @require_POST
        @desk_page
        def view(request: DeskRequest, lead_id: int) -> HttpResponse:
            found = get_object_or_404(request.desk.seen(), pk=lead_id)
            if found.owner_id != request.desk.rep.pk:
                raise PermissionDenied("Only its owner works a lead.")
            filled = form(request.POST)
            if not filled.is_valid():
                return page(request, found, draft=filled)
            try:
                verb(request, found, filled.cleaned_data)
            except (ValidationError, assignment.AssignmentError, work.KeyReused) as error:
                filled.add_error(None, error.messages if isinstance(error, ValidationError) else str(error))
                return page(request, found, draft=filled)
            messages.success(request, done)
            return went_back(request, lead_id)

        return view

    return wrapped


def went_back(request: DeskRequest, lead_id: int) -> HttpResponse:
    """To where the form was sent from, if it says so; else to the lead, while it is still seen."""
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return redirect(back)
    still_seen = request.desk.seen().filter(pk=lead_id).exists()
    return redirect("lead", lead_id=lead_id) if still_seen else redirect("queue")


@act(ActivityForm, "Logged.")
def log(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """Write down a call, an e-mail, a message, a meeting or a note."""
    work.log(lead_id=lead.pk, rep=request.desk.rep, by=request.user, at=request.desk.at, **filled)


@act(StageForm, "Moved.")
def stage(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """Move the lead to another stage."""
    work.move(lead_id=lead.pk, stage=filled["stage"], by=request.user, at=request.desk.at)


@act(WonForm, "Won. Well done!")
def win(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """The lead buys."""
    work.win(lead_id=lead.pk, value=filled["value"], by=request.user, at=request.desk.at)


@act(LostForm, "Closed as lost.")
def lose(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """The lead does not buy."""
    work.lose(lead_id=lead.pk, reason=filled["reason"], by=request.user, at=request.desk.at)


@act(GiveBackForm, "Given back. Somebody else will get it.")
def give_back(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """The lead goes back to be routed again."""
    reason = filled["reason"]
    if reason not in give_back_reasons(lead):
        raise ValidationError("Choose one of the reasons.")
    assignment.give_back(lead_id=lead.pk, rep=request.desk.rep, reason=reason, by=request.user, at=request.desk.at)
    wake_routing()


@act(NextStepForm, "Noted.")
def next_step(request: DeskRequest, lead: Lead, filled: dict[str, Any]) -> None:
    """Set what comes next, put it off, or say that it is done or no longer wanted."""
    if filled["done"] or filled["cancelled"]:
        outcome = NextStep.Outcome.DONE if filled["done"] else NextStep.Outcome.CANCELLED
        planning.end_step(lead_id=lead.pk, outcome=outcome, at=request.desk.at, by=request.user)
        return
    planning.plan_next(
        lead_id=lead.pk, at=request.desk.at, due_at=filled["due_at"], what=filled["what"], by=request.user
    )
