"""Leads that came once, through a plan once more: where each would have gone. Writes nothing.

Everybody is as they are now, with the switch on. Every lead comes at the moment it came, new, with the facts that are
stored of it, and is closed by whoever gets it at the moment it really was. Nobody has an open lead, a balance or an
owned person before the first of them, and nothing else came in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from routing.engine.calendars import Calendar
from routing.engine.decide import WAITING
from routing.engine.facts import Facts
from routing.engine.people import People, people_from
from routing.engine.plan import CompiledPlan
from routing.leadfacts import COLUMNS, taken_from
from routing.models import Lead

from .run import Keys, Simulation


@dataclass(frozen=True, slots=True)
class Past:
    """A lead as it is stored, to arrive once more."""

    id: int
    at: datetime
    raw: Mapping[str, object]
    keys: Keys
    closes_at: datetime | None

    def read(self, calendars: Mapping[str, Calendar], free_mail_domains: Container[str]) -> tuple[Facts, Keys]:
        """Its facts as routing reads them, but for its stage: it arrives new."""
        return Facts({**self.raw, "stage": "new"}, id=str(self.id), calendars=calendars), self.keys


class End(NamedTuple):
    """Where a lead ended, in slugs and usernames; empty where there is none."""

    outcome: str
    rule: str = ""
    team: str = ""
    delivery: str = ""
    rep: str = ""


NOWHERE = End(WAITING)
"""Where every lead ends before anything was published."""


def last_leads(leads: QuerySet[Lead], count: int) -> list[Past]:
    """The last so many of these leads, in the order in which they came; one query."""
    rows = (
        leads.order_by("-captured_at", "-pk")
        .annotate(nothing=Value(0), closed_at=Coalesce("won_at", "lost_at"))
        .values_list(*COLUMNS, "nothing", "nothing", "closed_at")[:count]
    )
    found = []
    for row in rows:
        taken = taken_from(row[:-1])
        found.append(Past(taken.id, taken.raw["captured_at"], taken.raw, taken.keys, row[-1]))
    return found[::-1]


def digest_of(leads: Sequence[Past]) -> str:
    """The same for the same leads with the same facts."""
    written = hashlib.sha256()
    for lead in leads:
        written.update(repr((lead.id, lead.closes_at, sorted(lead.raw.items()))).encode())
    return written.hexdigest()


def everybody_on(document: Mapping[str, Any]) -> People:
    """The people of a configuration as they are now, with every switch on: a pause says nothing about last month."""
    reps = {username: {**rep, "accepting": True} for username, rep in document["reps"].items()}
    return people_from({**document, "reps": reps})


def replay(leads: Sequence[Past], plan: Mapping[str, Any], people: People) -> list[End]:
    """Where each of these leads ends by a plan, in their order."""
    ended = Simulation(CompiledPlan(plan), people).run(leads)
    return [
        End(decision.outcome, decision.rule_slug, decision.team or "", decision.delivery, decision.rep or "")
        for _, decision in ended
    ]


@dataclass(frozen=True, slots=True)
class Moved:
    """A lead that would have gone elsewhere."""

    id: int
    before: End
    after: End

    @property
    def by_turn(self) -> bool:
        """Whether the same rule gave it to another rep of the same team: any lead before it may have moved the turn."""
        return self.before._replace(rep="") == self.after._replace(rep="")


def moved(leads: Sequence[Past], before: Sequence[End], after: Sequence[End]) -> list[Moved]:
    """The leads that end elsewhere, the last first. Another rule to the same place is no other place."""
    return [
        Moved(lead.id, was, now)
        for lead, was, now in reversed(list(zip(leads, before, after, strict=True)))
        if was._replace(rule="") != now._replace(rule="")
    ]
