"""A clock that runs, with what it goes by: its steps, the hours that count for it, and what was taken already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from routing.engine.plan import CompiledPlan
from routing.engine.sla import BREACH, Policy, Step, breach_of, deadline, hours_of, next_step
from routing.engine.working_time import Schedule
from routing.models import Lead, SlaClock, SlaStep
from routing.roster import Directory, compiled, directory

_BATCH: Final = 500
_SQLITE_BATCH: Final = 200


def batch_size() -> int:
    """How many clocks are looked at in one transaction. SQLite has one writer, so there it is short."""
    return _SQLITE_BATCH if connection.vendor == "sqlite" else _BATCH


@dataclass(slots=True)
class Running:
    """One clock with its policy (None where its plan has none of that name), people, and the keys of steps taken."""

    clock: SlaClock
    policy: Policy | None
    who: Directory
    taken: set[str]
    _hours: Schedule | None = None

    def due(self, step: Step) -> datetime:
        """When a step is due by the hours that its people have now."""
        return deadline(self._counted(), self.clock.started_at, step)

    def next(self) -> Step | None:
        """The next step, if there is one. A breach is one a clock, whatever became of its policy."""
        steps = self.policy.of(self.clock.kind) if self.policy is not None else ()
        if self.clock.breached_at is not None:
            self.taken.update(step.key for step in steps if step.do == BREACH)
        return next_step(steps, self.taken)

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the next step is due, and until when an answer is in time; None where there is none."""
        step = self.next()
        breach = breach_of(self.policy.of(self.clock.kind)) if self.policy is not None else None
        return (self.due(step) if step else None), (self.due(breach) if breach else None)

    def _counted(self) -> Schedule:
        assert self.policy is not None, "a step is of a policy"
        if self._hours is None:
            who, clock = self.who, self.clock
            team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
            self._hours = hours_of(self.policy, who.people, team=team, owner=owner)
        return self._hours


def locked_leads(lead_ids: Sequence[int]) -> list[int]:
    """Locks the leads of clocks, in order, those that somebody else holds passed over. Inside a transaction.

    The lead is the first lock of everybody who starts, stops or advances a clock.
    """
    leads = Lead.objects.filter(pk__in=lead_ids).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        leads = leads.select_for_update(skip_locked=True)
    return list(leads.values_list("pk", flat=True))


def running_of(clocks: QuerySet[SlaClock], plan: CompiledPlan | None = None) -> list[Running]:
    """These clocks with what they go by: their own version of the plan, or this one. Three queries, however many."""
    found = list(clocks)
    if not found:
        return []
    taken: dict[int, set[str]] = {}
    for clock_id, key in SlaStep.objects.filter(clock__in=found).values_list("clock_id", "key").order_by():
        taken.setdefault(clock_id, set()).add(key)
    who, running = directory(), []
    for clock in found:
        of = plan or compiled(clock.plan_version_id)
        policy = of.sla.get(clock.policy) if of is not None else None
        running.append(Running(clock, policy, who, taken.get(clock.pk, set())))
    return running
