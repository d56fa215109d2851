"""Weekly mails are made, changed, paused and ended. A mail is due for each of its readers by their own clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from reports.mails.weekly import next_week
from reports.models import Addressee, Subscription
from reps.notify.choices import zone_of
from routing.models import User


@transaction.atomic
def subscribe(
    *, owner: User, report: str, query: str, to: Iterable[User], weekday: int, hour: int, with_file: bool, at: datetime
) -> Subscription:
    """Has a view of a report sent to people, from the next such hour on."""
    made = Subscription(owner=owner, report=report, query=query, made_at=at)
    made.weekday, made.hour, made.with_file = weekday, hour, with_file
    made.save(force_insert=True)
    _send_to(made, to, at=at)
    return made


@transaction.atomic
def change(
    *, subscription: Subscription, to: Iterable[User], weekday: int, hour: int, with_file: bool, at: datetime
) -> None:
    """Changes when it comes, how, and to whom. Who ended it does not get it again unless they are chosen anew."""
    subscription.weekday, subscription.hour, subscription.with_file = weekday, hour, with_file
    subscription.save(update_fields=["weekday", "hour", "with_file"])
    _send_to(subscription, to, at=at)


def pause(*, subscription: Subscription) -> None:
    """Nobody gets it until it goes on."""
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(active=False)
        subscription.addressees.update(due_at=None)


def go_on(*, subscription: Subscription, at: datetime) -> None:
    """It comes again, from the next such hour on."""
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(active=True, trouble="")
        subscription.active = True
        _date(subscription, at=at)


def end(*, addressee: Addressee, at: datetime) -> bool:
    """Somebody does not want it any more. Whether they still got it."""
    return bool(Addressee.objects.filter(pk=addressee.pk, ended_at=None).update(ended_at=at, due_at=None))


def _send_to(subscription: Subscription, to: Iterable[User], *, at: datetime) -> None:
    wanted = {user.pk: user for user in to}
    subscription.addressees.exclude(user__in=wanted).delete()
    Addressee.objects.bulk_create(
        [Addressee(subscription=subscription, user=user) for user in wanted.values()], ignore_conflicts=True
    )
    _date(subscription, at=at)


def _date(subscription: Subscription, *, at: datetime) -> None:
    """Says of each reader when it is due next."""
    if not subscription.active:
        return
    places = list(subscription.addressees.filter(ended_at=None).select_related("user__rep__calendar"))
    for place in places:
        place.due_at = next_week(
            at, weekday=subscription.weekday, hour=subscription.hour, zone=zone_of(place.user)
        )  # fmt: skip
    Addressee.objects.bulk_update(places, ["due_at"])
