"""The simulation asks only those waiting leads again for whom something may have changed: nobody sees a difference.

Beside it runs the plain way: before each arrival every waiting lead is tried again, with nothing remembered. Territory,
score and rules are found anew, who is eligible is found anew, earlier leads are looked through one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from routing.engine.decide import Decision, apply, decide, qualify
from routing.engine.facts import Facts, lead_facts
from routing.engine.fairness import Ledger
from routing.engine.ordering import Orders
from routing.engine.people import people_from
from routing.engine.plan import CompiledPlan
from routing.engine.roster import Roster
from routing.simulate import Arrival, simulate

from .random_cases import random_case

FREE_MAIL = frozenset({"gmail.com"})
BANDS = ["hot", "warm", "cold"]


@dataclass
class Lead:
    """A lead of the plain run."""

    place: int
    arrival: Arrival
    decision: Decision | None = None


@dataclass
class Earlier:
    """What was assigned before, looked through lead by lead: (e-mail, phone, domain, name), owner, instant."""

    given: list[tuple[dict[str, set[str]], str, datetime]]
    asking: dict[str, set[str]]

    def owners(self, kind: str) -> Iterable[tuple[str, datetime]]:
        for known, owner, at in reversed(self.given):
            if known[kind] & self.asking[kind]:
                yield owner, at


def known_by(facts: Facts) -> dict[str, set[str]]:
    """What a person and a company are recognised by."""
    email, phone, company = (str(facts.raw.get(name, "")) for name in ("email", "phone", "company"))
    domain = email.strip().lower().rpartition("@")[2]
    return {
        "email": {email.strip().lower()} - {""},
        "phone": {"".join(char for char in phone if char.isalnum()).lower()} - {""},
        "company": ({f"@{domain}"} if domain not in FREE_MAIL else set()) - {"@"} | ({company.casefold()} - {""}),
    }


class PlainRun:
    """Every waiting lead tried again before each arrival, each time from nothing but ledgers and loads."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.people = people_from(document)
        self.kept = Roster(self.people)
        self.given: list[tuple[dict[str, set[str]], str, datetime]] = []
        self.tries = Counter[str]()

    def lines(self, arrivals: Sequence[Arrival]) -> list[tuple[str, ...]]:
        leads: list[Lead] = []
        for place, arrival in enumerate(arrivals):
            held = [lead for lead in leads if lead.decision is not None and lead.decision.outcome == "waiting"]
            bands = {lead.place: BANDS.index(lead.decision.qualified.band) for lead in held if lead.decision}
            for lead in sorted(held, key=lambda lead: (bands[lead.place], lead.place)):
                self.try_one(lead, arrival.at)
                self.tries["again"] += 1
                assert lead.decision is not None
                self.tries[lead.decision.outcome] += 1
            leads.append(Lead(place, arrival))
            self.try_one(leads[-1], arrival.at)
        return [_line(lead) for lead in leads]

    def try_one(self, lead: Lead, at: datetime) -> None:
        plan = CompiledPlan(self.document)
        ledgers = {slug: Ledger.from_state(ledger.to_state()) for slug, ledger in self.kept.ledgers.items()}
        roster = Roster(self.people, loads=self.kept.loads, team_loads=self.kept.team_loads, ledgers=ledgers)
        orders = Orders(roster)
        facts = lead_facts(
            {"stage": "new", **lead.arrival.values},
            id=lead.arrival.id,
            captured_at=lead.arrival.at,
            free_mail_domains=FREE_MAIL,
            calendars=people_from(self.document).calendars,
        )
        known = known_by(facts)
        qualified = qualify(facts, plan, at=at)
        lead.decision = decide(qualified, plan, roster, orders, at=at, history=Earlier(self.given, known))
        apply(lead.decision, roster, orders, at=at)
        if lead.decision.rep is not None:
            self.given.append((known, lead.decision.rep, at))
        assert all(sum(ledger.all_lags().values()) == 0 for ledger in roster.ledgers.values()), "lags sum to zero"
        self.kept = roster


def _line(lead: Lead) -> tuple[str, ...]:
    decision = lead.decision
    assert decision is not None
    qualified = decision.qualified
    return (
        lead.arrival.id,
        decision.outcome,
        decision.rule_slug,
        decision.team or "",
        decision.delivery,
        decision.rep or "",
        qualified.territory.slug if qualified.territory else "",
        str(qualified.score),
        qualified.band,
        decision.reason,
    )


def compared(seeds: range) -> Counter[str]:
    """Every case both ways; what happened in them, counted, so that a proof over nothing is seen."""
    happened = Counter[str]()
    for seed in seeds:
        document, arrivals = random_case(seed)
        plain = PlainRun(document)
        expected = plain.lines(arrivals)
        assert list(simulate(document, arrivals, free_mail_domains=FREE_MAIL)) == expected, f"case {seed}"
        happened.update(plain.tries)
        happened.update(f"ended {line[1]} {line[2] if line[2] == 'returning' else ''}".strip() for line in expected)
        happened.update(f"because {line[-1]}" for line in expected)
    return happened


def test_a_few_dozen_companies_end_the_same_either_way() -> None:
    happened = compared(range(40))
    assert happened["again"] > 500
    assert happened["assigned"] > 10, "some who waited were taken later"


@pytest.mark.slow
@pytest.mark.parametrize("hundred", range(30))
def test_thousands_of_companies_end_the_same_either_way(hundred: int) -> None:
    first = 1000 + 100 * hundred
    happened = compared(range(first, first + 100))
    assert happened["assigned"] > 20
    assert happened["ended assigned returning"] > 20
