"""The small cast as canonical documents, and a desk at which a plan gives out leads one by one.

Laura, Daniel and Emma sell in Inside, Omar in Outside. Monday morning is 9:00 in Chicago.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from routing.engine.decide import Decision, Qualified, apply, decide, qualify
from routing.engine.facts import Facts, lead_facts
from routing.engine.ordering import Orders
from routing.engine.people import people_from
from routing.engine.plan import CompiledPlan
from routing.engine.returning import KnownOwners, Owners
from routing.engine.roster import Roster
from routing.simulate.run import person_keys

MONDAY = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
FREE_MAIL = frozenset({"gmail.com"})
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INSIDE = ("laura", "daniel", "emma")


def hours(**changed: list[list[str]]) -> dict[str, list[list[str]]]:
    """A week: closed but for the days that are named."""
    return {day: changed.get(day, []) for day in DAYS}


def office(timezone: str = "America/Chicago", **over: Any) -> dict[str, Any]:
    """A calendar, Monday to Friday from nine to five."""
    week = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
    return {"timezone": timezone, "hours": hours(**week), "holidays": None, "closed": []} | over


def rep(**over: Any) -> dict[str, Any]:
    """Somebody who sells: always there, with no caps and no skills, unless told otherwise."""
    return {
        "name": "",
        "email": "",
        "calendar": None,
        "seniority": 1,
        "skills": {},
        "caps": {},
        "active": True,
        "accepting": True,
        "time_off": [],
    } | over


def team(members: Iterable[str] | Mapping[str, Mapping[str, Any]] = (), **over: Any) -> dict[str, Any]:
    """A team with its members in order; a mapping gives weights and caps."""
    given = members if isinstance(members, Mapping) else {name: {} for name in members}
    listed = {name: {"weight": 1, "caps": {}} | dict(of) for name, of in given.items()}
    return {
        "name": "",
        "managers": ["dana"],
        "calendar": None,
        "members": listed,
        "counts": {"manual": True, "claim": False, "pick": False, "blind": False},
        "make_up": None,
        "credit": [],
    } | over


def rule(slug: str = "everything", to: str | dict[str, Any] = "inside", **over: Any) -> dict[str, Any]:
    """A rule, by default to Inside by round robin, for every lead."""
    return {
        "slug": slug,
        "name": slug,
        "when": None,
        "to": {"team": to} if isinstance(to, str) else to,
        "delivery": "assign",
        "order": "round_robin",
        "requires": {},
        "offer_minutes": None,
        "hide_contact": False,
        "when_nobody": "wait",
        "sla": None,
    } | over


def when(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """A group of one condition."""
    return {"all": [{"field": field, "op": op, "value": value}]}


def territory(parent: str | None = None, where: list[Any] | None = None, **over: Any) -> dict[str, Any]:
    """A piece of the market."""
    return {
        "name": "",
        "parent": parent,
        "where": where or [],
        "team": None,
        "reps": None,
        "from": None,
        "to": None,
    } | over


def document(
    *,
    reps: Mapping[str, dict[str, Any]] | None = None,
    inside: Iterable[str] | Mapping[str, Mapping[str, Any]] | dict[str, Any] = INSIDE,
    rules: list[dict[str, Any]] | None = None,
    teams: Mapping[str, dict[str, Any]] | None = None,
    **rest: Any,
) -> dict[str, Any]:
    """A plan: the cast, changed as told; `reps` are changes by username."""
    changed = dict(reps or {})
    everybody = {name: rep(**changed.pop(name, {})) for name in (*INSIDE, "omar")}
    everybody |= {name: rep(**of) for name, of in changed.items()}
    of_inside = inside if isinstance(inside, dict) and "members" in inside else team(inside)
    return {
        "plan": 1,
        "name": "Acme",
        "calendars": {},
        "reps": everybody,
        "teams": {"inside": of_inside, "outside": team(["omar"]), **(teams or {})},
        "territories": {},
        "qualification": None,
        "sla": {},
        "rules": rules if rules is not None else [rule()],
        "returning": None,
    } | rest


class Desk:
    """A plan at work: leads come one by one, and what is decided becomes part of the roster."""

    def __init__(self, plan: Mapping[str, Any], *, roster: Roster | None = None, **people: Any) -> None:
        self.plan = CompiledPlan(plan)
        self.roster = roster or Roster(people_from(plan, **people))
        self.orders = Orders(self.roster)
        self.owned = Owners()
        self.count = 0

    def facts(self, id: str | None = None, at: datetime = MONDAY, **values: object) -> Facts:
        """A lead as the conditions read it; `attributes__x` stands for `attributes.x`."""
        raw = {"stage": "new", **{name.replace("__", "."): value for name, value in values.items()}}
        calendars = self.roster.people.calendars
        return lead_facts(
            raw, id=id or f"lead-{self.count}", captured_at=at, free_mail_domains=FREE_MAIL, calendars=calendars
        )

    def qualified(self, id: str | None = None, at: datetime = MONDAY, **values: object) -> Qualified:
        """A lead after score, band, disqualification and territory."""
        return qualify(self.facts(id, at, **values), self.plan, at=at)

    def decide(
        self,
        id: str | None = None,
        *,
        at: datetime = MONDAY,
        tried: Iterable[str] = (),
        **values: object,
    ) -> Decision:
        """What would become of a lead; changes nothing."""
        lead = self.qualified(id, at, **values)
        history = KnownOwners(self.owned, person_keys(lead.facts))
        return decide(lead, self.plan, self.roster, self.orders, at=at, history=history, tried=frozenset(tried))

    def route(
        self, id: str | None = None, *, at: datetime = MONDAY, tried: Iterable[str] = (), **values: object
    ) -> Decision:
        """What becomes of a lead, done."""
        decision = self.decide(id, at=at, tried=tried, **values)
        self.count += 1
        apply(decision, self.roster, self.orders, at=at)
        if decision.rep is not None:
            keys = person_keys(decision.qualified.facts)
            self.owned.record([key for of_kind in keys.values() for key in of_kind], decision.rep, at)
        return decision

    def reps(
        self, count: int, *, at: datetime = MONDAY, every: timedelta = timedelta(seconds=1), **values: object
    ) -> str:
        """Who gets the next leads, in words: `laura daniel emma`; `-` where nobody does."""
        return " ".join(self.route(at=at + number * every, **values).rep or "-" for number in range(count))

    def against(self, *, at: datetime = MONDAY, **values: object) -> dict[str, str]:
        """The first reason against each rep whom the deciding rule asked first."""
        return self.decide(at=at, **values).steps[-1].eligibles[0].first_reasons()

    def lags(self, team: str = "inside") -> dict[str, Any]:
        """The balances of a team."""
        return self.roster.ledger(team).all_lags()
