"""Old news is thrown away: notifications, what went out of them, and the events they came of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from reps.models import Delivery, Notification
from routing.models import Event

BATCH: Final = 1000


def oldest(at: datetime) -> datetime | None:
    """When the oldest of it should have gone."""
    moments = [
        _notifications(at).order_by("at").values_list("at", flat=True).first(),
        _events(at).order_by("dispatched_at").values_list("dispatched_at", flat=True).first(),
        _mails_to_customers(at).order_by("created_at").values_list("created_at", flat=True).first(),
    ]
    gone = [moment + _kept_for() for moment in moments if moment is not None]
    return min(gone, default=None)


def purge(at: datetime) -> int:
    """Throws away what is older than the operator keeps it, a batch at a time. Says how many rows were asked for."""
    total = 0
    kinds = ((_notifications(at), "at"), (_events(at), "dispatched_at"), (_mails_to_customers(at), "created_at"))
    for rows, age in kinds:
        while ids := list(rows.order_by(age, "pk").values_list("pk", flat=True)[:BATCH]):
            rows.model.objects.filter(pk__in=ids).delete()
            total += len(ids)
    return total


def _kept_for() -> timedelta:
    return timedelta(days=settings.KEEP_NEWS_DAYS)


def _notifications(at: datetime) -> QuerySet[Notification]:
    return Notification.objects.filter(at__lt=at - _kept_for())


def _mails_to_customers(at: datetime) -> QuerySet[Delivery]:
    """That a mail went out, or was given up; what was asked and answered stays."""
    old = Delivery.objects.filter(feedback__isnull=False, created_at__lt=at - _kept_for())
    return old.exclude(state__in=Delivery.OPEN)


def _events(at: datetime) -> QuerySet[Event]:
    return Event.objects.filter(dispatched_at__lt=at - _kept_for())
