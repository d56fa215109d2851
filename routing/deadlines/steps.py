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

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Min

from routing import assignment, bulk, outbox
from routing.engine.plan import CompiledPlan
from routing.engine.sla import BREACH, HANDS_ON, REASSIGN, Policy, Step, deadline, hours_of, next_step
from routing.models import Lead, SlaClock, SlaStep
from routing.roster import Directory, compiled, directory

BATCH: Final = 500
SQLITE_BATCH: Final = 200


def oldest(at: datetime) -> datetime | None:
    """Since when a step has been due; None where none is."""
    return SlaClock.objects.filter(due_at__lte=at).aggregate(at=Min("due_at"))["at"]


def take_due(at: datetime) -> int:
    """Takes every step that is due; how many."""
    size = SQLITE_BATCH if connection.vendor == "sqlite" else BATCH
    taken, seen = 0, set[int]()
    while True:
        due = SlaClock.objects.filter(due_at__lte=at).order_by("due_at", "pk")
        ids = [lead_id for lead_id in due.values_list("lead_id", flat=True)[:size] if lead_id not in seen]
        if not ids:
            return taken
        seen.update(ids)  # those that somebody else holds are theirs, or the next sweep's
        count, to_hand_on = _take_batch(ids, at)
        taken += count + sum(_hand_on(clock_id, at) for clock_id in to_hand_on)


@dataclass(slots=True)
class _Running:
    """A clock that is due, with what it goes by: its steps, the hours that count, and what was taken already."""

    clock: SlaClock
    policy: Policy | None
    who: Directory
    taken: set[str]

    def due(self, step: Step) -> datetime:
        """When a step is due by the hours that its people have now."""
        assert self.policy is not None, "a step is of a policy"
        who, clock = self.who, self.clock
        team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
        return deadline(hours_of(self.policy, who.people, team=team, owner=owner), clock.started_at, step)

    def next(self) -> Step | None:
        """The next step, if there is one. A breach is one a clock, whatever became of its policy."""
        if self.policy is None:
            return None
        step = next_step(self.policy.of(self.clock.kind), self.taken)
        while step is not None and step.do == BREACH and self.clock.breached_at is not None:
            self.taken.add(step.key)
            step = next_step(self.policy.of(self.clock.kind), self.taken)
        return step


def _take_batch(lead_ids: Sequence[int], at: datetime) -> tuple[int, list[int]]:
    """Takes the steps that leave a lead where it is; how many, and the clocks whose lead is to be handed on."""
    with transaction.atomic():
        free = Lead.objects.filter(pk__in=lead_ids).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True)
        steps: list[tuple[Any, ...]] = []
        news: list[outbox.News] = []
        clocks: list[tuple[Any, ...]] = []
        to_hand_on: list[int] = []
        for running in _due_of(list(free.values_list("pk", flat=True)), at):
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
            next_at = running.due(step) if step is not None else None
            clocks.append((clock.pk, next_at, clock.breached_at))
        bulk.insert(SlaStep, ["clock_id", "key", "do", "due_at", "taken_at"], steps)
        outbox.tell_all(news)
        bulk.update(SlaClock, ["due_at", "breached_at"], clocks)
    return len(steps), to_hand_on


def _hand_on(clock_id: int, at: datetime) -> bool:
    """Takes the step that gives a lead to the next rep, or puts it into the pool. False where none is due any more."""
    with transaction.atomic():
        # The lead is the first lock, as everywhere.
        lead = Lead.objects.select_for_update().filter(pk__in=SlaClock.objects.filter(pk=clock_id).values("lead"))
        for running in _due_of(list(lead.values_list("pk", flat=True)), at):
            clock, step = running.clock, running.next()
            if step is None or step.do not in HANDS_ON or (due_at := running.due(step)) > at:
                return False
            SlaStep.objects.create(clock=clock, key=step.key, do=step.do, due_at=due_at, taken_at=at)
            outbox.tell_all([_news(clock, step, due_at, at)])
            SlaClock.objects.filter(pk=clock.pk).update(due_at=_after(running, step))
            try:
                with transaction.atomic():
                    if step.do == REASSIGN:
                        assignment.reroute(lead_id=clock.lead_id, by=None, at=at, because="sla", origin="sla")
                    else:
                        assignment.release(lead_id=clock.lead_id, at=at, because="sla")
            except assignment.NotThere:
                return True  # it lies in a pool already, or is of no team: the step is taken, and changes nothing
            return True
    return False


def _after(running: _Running, step: Step) -> datetime | None:
    running.taken.add(step.key)
    following = running.next()
    return running.due(following) if following is not None else None


def _due_of(lead_ids: Sequence[int], at: datetime) -> list[_Running]:
    """The due clocks of locked leads, with what they go by. The same number of queries whatever their number."""
    clocks = list(SlaClock.objects.filter(lead__in=lead_ids, due_at__lte=at).order_by("due_at", "pk"))
    if not clocks:
        return []
    taken: dict[int, set[str]] = {}
    for clock_id, key in SlaStep.objects.filter(clock__in=clocks).values_list("clock_id", "key").order_by():
        taken.setdefault(clock_id, set()).add(key)
    who = directory()
    plans: dict[int, CompiledPlan | None] = {number: compiled(number) for number in {c.plan_version_id for c in clocks}}
    running = []
    for clock in clocks:
        plan = plans[clock.plan_version_id]
        policy = plan.sla.get(clock.policy) if plan is not None else None
        running.append(_Running(clock, policy, who, taken.get(clock.pk, set())))
    return running


def _news(clock: SlaClock, step: Step, due_at: datetime, at: datetime) -> outbox.News:
    detail = {"clock": clock.kind, "policy": clock.policy, "step": step.key, "due_at": due_at.isoformat()}
    return (f"sla.{step.do}", at, clock.lead_id, clock.team_id, clock.rep_id, detail)
