"""The link by which a reader ends a weekly mail, without logging in: signed, for one place."""

from __future__ import annotations

from typing import Final

from django.core import signing
from django.urls import reverse

from reports.models import Addressee

SALT: Final = "reports.mails.links"


def path_of(place: Addressee) -> str:
    """The path of the page where this mail can be ended."""
    return reverse("report-mail-end", args=[signing.dumps([place.pk, place.user_id], salt=SALT)])


def place_of(token: str) -> Addressee | None:
    """The place that a link is about; None where it was not made here, or there is no such mail any more."""
    try:
        pk, user_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Addressee.objects.select_related("subscription__owner").filter(pk=pk, user=user_id).first()
