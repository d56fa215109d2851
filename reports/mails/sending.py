"""Weekly mails that are due become deliveries of the mail's queue, which loses none (reps/notify/outbound.py).

A mail and the next date of it are written in one transaction, by whoever holds the row: killed before, it is still due;
killed after, it is in the queue. After a downtime it comes once, late, and not once for each week that was missed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from reports.mails.asking import CannotAsk, NotTheirs, asked_by
from reports.mails.weekly import next_week
from reports.models import Addressee, Subscription
from reps.models import Delivery, Notification
from reps.notify.choices import address_of, chosen_by, zone_of
from reps.notify.telling import News, Telling, write
from routing.models import Event, User

BATCH: Final = 10
MAIL: Final = "report.mail"
STOPPED: Final = "report.stopped"


def oldest(at: datetime) -> datetime | None:
    """Since when a mail is due."""
    due = Addressee.objects.filter(due_at__lte=at).order_by("due_at")
    return due.values_list("due_at", flat=True).first()


def send_due(at: datetime) -> int:
    """Queues what is due, some at a time. Says for how many readers it was time."""
    total = 0
    while done := _send_batch(at):
        total += done
    return total


@transaction.atomic
def _send_batch(at: datetime) -> int:
    due = Addressee.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=at)
    batch = list(due.select_related("subscription__owner", "user").order_by("due_at", "pk")[:BATCH])
    for place in batch:
        subscription = place.subscription
        place.due_at = next_week(
            at, weekday=subscription.weekday, hour=subscription.hour, zone=zone_of(place.user)
        )  # fmt: skip
        place.skipped = ""
        if not (why := why_nobody(subscription, at=at)):
            place.skipped = why_not(subscription, place.user, at=at)
            if not place.skipped:
                queue(subscription, place.user, at=at)
                place.last_sent_at = at
            place.save(update_fields=["due_at", "skipped", "last_sent_at"])
            continue
        stop(subscription, why, at=at)
    return len(batch)


def why_nobody(subscription: Subscription, *, at: datetime) -> str:
    """Why it cannot go to anybody any more; empty where it can. What it was made by its owner to tell decides."""
    if not subscription.owner.is_active:
        return "Whoever made it may not log in any more."
    try:
        asked_by(subscription, subscription.owner, at=at)
    except NotTheirs:
        return "You do not have this report any more."
    except CannotAsk as why:
        return str(why)
    return ""


def why_not(subscription: Subscription, user: User, *, at: datetime) -> str:
    """Why one reader does not get it; empty where they do."""
    if not user.is_active:
        return "They may not log in any more."
    if not address_of(user):
        return "They have no e-mail address."
    try:
        asked_by(subscription, user, at=at)
    except CannotAsk as why:
        return str(why)
    return ""


@transaction.atomic
def send_now(*, subscription: Subscription, user: User, at: datetime) -> str:
    """One at once to its owner, who need not be among its readers. Says why not; empty where it is on its way."""
    if not user.email:
        return "It cannot be sent to you: you have no e-mail address here. Whoever manages log-ins can add it."
    if why := why_not(subscription, user, at=at):
        return f"It cannot be sent to you: {why}"
    queue(subscription, user, at=at, asked_for=True)
    return ""


def queue(subscription: Subscription, user: User, *, at: datetime, asked_for: bool = False) -> None:
    """One mail to one person: a reader, unless they asked for it. It is counted when it goes out."""
    detail = {"subscription": subscription.pk, "asked_for": asked_for}
    event = Event.objects.create(kind=MAIL, at=at, dispatched_at=at, detail=detail)
    told = Notification.objects.create(event=event, user=user, kind=MAIL, at=at, on_page=False)
    Delivery.objects.create(notification=told, channel=Delivery.Channel.EMAIL, next_at=at, created_at=at)


def stop(subscription: Subscription, why: str, *, at: datetime) -> None:
    """It goes to nobody any more, and its owner is told why, once."""
    stopped = Subscription.objects.filter(pk=subscription.pk, active=True)
    if stopped.update(active=False, trouble=why[:300]):
        text = f"Your weekly mail of “{subscription.report}” was stopped. {why}"
        event = Event.objects.create(kind=STOPPED, at=at, dispatched_at=at, detail={"text": text})
        chosen = chosen_by([subscription.owner_id]).get(subscription.owner_id)
        if chosen is not None and (way := chosen.way(STOPPED, at)):
            news = News(event.pk, STOPPED, at, None, None, None, event.detail)
            write([Telling(news, subscription.owner_id, None, False, way)], at=at)
    subscription.addressees.update(due_at=None)
