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
from django.views.decorators.http import require_POST, require_safe

from reps import facts, work
from reps.desk import Desk
from reps.forms import (
    LOST_REASONS,
    ActivityForm,
    GiveBackForm,
    LostForm,
    NextStepForm,
    StageForm,
    WonForm,
    give_back_reasons,
)
from reps.models import Activity, NextStep
from reps.timeline import timeline
from reps.views.door import DeskRequest, LeadRequest, desk_page, lead_page
from routing import assignment
from routing.jobs import wake_routing
from routing.models import Lead, Stage

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
    mine = isinstance(desk, Desk) and lead.owner_id == desk.rep.pk
    context: dict[str, Any] = {
        "lead": lead,
        "mine": mine,
        "may_take": isinstance(desk, Desk) and desk.may_take(lead),
        "facts": facts.listed(lead),
        "came_by": facts.came_by(lead),
        "draft": draft,
    }
    # What was said with a lead in an earlier cycle is not for everyone at a pool.
    if lead.owner_id or desk.manages(lead):
        context["timeline"] = timeline(lead)
    if mine:
        context |= {
            "stages": Stage.objects.exclude(kind__in=CLOSING),
            "kinds": [choice for choice in Activity.Kind.choices if choice[0] != Activity.Kind.CALL],
            "lost_reasons": LOST_REASONS,
            "give_back_reasons": give_back_reasons(lead),
            "keys": {"call": uuid.uuid4(), "other": uuid.uuid4()},
            "next_step": NextStep.objects.filter(lead=lead, by=request.user).first(),
            "next_times": NextStepForm.WHEN,
            "calling_since": work.call_under_way(lead_id=lead.pk, at=desk.at, by=request.user),
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
            still_seen = request.desk.seen().filter(pk=lead_id).exists()
            return redirect("lead", lead_id=lead_id) if still_seen else redirect("queue")

        return view

    return wrapped


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
    """Set what comes next, or say that it is done."""
    if filled["done"]:
        work.next_done(lead_id=lead.pk, by=request.user)
        return
    work.plan_next(lead_id=lead.pk, at=request.desk.at, due_at=filled["due_at"], what=filled["what"], by=request.user)


@require_POST
@desk_page
def call_started(request: DeskRequest, lead_id: int) -> HttpResponse:
    """The owner tapped the number. The page says so in the background, and is answered with nothing."""
    found = get_object_or_404(request.desk.seen(), pk=lead_id)
    if found.owner_id != request.desk.rep.pk:
        raise PermissionDenied("Only its owner works a lead.")
    work.start_call(lead_id=lead_id, at=request.desk.at, by=request.user)
    return HttpResponse(status=204)
