"""What becomes of a lead: qualified, placed, returned, or given by the first rule that matches and delivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .eligibility import Ask, Eligibles, commonest
from .facts import Facts, normal_text
from .fairness import Owed
from .ordering import FAIR_SHARE, Orders
from .plan import POOLED, CompiledPlan, Rule
from .qualification import Disqualifier
from .returning import History, returning_owner
from .roster import Roster
from .territories import Territory

ASSIGNED: Final = "assigned"
OFFERED: Final = "offered"
POOL: Final = "pooled"
WAITING: Final = "waiting"
DISQUALIFIED: Final = "disqualified"
RETURNING: Final = "returning"
NO_RULE: Final = "no_rule"


@dataclass(slots=True)
class Qualified:
    """A lead with what does not depend on who is there: score, band, what sets it aside, its territory, its rules."""

    facts: Facts
    score: int
    band: str
    disqualifier: Disqualifier | None
    territory: Territory | None
    _plan: CompiledPlan
    _matched: list[Rule] = field(default_factory=list)
    _search: Iterator[Rule] | None = None

    def rules(self) -> Iterator[Rule]:
        """The rules that match, in order; found as far as they are asked for."""
        yield from self._matched
        if self._search is None:
            self._search = self._find()
        for rule in self._search:
            self._matched.append(rule)
            yield rule

    def _find(self) -> Iterator[Rule]:
        for number in self._plan.index.candidates(self.facts):
            rule = self._plan.rules[number]
            if rule.matches(self.facts, self.territory):
                yield rule


@dataclass(slots=True)
class Step:
    """One rule that matched and was asked: of whom, and the answer."""

    rule: Rule
    eligibles: list[Eligibles]


@dataclass(slots=True)
class Decision:
    """What becomes of a lead, and what that rested on.

    `reason` is the order for a push, returning, pooled, the disqualifier's slug, or the commonest reason against.
    """

    outcome: str
    qualified: Qualified
    rule: Rule | None = None
    team: str | None = None
    delivery: str = ""
    rep: str | None = None
    reason: str = ""
    steps: list[Step] = field(default_factory=list)
    taken_from: Eligibles | None = None
    owed: Owed | None = None
    returned_by: str | None = None

    @property
    def rule_slug(self) -> str:
        """The rule's slug; `returning` for a lead that returned; empty where no rule had a say."""
        if self.returned_by is not None:
            return RETURNING
        return self.rule.slug if self.rule is not None else ""

    @property
    def is_push(self) -> bool:
        """Whether a rep has it now, or has it on offer."""
        return self.rep is not None


def qualify(facts: Facts, plan: CompiledPlan, *, at: datetime) -> Qualified:
    """Score and band, disqualification, territory: in this order, each reading what came before."""
    qualification = plan.qualification
    score = facts["score"] = qualification.score(facts)
    band = facts["band"] = qualification.band(score)
    disqualifier = qualification.disqualifier(facts)
    territory = plan.territories.of(facts, at)
    facts["territory"] = normal_text(territory.slug) if territory is not None else None
    return Qualified(facts, score, band, disqualifier, territory, plan)


def decide(
    lead: Qualified,
    plan: CompiledPlan,
    roster: Roster,
    orders: Orders,
    *,
    at: datetime,
    history: History | None = None,
    tried: frozenset[str] = frozenset(),
    resting: frozenset[str] = frozenset(),
) -> Decision:
    """The first rule that matches and delivers decides; every step is kept as the reason why.

    1. A disqualified lead is set aside.
    2. A lead whose person or company has an owner returns to them.
    3. Rules in order. A pooled delivery always delivers. Otherwise whoever can take it is asked for; where nobody can,
       the rule says: wait, the next rule, anyone (ignoring switch and shift), or another team.
    4. A lead no rule delivered waits with the last rule that matched, its own team and the commonest reason against.
    """
    if lead.disqualifier is not None:
        return Decision(DISQUALIFIED, lead, reason=lead.disqualifier.slug)
    if plan.returning is not None and history is not None:
        found = returning_owner(plan.returning, history, roster.people, at)
        if found is not None:
            owner, kind = found
            return Decision(ASSIGNED, lead, delivery="assign", rep=owner, reason=RETURNING, returned_by=kind)
    steps: list[Step] = []
    for rule in lead.rules():
        if rule.delivery in POOLED:
            team = rule.team_for(lead.territory)
            return Decision(POOL, lead, rule, team, rule.delivery, reason=POOL, steps=[*steps, Step(rule, [])])
        step = Step(rule, [])
        steps.append(step)
        for ask in _asks(rule, lead.territory):
            eligibles = roster.eligible(ask, at, tried, resting)
            step.eligibles.append(eligibles)
            if eligibles.takers:
                return _given(lead, rule, eligibles, steps, roster, orders, at)
        if rule.when_nobody != "next_rule":
            break
    return _held(lead, steps)


def apply(decision: Decision, roster: Roster, orders: Orders, *, at: datetime) -> None:
    """Makes a decision part of the roster: ledger, loads and places. An offer counts as accepted."""
    rep = decision.rep
    if rep is None:
        return
    team = decision.team
    if team is not None and decision.taken_from is not None:
        if decision.owed is not None:
            roster.post(decision.taken_from, decision.owed, rep, at)
        else:
            roster.ledger(team).touch(rep, at)
    roster.take(rep, team=team, at=at)
    orders.took(rep)


def _asks(rule: Rule, territory: Territory | None) -> Iterator[Ask]:
    first = rule.ask(territory)
    yield first
    if rule.when_nobody == "anyone":
        yield rule.ask(territory, relaxed=True)
    elif rule.other_team is not None:
        yield rule.ask(territory, other_team=rule.other_team)


def _given(
    lead: Qualified, rule: Rule, eligibles: Eligibles, steps: list[Step], roster: Roster, orders: Orders, at: datetime
) -> Decision:
    team = eligibles.ask.team
    wanted = rule.wanted(lead.facts, roster.people.skills) if rule.order == "best_match" else frozenset()
    rep = orders.next(rule.order, eligibles, lead_id=lead.facts.id, wanted=wanted, at=at)
    owed = roster.owed(eligibles, at) if team is not None and rule.order in FAIR_SHARE else None
    outcome = OFFERED if rule.delivery == "offer" else ASSIGNED
    return Decision(outcome, lead, rule, team, rule.delivery, rep, rule.order, steps, eligibles, owed)


def _held(lead: Qualified, steps: list[Step]) -> Decision:
    if not steps:
        return Decision(WAITING, lead, reason=NO_RULE)
    step = steps[-1]
    answers = step.eligibles[-1] if step.rule.when_nobody == "anyone" else step.eligibles[0]
    reason = commonest(answers.first_reasons().values())
    return Decision(
        WAITING, lead, step.rule, step.rule.team_for(lead.territory), step.rule.delivery, reason=reason, steps=steps
    )
