"""The link by which a customer answers, without logging in: signed, for one request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from reps.models import FeedbackRequest

SALT: Final = "reps.feedback.links"


def token_of(request: FeedbackRequest) -> str:
    """What stands in the address. Only who was asked is to know it."""
    return signing.dumps(request.pk, salt=SALT)


def path_of(request: FeedbackRequest) -> str:
    """The page where it is answered."""
    return reverse("feedback", args=[token_of(request)])


def opt_out_path_of(request: FeedbackRequest) -> str:
    """The page where its customer says that they do not want to be asked."""
    return reverse("feedback-no-more", args=[token_of(request)])


def request_of(token: str) -> FeedbackRequest | None:
    """The request that a link is about; None where the link was not made here."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if not isinstance(found, int):
        return None
    # What the customer knows: whose work it is about. Nothing of the lead is read.
    asked = FeedbackRequest.objects.select_related("rep").only(
        "occasion", "state", "sent_at", "due_at", "answered_at", "person", "team", "lead", "rep", "rep__name"
    )
    return asked.filter(pk=found).first()


def is_over(request: FeedbackRequest, *, at: datetime) -> bool:
    """Whether the time to answer is over. Not wanting to be asked can be said at any time."""
    return at >= (request.sent_at or request.due_at) + timedelta(days=settings.FEEDBACK_LINK_DAYS)
