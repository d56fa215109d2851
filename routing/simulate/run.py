"""The engine over past or uploaded leads, writing nothing: what a plan would have done."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from routing.engine.calendars import Calendar
from routing.engine.decide import Decision, Qualified, apply, decide, qualify
from routing.engine.eligibility import Ask
from routing.engine.facts import Facts, lead_facts, match_key, normal_text
from routing.engine.ordering import Orders
from routing.engine.people import People, people_from
from routing.engine.plan import CompiledPlan
from routing.engine.qualification import BANDS
from routing.engine.returning import Key, KnownOwners, Owners, owner_back
from routing.engine.roster import Roster

COLUMNS: Final = ("id", "outcome", "rule", "team", "delivery", "rep", "territory", "score", "band", "reason")


Keys = dict[str, tuple[Key, ...]]


class Arriving(Protocol):
    """A lead of the run: when it arrives, and when it is closed again by whoever has it (None: never)."""

    @property
    def at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime | None: ...
    def read(self, calendars: Mapping[str, Calendar], free_mail_domains: Container[str]) -> tuple[Facts, Keys]:
        """Its facts, and what its person and company are recognised by."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead that is nowhere stored: its id, when it arrives, and what it brings (field name to text)."""

    id: str
    at: datetime
    values: Mapping[str, object]

    @property
    def closes_at(self) -> None:
        """Nobody knows."""
        return

    def read(self, calendars: Mapping[str, Calendar], free_mail_domains: Container[str]) -> tuple[Facts, Keys]:
        """New, with its domain looked up."""
        facts = lead_facts(
            {"stage": "new", **self.values},
            id=self.id,
            captured_at=self.at,
            free_mail_domains=free_mail_domains,
            calendars=calendars,
        )
        return facts, person_keys(facts)


@dataclass(slots=True, eq=False)
class _Lead:
    place: int
    facts: Facts
    qualified: Qualified
    keys: Keys
    closes_at: datetime | None
    decision: Decision | None = None
    asks: tuple[Ask, ...] = ()
    returns_at: datetime | None = None

    @property
    def turn(self) -> tuple[int, int]:
        return BANDS.index(self.qualified.band), self.place


@dataclass
class Simulation:
    """One run of a plan over leads in the order of their arrival.

    Before each arrival the waiting leads are tried again, hot, warm, cold, then by arrival. Only those are really asked
    again for whom something may have changed: somebody they were refused for is able, or their owner is.
    """

    plan: CompiledPlan
    people: People
    free_mail_domains: Container[str] = frozenset()
    roster: Roster = field(init=False)
    orders: Orders = field(init=False)

    def __post_init__(self) -> None:
        self.roster = Roster(self.people)
        self.orders = Orders(self.roster)
        self._owned = Owners()
        self._waiting: dict[tuple[Ask, ...], dict[int, _Lead]] = {}
        self._by_key: dict[Key, dict[int, _Lead]] = {}
        self._stirred: dict[int, _Lead] = {}
        self._stirred_now: set[int] = set()
        self._absent_owner: dict[int, _Lead] = {}
        self._trying: list[tuple[tuple[int, int], _Lead]] | None = None
        self._trying_now = (-1, -1)
        self._to_close: list[tuple[datetime, int, str, str | None]] = []
        self._boundaries = list(reversed(self.plan.territories.boundaries))

    def run(
        self, arrivals: Iterable[Arriving], *, progress: Callable[[int], None] | None = None
    ) -> list[tuple[str, Decision]]:
        """Every lead's id and where it ended, in the order of arrival."""
        leads: list[_Lead] = []
        for place, (arrival, is_last) in enumerate(_and_whether_last(arrivals)):
            # Whoever still waits at the last try shows the reason of that try: then everybody is really asked.
            self._close(arrival.at)
            self._retry(arrival.at, everybody=is_last)
            facts, keys = arrival.read(self.people.calendars, self.free_mail_domains)
            lead = _Lead(place, facts, qualify(facts, self.plan, at=arrival.at), keys, arrival.closes_at)
            leads.append(lead)
            self._try(lead, arrival.at)
            if progress is not None:
                progress(place + 1)
        return [(lead.facts.id, lead.decision) for lead in leads if lead.decision is not None]

    def _try(self, lead: _Lead, at: datetime) -> None:
        history = KnownOwners(self._owned, lead.keys)
        decision = decide(lead.qualified, self.plan, self.roster, self.orders, at=at, history=history)
        lead.decision = decision
        if decision.rep is not None:
            apply(decision, self.roster, self.orders, at=at)
            if lead.closes_at is not None:
                heapq.heappush(self._to_close, (lead.closes_at, lead.place, decision.rep, decision.team))
            keys = [key for keys in lead.keys.values() for key in keys]
            self._owned.record(keys, decision.rep, at)
            for key in keys:
                for other in self._by_key.get(key, {}).values():
                    self._stir(other)
        if decision.outcome == "waiting":
            self._hold(lead, at)
        else:
            self._release(lead)

    def _close(self, at: datetime) -> None:
        """Closes what is closed by an instant: whoever had it has room again."""
        while self._to_close and self._to_close[0][0] <= at:
            _, _, rep, team = heapq.heappop(self._to_close)
            self.roster.close(rep, team=team)

    def _hold(self, lead: _Lead, at: datetime) -> None:
        self._release(lead)
        assert lead.decision is not None
        lead.asks = tuple(dict.fromkeys(found.ask for step in lead.decision.steps for found in step.eligibles))
        self._waiting.setdefault(lead.asks, {})[lead.place] = lead
        for keys in lead.keys.values():
            for key in keys:
                self._by_key.setdefault(key, {})[lead.place] = lead
        history = KnownOwners(self._owned, lead.keys)
        policy = self.plan.returning
        lead.returns_at = owner_back(policy, history, self.people, at) if policy is not None else None
        if lead.returns_at is not None:
            self._absent_owner[lead.place] = lead

    def _release(self, lead: _Lead) -> None:
        self._waiting.get(lead.asks, {}).pop(lead.place, None)
        for keys in lead.keys.values():
            for key in keys:
                self._by_key.get(key, {}).pop(lead.place, None)
        self._absent_owner.pop(lead.place, None)

    def _stir(self, lead: _Lead) -> None:
        if self._trying is not None and lead.turn > self._trying_now:
            self._stirred_now.add(lead.place)
            heapq.heappush(self._trying, (lead.turn, lead))
        else:
            self._stirred[lead.place] = lead

    def _retry(self, at: datetime, *, everybody: bool = False) -> None:
        """Tries the waiting leads at an instant, each at most once."""
        due = self._stirred
        self._stirred = {}
        if everybody:
            for waiting in self._waiting.values():
                due.update(waiting)
        while self._boundaries and self._boundaries[-1] <= at:
            self._boundaries.pop()
            for waiting in self._waiting.values():
                for lead in waiting.values():
                    lead.qualified = qualify(lead.facts, self.plan, at=at)
                    due[lead.place] = lead
        for lead in self._absent_owner.values():
            # absence[1] - at < 24 h: strictly past the instant
            if lead.returns_at is not None and at > lead.returns_at:
                due[lead.place] = lead
        asked_anyway = set(due)
        for asks, waiting in self._waiting.items():
            if waiting and self._somebody(asks, at):
                due.update(waiting)
        if not due:
            return
        self._trying = [(lead.turn, lead) for lead in due.values() if lead.place in self._waiting.get(lead.asks, {})]
        heapq.heapify(self._trying)
        last = None
        while self._trying:
            turn, lead = heapq.heappop(self._trying)
            if turn == last:
                continue
            last = self._trying_now = turn
            # A free place is soon taken: those behind would only hear the same once more.
            if lead.place in asked_anyway or lead.place in self._stirred_now or self._somebody(lead.asks, at):
                self._try(lead, at)
        self._trying, self._trying_now = None, (-1, -1)
        self._stirred_now.clear()

    def _somebody(self, asks: tuple[Ask, ...], at: datetime) -> bool:
        """Whether one of those asked for can take a lead."""
        return any(self.roster.eligible(ask, at).takers for ask in asks)


def _and_whether_last(arrivals: Iterable[Arriving]) -> Iterator[tuple[Arriving, bool]]:
    before: Arriving | None = None
    for arrival in arrivals:
        if before is not None:
            yield before, False
        before = arrival
    if before is not None:
        yield before, True


def person_keys(facts: Facts) -> Keys:
    """What a lead is recognised by, for each kind of match:
    e-mail, phone, company by domain (not free mail) or name.
    """
    keys: Keys = {}
    email, phone, company = facts.raw.get("email"), facts.raw.get("phone"), facts.raw.get("company")
    if email is not None:
        keys["email"] = (("email", str(email).strip().lower()),)
    if phone is not None and (key := match_key(str(phone))):
        keys["phone"] = (("phone", key),)
    of_company: list[Key] = []
    if facts["free_mail"] == "no":
        of_company.append(("domain", str(facts.raw["email_domain"])))
    if (name := normal_text(company)) is not None:
        of_company.append(("name", name))
    if of_company:
        keys["company"] = tuple(of_company)
    return keys


def simulate(
    document: Mapping[str, Any],
    arrivals: Iterable[Arrival],
    *,
    free_mail_domains: Container[str],
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[str, ...]]:
    """The lines of the output, in input order, without the header: see COLUMNS."""
    run = Simulation(CompiledPlan(document), people_from(document), free_mail_domains)
    for lead_id, decision in run.run(arrivals, progress=progress):
        qualified = decision.qualified
        yield (
            lead_id,
            decision.outcome,
            decision.rule_slug,
            decision.team or "",
            decision.delivery,
            decision.rep or "",
            qualified.territory.slug if qualified.territory is not None else "",
            str(qualified.score),
            qualified.band,
            decision.reason,
        )
