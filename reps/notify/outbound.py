"""What goes out is taken with a lease, tried, and marked: at least once, and twice only where a sender was killed.

* Taking moves `next_at` past the lease and counts `taken` up, in one transaction: nobody else sees the row as due, and
  whoever still holds an older count has lost it. A killed sender's rows come due again when its lease runs out.
* Just before each message the lease is renewed, on condition that the row is still ours; right after it the row is
  marked as sent. Between the two a kill can cost one duplicate, which carries the same Message-ID.
* What failed waits longer each time (backoff.py), and is given up in the end: the dead letters in the admin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now

from reps.feedback import sending as feedback
from reps.models import Delivery

from .backoff import TRIES, pause


class NeverWill(Exception):
    """Why trying again is of no use."""


def lease() -> timedelta:
    """How long a sender has a message for itself: longer than an honest server takes for one."""
    return timedelta(seconds=6 * settings.SEND_TIMEOUT)


def due(channel: str, at: datetime) -> QuerySet[Delivery]:
    """What is to go out over a channel by now, the longest due first."""
    rows = Delivery.objects.filter(channel=channel, state__in=Delivery.OPEN, next_at__lte=at)
    return rows.order_by("next_at", "pk")


@transaction.atomic
def take(channel: str, *, count: int, at: datetime) -> list[Delivery]:
    """Takes up to `count` deliveries for this sender alone."""
    ids = list(due(channel, at).select_for_update(skip_locked=True).values_list("pk", flat=True)[:count])
    Delivery.objects.filter(pk__in=ids).update(next_at=at + lease(), taken=F("taken") + 1)
    taken = Delivery.objects.filter(pk__in=ids).order_by("pk")
    return list(
        taken.select_related(
            "notification__event__team",
            "notification__event__rep",
            "notification__user__rep__calendar",
            "notification__channel_of",
            "feedback__lead",
            "feedback__rep",
        )
    )


def begin(delivery: Delivery) -> bool:
    """Counts a try, and says whether the delivery is still this sender's to try."""
    ours = Delivery.objects.filter(pk=delivery.pk, taken=delivery.taken, state__in=Delivery.OPEN)
    delivery.attempts += 1
    return bool(ours.update(attempts=delivery.attempts, next_at=now() + lease()))


@transaction.atomic
def succeeded(delivery: Delivery) -> None:
    """It went out: so it is, whoever has it by now."""
    at = now()
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, sent_at=at, error="")
    if delivery.feedback_id is not None:
        feedback.went_out(delivery.feedback_id, at=at)


@transaction.atomic
def failed(delivery: Delivery, why: str, *, for_good: bool = False) -> None:
    """It did not go out: it waits for another try, or is given up."""
    dead = for_good or delivery.attempts >= TRIES
    ours = Delivery.objects.filter(pk=delivery.pk, taken=delivery.taken).exclude(state=Delivery.State.SENT)
    changed = ours.update(
        state=Delivery.State.DEAD if dead else Delivery.State.FAILED,
        next_at=now() + pause(delivery_id=delivery.pk, attempts=delivery.attempts),
        error=why[:1000],
    )
    if changed and dead and delivery.feedback_id is not None:
        feedback.could_not_go_out(delivery.feedback_id)


@transaction.atomic
def dropped(delivery: Delivery, why: str) -> None:
    """It is not to go out after all."""
    if delivery.feedback_id is not None:
        feedback.drop([delivery.feedback_id], why)


def put_back(deliveries: Iterable[Delivery], *, until: datetime) -> None:
    """What was taken and not tried is free again, from an instant on."""
    for delivery in deliveries:
        ours = Delivery.objects.filter(pk=delivery.pk, taken=delivery.taken, state__in=Delivery.OPEN)
        ours.update(next_at=until)


def send_again(ids: Sequence[int], *, at: datetime) -> int:
    """Dead letters go out once more, with all their tries before them. Says how many."""
    dead = Delivery.objects.filter(pk__in=ids, state=Delivery.State.DEAD)
    return dead.update(state=Delivery.State.QUEUED, next_at=at, attempts=0, error="")
