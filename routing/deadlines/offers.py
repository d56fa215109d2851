"""Offers whose time is over go to the next rep."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError
from django.db.models import Min, QuerySet

from routing import assignment
from routing.models import Offer

log = logging.getLogger(__name__)

AT_ONCE: Final = 500
"""As many are looked for at a time."""


def oldest(at: datetime) -> datetime | None:
    """Since when an offer has been over that nobody answered; None where there is none."""
    return _over(at).aggregate(at=Min("expires_at"))["at"]


def expire_due(at: datetime) -> int:
    """Passes on every lead whose offer was not answered in time; how many. Each in a transaction of its own."""
    passed = 0
    while ids := list(_over(at).order_by("expires_at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        passed_now = sum(_passed_on(offer_id, at) for offer_id in ids)
        passed += passed_now
        if not passed_now:
            break  # somebody else is at it
    return passed


def _passed_on(offer_id: int, at: datetime) -> bool:
    """Whether the lead went on. One that makes it fail stays due, and holds up none of the others."""
    try:
        return assignment.expire(offer_id=offer_id, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("offer %s could not be passed on; it stays due", offer_id)
        return False


def _over(at: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=at)
