"""A clock starts and stops. Written in the transaction that gives a lead away or takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from routing import bulk
from routing.engine.plan import CompiledPlan
from routing.engine.sla import BREACH, RESPONSE, UNCLAIMED, Policy, breach_of, deadline, hours_of, next_step
from routing.models import SlaClock, SlaStep
from routing.roster import Directory, compiled

COLUMNS: Final = (
    *("kind", "lead_id", "cycle", "assignment_id", "rep_id", "team_id", "plan_version_id", "policy"),
    *("started_at", "due_at", "breach_at", "stopped_because"),
)

CLOSED: Final = "closed"
"""Why a clock stopped whose lead was won or lost."""


@dataclass(frozen=True, slots=True)
class Start:
    """A clock to start: of an assignment to a rep, or (without these) of a lead that lies or waits unclaimed."""

    policy: str | None
    lead_id: int
    cycle: int
    team: str | None
    rep: str | None = None
    assignment_id: int | None = None

    @property
    def kind(self) -> str:
        """response or unclaimed."""
        return UNCLAIMED if self.assignment_id is None else RESPONSE


def start(starts: Sequence[Start], *, plan: CompiledPlan, who: Directory, at: datetime) -> None:
    """Starts clocks by the policies of a plan, in one statement; leads without a policy, or without steps, get none."""
    found: dict[tuple[str, str, str | None, str | None], tuple[datetime, datetime | None]] = {}
    rows = []
    for one in starts:
        policy = plan.sla.get(one.policy) if one.policy is not None else None
        if policy is None or not policy.of(one.kind):
            continue
        # A batch starts at one instant: leads of one owner and policy are due at one as well.
        key = (policy.slug, one.kind, one.team, one.rep)
        if key not in found:
            found[key] = dates(policy, one.kind, who, team=one.team, rep=one.rep, started_at=at)
        due_at, breach_at = found[key]
        team_id, rep_id = who.team_ids.get(one.team or ""), who.rep_ids.get(one.rep or "")
        of = (one.kind, one.lead_id, one.cycle, one.assignment_id, rep_id, team_id)
        rows.append((*of, plan.number, policy.slug, at, due_at, breach_at, ""))
    bulk.insert(SlaClock, COLUMNS, rows)


def dates(
    policy: Policy, kind: str, who: Directory, *, team: str | None, rep: str | None, started_at: datetime
) -> tuple[datetime, datetime | None]:
    """When the first step of a clock is due, and until when an answer is in time."""
    hours = hours_of(policy, who.people, team=team, owner=rep)
    steps = policy.of(kind)
    breach = breach_of(steps)
    return deadline(hours, started_at, steps[0]), deadline(hours, started_at, breach) if breach else None


def stop(lead_ids: Sequence[int], *, because: str, at: datetime, kind: str | None = None) -> None:
    """Stops the running clocks of leads (of one kind, where it is given); what is left of their steps falls away."""
    running = SlaClock.objects.filter(lead__in=lead_ids, stopped_at=None)
    if kind is not None:
        running = running.filter(kind=kind)
    running.update(stopped_at=at, stopped_because=because[:20], due_at=None)


def take_up(lead_id: int, *, who: Directory, at: datetime) -> None:
    """Starts the response clock again that stopped when its lead was closed, where its owner has not answered it yet.

    The lead is open again: there is the policy's whole time to answer it, from `at`. Steps that were taken stay taken,
    and what was late stays late. Where the policy is not known any more there is no clock.
    """
    unanswered = {"assignment__ended_at": None, "assignment__first_touch_at": None}
    clock = SlaClock.objects.filter(lead=lead_id, kind=RESPONSE, stopped_because=CLOSED, **unanswered).first()
    plan = compiled(clock.plan_version_id) if clock is not None else None
    policy = plan.sla.get(clock.policy) if clock is not None and plan is not None else None
    if clock is None or policy is None:
        return
    team, owner = who.team_slugs.get(clock.team_id or 0), who.usernames.get(clock.rep_id or 0)
    hours, steps = hours_of(policy, who.people, team=team, owner=owner), policy.of(RESPONSE)
    taken = set(SlaStep.objects.filter(clock=clock).values_list("key", flat=True))
    if clock.breached_at is not None:
        taken.update(step.key for step in steps if step.do == BREACH)
    following, breach = next_step(steps, taken), breach_of(steps)
    clock.started_at, clock.stopped_at, clock.stopped_because = at, None, ""
    clock.due_at = deadline(hours, at, following) if following is not None else None
    if clock.breached_at is None:
        clock.breach_at = deadline(hours, at, breach) if breach is not None else None
    clock.save(update_fields=["started_at", "stopped_at", "stopped_because", "due_at", "breach_at"])
