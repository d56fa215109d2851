"""What a customer does: answers, once, or says that they do not want to be asked."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models.functions import Coalesce

from reps.models import POOR, Delivery, FeedbackRequest
from routing import outbox
from routing.models import Lead

from . import people
from .sending import drop

LOW: Final = "feedback.low"
"""News for managers: somebody is unhappy."""


class AnsweredAlready(Exception):
    """One answer is all that is asked for."""


def answer(*, request: FeedbackRequest, rating: int, words: str, at: datetime) -> None:
    """Keep what a customer says; a poor rating is news to the manager. Raises AnsweredAlready the second time.

    Who answers has been asked, though whoever sent the mail may have died before noting it: it is not sent again.
    """
    with transaction.atomic():
        taken = FeedbackRequest.objects.unanswered().filter(pk=request.pk)
        if not taken.update(
            rating=rating,
            words=words,
            answered_at=at,
            state=FeedbackRequest.State.ANSWERED,
            sent_at=Coalesce("sent_at", at),
        ):
            raise AnsweredAlready
        Delivery.objects.filter(feedback=request.pk).exclude(state=Delivery.State.SENT).delete()
        if rating <= POOR:
            outbox.tell(
                LOW,
                at=at,
                lead_id=request.lead_id,
                team_id=request.team_id,
                rep_id=request.rep_id,
                detail={"rating": rating},
            )


def ask_no_more(*, requests: list[FeedbackRequest], at: datetime) -> None:
    """The customers of these requests are not asked any more, under the address they were asked at or have by now."""
    ids = [request.pk for request in requests]
    keys = Lead.objects.filter(feedback__in=ids).exclude(email_key="").values_list("email_key", flat=True)
    persons = {request.person for request in requests} | {people.person_of(key) for key in keys}
    with transaction.atomic():
        people.opt_out(persons, at=at)
        waiting = FeedbackRequest.objects.filter(person__in=persons, state__in=FeedbackRequest.UNSENT)
        drop(list(waiting.values_list("pk", flat=True)), "They do not want to be asked.")
