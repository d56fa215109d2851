"""SLA policies: what happens when a lead is not answered, or not taken, in time.

A policy has a clock and steps, each so long after the lead became somebody's (`steps`), or after it began to lie or
wait unclaimed (`unclaimed`). A step is told apart by what it does and its turn among those that do the same, so that a
clock that is moved to a changed policy takes no step twice: `remind-1`, `breach-1`, `remind-2`.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from .clocks import Clock, counting
from .people import People
from .working_time import NeverOpen, Schedule, add

RESPONSE: Final = "response"
UNCLAIMED: Final = "unclaimed"

REMIND: Final = "remind"
ESCALATE: Final = "escalate"
BREACH: Final = "breach"
REASSIGN: Final = "reassign"
RELEASE: Final = "release"
HANDS_ON: Final = frozenset({REASSIGN, RELEASE})
"""What takes the lead from where it is, and so ends the clock."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens so much working time after a clock started."""

    key: str
    do: str
    after: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """What a rule's leads are owed: steps in the order in which they fall due."""

    slug: str
    clock: Clock
    steps: tuple[Step, ...]
    unclaimed: tuple[Step, ...] = ()

    def of(self, kind: str) -> tuple[Step, ...]:
        """The steps of one kind of clock: `response` or `unclaimed`."""
        return self.unclaimed if kind == UNCLAIMED else self.steps


def policies_from(document: Mapping[str, Any]) -> dict[str, Policy]:
    """The policies of a plan's document, by slug."""
    return {
        slug: Policy(slug, item["clock"], _steps(item["steps"]), _steps(item.get("unclaimed") or ()))
        for slug, item in (document.get("sla") or {}).items()
    }


def next_step(steps: Sequence[Step], taken: Container[str]) -> Step | None:
    """The first step that has not been taken; None where all have."""
    return next((step for step in steps if step.key not in taken), None)


def breach_of(steps: Sequence[Step]) -> Step | None:
    """The step until which an answer is in time; None where the policy never calls it late."""
    return next((step for step in steps if step.do == BREACH), None)


def hours_of(policy: Policy, people: People, *, team: str | None, owner: str | None) -> Schedule:
    """What a policy's time is counted with for a lead of a team and an owner; either may be missing."""
    of_team = people.teams.get(team) if team is not None else None
    return counting(
        policy.clock,
        team=of_team.calendar if of_team is not None else None,
        owner=people.reps.get(owner) if owner is not None else None,
    )


def deadline(hours: Schedule, started_at: datetime, step: Step) -> datetime:
    """When a step is due. Where the calendar never opens it is counted around the clock: no lead is forgotten."""
    try:
        return add(hours, started_at, step.after)
    except NeverOpen:
        return started_at + step.after


def _steps(items: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """In the order in which they fall due; the same step a second time is one."""
    listed: list[tuple[int, str]] = []
    for item in sorted(items, key=lambda item: item["after"]):
        if (item["after"], item["do"]) not in listed:
            listed.append((item["after"], item["do"]))
    turns: dict[str, int] = {}
    steps = []
    for after, do in listed:
        turns[do] = turns.get(do, 0) + 1
        steps.append(Step(f"{do}-{turns[do]}", do, timedelta(seconds=after)))
    return tuple(steps)
