"""The link by which a rep answers an offer from a mail, without logging in: signed, for one offer."""

from __future__ import annotations

from typing import Final

from django.core import signing
from django.urls import reverse

from routing.models import Offer

SALT: Final = "reps.offer_links"


def path_of(offer: Offer) -> str:
    """The path of the page where this offer can be answered. Only who it was made to is to know it."""
    return reverse("offer", args=[signing.dumps([offer.pk, offer.rep_id], salt=SALT)])


def offer_of(token: str) -> Offer | None:
    """The offer that a link is about; None where it was not made here."""
    try:
        offer_id, rep_id = signing.loads(token, salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return Offer.objects.select_related("rep__user", "rep__calendar", "team").filter(pk=offer_id, rep=rep_id).first()
