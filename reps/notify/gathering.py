"""What comes by the thousand is told once: an import's leads, one after the other, become one notification.

A person has at most one gathering of a kind, and the database holds that. More of the same is added to it until nothing
came for some minutes; what goes out of it waits until things are quiet, so that it tells the whole number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from reps.models import Delivery, Notification
from routing import bulk

from .telling import Telling, as_row, send

CLOSES_AFTER: Final = timedelta(minutes=10)
"""Without more of the same, the next begins a new one."""
SETTLES: Final = timedelta(minutes=2)
"""How long what goes out waits for more."""


def gather(counted: Sequence[tuple[Telling, int]], *, at: datetime) -> None:
    """Adds so many of a kind to what these people are told: to the gathering there is, or to a new one."""
    if not counted:
        return
    counted = sorted(counted, key=lambda one: (one[0].user_id or 0, one[0].channel_of or 0, one[0].news.kind))
    theirs = Q(user__in={one.user_id for one, _ in counted if one.user_id}) | Q(
        channel_of__in={one.channel_of for one, _ in counted if one.channel_of}
    )
    kinds = {one.news.kind for one, _ in counted}
    running = Notification.objects.filter(theirs, gathering=True, kind__in=kinds)
    running.filter(at__lt=at - CLOSES_AFTER).update(gathering=False)
    Notification.objects.bulk_create(
        [as_row(telling, gathering=True, count=0) for telling, _ in counted], ignore_conflicts=True
    )
    found = {(one.user_id, one.channel_of_id, one.kind): one for one in running.select_for_update().order_by("pk")}
    rows, told = [], []
    for telling, count in counted:
        one = found[telling.user_id, telling.channel_of, telling.news.kind]
        veiled = one.veiled or telling.veiled
        rows.append((one.pk, one.count + count, at, veiled, one.on_page or telling.way.on_page, None))
        told.append((one.pk, telling))
    bulk.update(Notification, ["count", "at", "veiled", "on_page", "read_at"], rows)
    Delivery.objects.filter(
        notification__in=[pk for pk, _ in told], state=Delivery.State.QUEUED, attempts=0, next_at__lt=at + SETTLES
    ).update(next_at=at + SETTLES)
    send(told, at=at, not_before=at + SETTLES)
