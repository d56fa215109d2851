"""What becomes of a request when its mail is to go out: looked at once more, then sent, dropped or given up."""

from __future__ import annotations

from datetime import datetime

from django.db.models.functions import Coalesce

from reps.models import Delivery, FeedbackRequest, Occasion
from routing.models import Lead

from .asking import address_of
from .people import every_person_of, opted_out, person_of
from .policies import policies, policy_for


class NotWanted(Exception):
    """Why a customer is not asked after all."""


def look_again(request: FeedbackRequest, *, at: datetime) -> None:
    """Raises NotWanted where much has changed since it was planned. Keeps by which address the customer is asked."""
    lead, policy = request.lead, policy_for(request.team_id, policies())
    if request.state not in FeedbackRequest.UNSENT:
        raise NotWanted("It was asked already.")
    if policy is None or not policy.asks_after(request.occasion):
        raise NotWanted("Customers are not asked after this any more.")
    if lead.status == Lead.Status.WITHDRAWN:
        raise NotWanted("The lead was withdrawn with its import.")
    if undone(request):
        raise NotWanted(f"The lead is not {request.get_occasion_display()} any more.")
    if not address_of(lead):
        raise NotWanted("There is no address to ask at.")
    persons = every_person_of(lead.email_key)
    if opted_out([*persons, request.person]):
        raise NotWanted("They do not want to be asked.")
    others = FeedbackRequest.objects.filter(person__in=persons).exclude(pk=request.pk)
    if others.asked_lately(at=at, days=policy.not_again_days).exists():
        raise NotWanted("They were asked a short while ago.")
    if (person := person_of(lead.email_key)) != request.person:
        FeedbackRequest.objects.filter(pk=request.pk).update(person=person)
        request.person = person


def undone(request: FeedbackRequest) -> bool:
    """Whether the lead was opened again, or routed anew, since."""
    lead = request.lead
    if request.occasion == Occasion.WON:
        return lead.won_at is None
    return request.occasion == Occasion.LOST and lead.lost_at is None


def went_out(request_id: int, *, at: datetime) -> None:
    """It was asked. An answer may have come before this was noted."""
    request = FeedbackRequest.objects.filter(pk=request_id)
    request.filter(state__in=FeedbackRequest.UNSENT).update(state=FeedbackRequest.State.ASKED, sent_at=at)
    request.update(sent_at=Coalesce("sent_at", at))


def could_not_go_out(request_id: int) -> None:
    """The mail was given up; somebody may send it once more."""
    waiting = FeedbackRequest.objects.filter(pk=request_id, state=FeedbackRequest.State.WAITING)
    waiting.update(state=FeedbackRequest.State.FAILED)


def drop(request_ids: list[int], why: str) -> None:
    """They are not asked after all; there is nothing left to send."""
    unsent = FeedbackRequest.objects.filter(pk__in=request_ids, state__in=FeedbackRequest.UNSENT)
    unsent.update(state=FeedbackRequest.State.DROPPED, because=why)
    Delivery.objects.filter(feedback__in=request_ids).exclude(state=Delivery.State.SENT).delete()
