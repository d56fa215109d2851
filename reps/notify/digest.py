"""The daily digest: what a person's day holds, at the local hour they chose."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from reps.desk import Desk
from reps.models import Delivery, Notification, Preference
from reps.unanswered import unanswered
from routing.access import rep_of
from routing.models import Lead, Team, User

from .choices import address_of, chosen_by, zone_of
from .quiet import next_time

BATCH: Final = 20
TOO_LATE: Final = timedelta(hours=6)
"""A morning's digest that could not be made till the afternoon is left out."""

Group = dict[str, Any]


def oldest(at: datetime) -> datetime | None:
    due = Preference.objects.filter(digest_due_at__lte=at).order_by("digest_due_at")
    return due.values_list("digest_due_at", flat=True).first()


def make_due(at: datetime) -> int:
    """Makes the digests that are due. Says for how many people it was time."""
    total = 0
    while done := _make_batch(at):
        total += done
    return total


@transaction.atomic
def _make_batch(at: datetime) -> int:
    due = Preference.objects.select_for_update(skip_locked=True, of=("self",)).filter(digest_due_at__lte=at)
    batch = list(due.select_related("user__rep__calendar").order_by("digest_due_at", "pk")[:BATCH])
    for own in batch:
        user, zone, was_due = own.user, zone_of(own.user), own.digest_due_at
        if user.is_active and was_due is not None and at - was_due <= TOO_LATE:
            with timezone.override(zone):
                make(user=user, at=at)
        hour = own.digest_hour
        own.digest_due_at = None if hour is None or not user.is_active else next_time(at, hour=hour, zone=zone)
        own.save(update_fields=["digest_due_at"])
    return len(batch)


def make(*, user: User, at: datetime) -> Notification | None:
    """Today's digest of one person; None where there is nothing to say, or it was made already."""
    figures = [group for group in (*_own_day(user, at), *_teams(user)) if any(count for _, count in group["counts"])]
    way = chosen_by([user.pk])[user.pk].way("digest", at)
    if not figures or not way:
        return None
    day = timezone.localtime(at).date()
    made, is_new = Notification.objects.get_or_create(
        user=user,
        day=day,
        defaults={"kind": "digest", "at": at, "figures": figures, "on_page": way.on_page, "in_browser": way.in_browser},
    )
    if not is_new:
        return None
    if way.goes_at is not None and address_of(user):
        Delivery.objects.create(notification=made, channel=Delivery.Channel.EMAIL, next_at=way.goes_at, created_at=at)
    return made


def _own_day(user: User, at: datetime) -> list[Group]:
    rep = rep_of(user)
    if rep is None or not rep.active:
        return []
    desk = Desk(user=user, rep=rep, at=at)
    mine = desk.mine()
    return [
        {
            "title": "You",
            "counts": [
                ["not answered yet", mine.filter(unanswered()).count()],
                ["due today", desk.due_today().count()],
                ["to claim or pick", desk.to_claim().count() + desk.to_pick().count()],
                ["open leads", mine.count()],
            ],
        }
    ]


def _teams(user: User) -> list[Group]:
    theirs = Lead.objects.filter(team=OuterRef("pk"), is_open=True, status=Lead.Status.ASSIGNED).order_by()
    waiting_for_answer = theirs.filter(unanswered()).values("team").annotate(count=Count("pk")).values("count")
    counted = Team.objects.filter(managers=user, archived_at=None).annotate(
        waiting=Count("leads", Q(leads__is_open=True, leads__status=Lead.Status.WAITING)),
        unclaimed=Count("leads", Q(leads__is_open=True, leads__status=Lead.Status.POOLED)),
        unanswered=Coalesce(Subquery(waiting_for_answer), 0),
        opened=Count("leads", Q(leads__is_open=True)),
    )
    return [
        {
            "title": team.name,
            "counts": [
                ["waiting for somebody able", team.waiting],
                ["unclaimed", team.unclaimed],
                ["not answered yet", team.unanswered],
                ["open leads", team.opened],
            ],
        }
        for team in counted.order_by("name", "pk")
    ]
