"""The recurring work: looks every few seconds whether something is due, and has it done. Safe to run twice.

The sweep goes to a worker by the queue. Where Redis does not answer, or a sweep that was asked for has not been done by
the next look, the clock does the work itself: nothing depends on a wake-up.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import Min, Q, QuerySet
from django.utils.timezone import now

from routing import due, jobs, owned
from routing.models import Capture, Hold, Lead, Revision

log = logging.getLogger(__name__)

OWNERS_EVERY: Final = timedelta(minutes=1)
"""How often it is asked whether a waiting lead's company has an owner by now."""


def oldest_due_work(*, at: datetime | None = None, lane: str = due.ROUTING) -> timedelta | None:
    """How long the oldest due work of a lane has been waiting; None when nothing is due."""
    at = at or now()
    moments = [due.due_since(lane, at)]
    if lane == due.ROUTING:
        moments += [
            Capture.objects.filter(status=Capture.Status.STORED).aggregate(at=Min("received_at"))["at"],
            _new_since() if _is_planned() else None,
            _due_holds(at).aggregate(at=Min("due_at"))["at"],
            Lead.objects.filter(status=Lead.Status.WAITING, is_open=True).aggregate(at=Min("due_at"))["at"],
        ]
    return max((at - moment for moment in moments if moment is not None and moment <= at), default=None)


def tick(*, at: datetime | None = None, late_after: timedelta, lane: str = due.ROUTING) -> str:
    """One look at a lane. Says what it did: nothing, queued, or swept (itself)."""
    at = at or now()
    if lane == due.ROUTING:
        _date_holds(at)
    age = oldest_due_work(at=at, lane=lane)
    if age is None:
        return "nothing"
    if age <= late_after and jobs.enqueue_sweep(lane):
        return "queued"
    jobs.sweep(lane)
    return "swept"


def run(*, every: float, stop: threading.Event) -> None:
    """Looks at every lane every so many seconds until told to stop, at each in a thread of its own."""
    others = [threading.Thread(target=_run_lane, args=(lane, every, stop), name=lane) for lane in due.LANES[1:]]
    for thread in others:
        thread.start()
    _run_lane(due.ROUTING, every, stop)
    for thread in others:
        thread.join()


def _run_lane(lane: str, every: float, stop: threading.Event) -> None:
    """Looks at one lane until told to stop. A failing database is waited for."""
    late_after = timedelta(seconds=2 * every)
    asked_at: datetime | None = None
    while not stop.is_set():
        try:
            if lane == due.ROUTING and (asked_at is None or now() - asked_at >= OWNERS_EVERY):
                asked_at = now()
                owned.wake_whose_company_has_an_owner(at=asked_at)
            tick(late_after=late_after, lane=lane)
        except DatabaseError:
            log.exception("the database refused; looking again in a moment")
        finally:
            close_old_connections()
        stop.wait(every)


def _new_since() -> datetime | None:
    new = Lead.objects.filter(status=Lead.Status.NEW, due_at__isnull=False, is_open=True)
    return new.aggregate(at=Min("due_at"))["at"]


def _is_planned() -> bool:
    return Revision.objects.filter(plan__gt=0).exists()


def _date_holds(at: datetime) -> None:
    """Holds that a change of people or plan made due are due from now on: so it is seen when nobody does the work."""
    undated = Q(due_at=None) | Q(due_at__gt=at)
    ids = list(_due_holds(at).filter(undated).values_list("pk", flat=True).distinct())
    if ids:
        with transaction.atomic():
            locked = Hold.objects.select_for_update().filter(undated, pk__in=ids).order_by("pk")
            Hold.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).update(due_at=at)


def _due_holds(at: datetime) -> QuerySet[Hold]:
    """What waiting leads wait for, where somebody may be able by now."""
    revision = Revision.objects.get()
    due = Q(due_at__lte=at) | ~Q(people=revision.people) | ~Q(plan=revision.plan)
    may_be_tried = Q(leads__due_at=None) | Q(leads__due_at__lte=at)
    return Hold.objects.filter(due).filter(may_be_tried, leads__status=Lead.Status.WAITING, leads__is_open=True)
