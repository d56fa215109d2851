"""The steps of SLA clocks are taken when they are due: each once, whoever sweeps, however often.

    take_due -> one transaction for some hundreds of leads:
        lock the leads (those somebody else holds are passed over), then read their clocks again
        for each clock: is the step still due by the hours that its people have now? else put it off
        write a row for each step taken, its news, and when the next one is due
    -> and for each lead that is to be handed on, a transaction of its own: lock, look again, write the step, hand it on

The lead is the first lock of everybody who stops a clock, so that nobody stops one under a step that is being taken;
and the database has one row a clock and step.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min

from routing import assignment, bulk, outbox
from routing.engine.sla import BREACH, HANDS_ON, REASSIGN, Step
from routing.models import Lead, SlaClock, SlaStep

from .running import batch_size, locked_leads, running_of

log = logging.getLogger(__name__)


def oldest(at: datetime) -> datetime | None:
    """Since when a step has been due; None where none is."""
    return SlaClock.objects.filter(due_at__lte=at).aggregate(at=Min("due_at"))["at"]


def take_due(at: datetime) -> int:
    """Takes every step that is due; how many."""
    taken, seen = 0, set[int]()
    while True:
        due = SlaClock.objects.filter(due_at__lte=at).order_by("due_at", "pk")
        ids = [lead_id for lead_id in due.values_list("lead_id", flat=True)[: batch_size()] if lead_id not in seen]
        if not ids:
            return taken
        seen.update(ids)  # those that somebody else holds are theirs, or the next sweep's
        count, to_hand_on = _take_batch(ids, at)
        taken += count + sum(_handed_on(clock_id, at) for clock_id in to_hand_on)


def _take_batch(lead_ids: Sequence[int], at: datetime) -> tuple[int, list[int]]:
    """Takes the steps that leave a lead where it is; how many, and the clocks whose lead is to be handed on."""
    with transaction.atomic():
        steps: list[tuple[Any, ...]] = []
        news: list[outbox.News] = []
        clocks: list[tuple[Any, ...]] = []
        to_hand_on: list[int] = []
        due = SlaClock.objects.filter(lead__in=locked_leads(lead_ids), due_at__lte=at).order_by("due_at", "pk")
        for running in running_of(due):
            clock = running.clock
            while (step := running.next()) is not None and (due_at := running.due(step)) <= at:
                if step.do in HANDS_ON:
                    to_hand_on.append(clock.pk)
                    break
                steps.append((clock.pk, step.key, step.do, due_at, at))
                news.append(_news(clock, step, due_at, at))
                running.taken.add(step.key)
                if step.do == BREACH:
                    clock.breached_at = at
            clocks.append((clock.pk, *running.dates(), clock.breached_at))
        bulk.insert(SlaStep, ["clock_id", "key", "do", "due_at", "taken_at"], steps)
        outbox.tell_all(news)
        bulk.update(SlaClock, ["due_at", "breach_at", "breached_at"], clocks)
    return len(steps), to_hand_on


def _handed_on(clock_id: int, at: datetime) -> bool:
    """The same, but for a lead that makes it fail: that one stays due, and holds up none of the others."""
    try:
        return _hand_on(clock_id, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("the lead of clock %s could not be handed on; it stays due", clock_id)
        return False


def _hand_on(clock_id: int, at: datetime) -> bool:
    """Takes the step that gives a lead to the next rep, or puts it into the pool. False where none is due any more."""
    with transaction.atomic():
        lead = Lead.objects.select_for_update().filter(pk__in=SlaClock.objects.filter(pk=clock_id).values("lead"))
        locked = list(lead.values_list("pk", flat=True))
        for running in running_of(SlaClock.objects.filter(lead__in=locked, due_at__lte=at)):
            clock, step = running.clock, running.next()
            if step is None or step.do not in HANDS_ON or (due_at := running.due(step)) > at:
                return False
            SlaStep.objects.create(clock=clock, key=step.key, do=step.do, due_at=due_at, taken_at=at)
            running.taken.add(step.key)
            SlaClock.objects.filter(pk=clock.pk).update(due_at=running.dates()[0])
            try:
                with transaction.atomic():
                    if step.do == REASSIGN:
                        assignment.reroute(lead_id=clock.lead_id, by=None, at=at, because="sla", origin="sla")
                    else:
                        assignment.release(lead_id=clock.lead_id, at=at, because="sla")
            except assignment.NotThere:
                return True  # it lies in a pool already, or is of no team: the step is taken, and changes nothing
            outbox.tell_all([_news(clock, step, due_at, at)])
            return True
    return False


def _news(clock: SlaClock, step: Step, due_at: datetime, at: datetime) -> outbox.News:
    detail = {"clock": clock.kind, "policy": clock.policy, "step": step.key, "due_at": due_at.isoformat()}
    return (f"sla.{step.do}", at, clock.lead_id, clock.team_id, clock.rep_id, detail)
