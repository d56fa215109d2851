"""Why this rep, why not me: a decision told from what it rested on, by the code that made it.

A decision keeps the plan's version, the facts the plan reads, the owners known, and the state its batch began with. The
decisions of the batch before it are made again, then this one; each is the same as it was, or `replays` says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

from routing.assignment.books import reopened
from routing.engine.conditions import Condition, Group, Node
from routing.engine.decide import Decision, Step, apply, decide, qualify
from routing.engine.eligibility import IN_WORDS, Eligibles
from routing.engine.facts import Facts
from routing.engine.ordering import FAIR_SHARE, Orders, open_cap
from routing.engine.people import People, people_from
from routing.engine.plan import CompiledPlan, Rule
from routing.engine.roster import Roster
from routing.models import Decision as DecisionRow
from routing.models import PeopleState
from routing.roster import compiled

OUTCOMES: Final = {
    "assigned": "assigned",
    "offered": "offered",
    "pooled": "put into the pool",
    "waiting": "held until somebody can take it",
    "disqualified": "set aside",
}


CHOSEN_BY: Final = {
    "round_robin": "by round robin",
    "weighted": "by weighted fair share",
    "least_loaded": "as the least loaded",
    "best_match": "as the best match",
    "priority": "as the first in the team's order who could take it",
    "random": "at random",
}


@dataclass(slots=True)
class Told:
    """One decision made again: what it was, what it is now, and the ledger as it found it."""

    row: DecisionRow
    decision: Decision
    roster: Roster
    orders: Orders
    lags: dict[str, Fraction]


def explanation(lead_id: int) -> dict[str, Any]:
    """Everything about the last decision on a lead; `decision` is None where it was never routed.

    Keys: decision (outcome, rule, team, rep, reason, at, plan_version, replays), score, territory, rules (each asked,
    with each condition's value and answer), reps (each considered, with the first reason against or the keys they were
    ranked by), ledger (before and after, in leads), and words, a few plain sentences.
    """
    row = DecisionRow.objects.select_related("basis", "team", "rep").filter(lead_id=lead_id).order_by("-pk").first()
    if row is None:
        return {"lead": lead_id, "decision": None, "words": ["This lead has not been routed yet."]}
    told = retell(row)
    decision, plan = told.decision, _plan(row)
    qualified = decision.qualified
    answer = {
        "lead": lead_id,
        "decision": {
            "outcome": row.outcome,
            "rule": row.rule or None,
            "team": row.team.slug if row.team else None,
            "rep": row.rep.username if row.rep else None,
            "reason": row.reason,
            "at": row.at.isoformat(),
            "plan_version": row.plan_version_id,
            "replays": replays(told),
        },
        "score": {
            "points": qualified.score,
            "band": qualified.band,
            "because": [
                {"rule": rule.slug, "name": rule.name, "points": rule.points}
                for rule in plan.qualification.scoring(qualified.facts)
            ],
        },
        "disqualified_by": qualified.disqualifier.slug if qualified.disqualifier else None,
        "territory": qualified.territory.slug if qualified.territory else None,
        "rules": list(_rules(plan, decision)),
        "reps": _reps(told),
        "ledger": _ledger(told),
    }
    answer["words"] = _words(told, plan)
    return answer


def replays(told: Told) -> bool:
    """Whether the decision, made again on what was stored, is the one that was made."""
    row, decision = told.row, told.decision
    return (row.outcome, row.rule, row.rep.username if row.rep else None, row.reason) == (
        decision.outcome,
        decision.rule_slug,
        decision.rep,
        decision.reason,
    )


def retell(row: DecisionRow) -> Told:
    """Makes a decision again, after those of its batch that came before it."""
    plan = _plan(row)
    began_with = _basis(row)
    if began_with is None:
        people = people_from({})
        roster = Roster(people)
        orders = Orders(roster)
        return Told(row, _again(row, plan, roster, orders), roster, orders, {})
    people, state = _as_they_were(*began_with)
    roster = reopened(state, people)
    orders = Orders(roster)
    before = DecisionRow.objects.filter(basis=row.basis_id, ordinal__lt=row.ordinal).order_by("ordinal")
    for earlier in before if row.basis_id is not None else ():
        apply(_again(earlier, plan, roster, orders), roster, orders, at=earlier.at)
    lags = {rep: roster.ledger(slug).lag(rep) for slug, rep in _members(row, people)}
    return Told(row, _again(row, plan, roster, orders), roster, orders, lags)


def _plan(row: DecisionRow) -> CompiledPlan:
    plan = compiled(row.plan_version_id)
    assert plan is not None, "a decision names the version it was made by"
    return plan


def _basis(row: DecisionRow) -> tuple[str, dict[str, Any]] | None:
    """The people and the state a decision began with: its batch's, or kept by itself; None where nobody was asked."""
    if row.basis is not None:
        return row.basis.people_id, json.loads(row.basis.state)
    kept = json.loads(row.explanation).get("basis")
    return (kept["people"], kept["state"]) if kept else None


def _as_they_were(people: str, state: dict[str, Any]) -> tuple[People, dict[str, Any]]:
    document = json.loads(PeopleState.objects.values_list("document", flat=True).get(digest=people))
    off: Mapping[str, str | None] = state["off"]
    for username, rep in document["reps"].items():
        rep["accepting"] = username not in off
    paused = {username: datetime.fromisoformat(until) for username, until in off.items() if until is not None}
    return people_from(document, paused_until=paused), state


def _again(row: DecisionRow, plan: CompiledPlan, roster: Roster, orders: Orders) -> Decision:
    kept = json.loads(row.explanation)
    raw: dict[str, Any] = dict(kept["facts"])
    if "captured_at" in raw:
        raw["captured_at"] = datetime.fromisoformat(raw["captured_at"])
    facts = Facts(raw, id=str(row.lead_id), calendars=roster.people.calendars)
    qualified = qualify(facts, plan, at=row.at)
    history = _Seen([(kind, owner, datetime.fromisoformat(at)) for kind, owner, at in kept.get("owners", ())])
    tried, resting = frozenset(kept.get("tried", ())), frozenset(kept.get("resting", ()))
    return decide(qualified, plan, roster, orders, at=row.at, history=history, tried=tried, resting=resting)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The owners a lead found when it was decided."""

    found: Sequence[tuple[str, str, datetime]]

    def owners(self, kind: str) -> list[tuple[str, datetime]]:
        return [(owner, at) for of_kind, owner, at in self.found if of_kind == kind]


def _members(row: DecisionRow, people: People) -> list[tuple[str, str]]:
    team = people.teams.get(row.team.slug) if row.team else None
    return [(team.slug, member.rep) for member in team.members] if team is not None else []


def _rules(plan: CompiledPlan, decision: Decision) -> Any:
    """Each rule that was asked, in order, up to the one that decided."""
    asked = {step.rule.number: step for step in decision.steps}
    last = max(asked, default=-1) if decision.returned_by is None and decision.outcome != "disqualified" else -1
    for rule in plan.rules[: last + 1]:
        yield {
            "rule": rule.slug,
            "name": rule.name,
            "matched": rule.matches(decision.qualified.facts, decision.qualified.territory),
            "conditions": _node(rule.when, decision.qualified.facts) if rule.when is not None else None,
            "answer": _step(asked[rule.number], decision) if rule.number in asked else None,
        }


def _node(node: Node, facts: Facts) -> dict[str, Any]:
    if isinstance(node, Group):
        return {node.kind: [_node(member, facts) for member in node.members], "holds": node.holds(facts)}
    return _condition(node, facts)


def _condition(condition: Condition, facts: Facts) -> dict[str, Any]:
    actual = facts.raw.get(condition.field, facts[condition.field])
    return {
        "field": condition.field,
        "op": condition.op,
        "value": condition.value,
        "actual": actual.isoformat() if isinstance(actual, datetime) else None if actual is None else str(actual),
        "holds": condition.holds(facts),
    }


def _step(step: Step, decision: Decision) -> str:
    if step.rule is decision.rule and decision.rep is not None:
        return "delivered"
    if step.rule is decision.rule and decision.outcome == "pooled":
        return "pooled"
    return "nobody could take it"


def _reps(told: Told) -> list[dict[str, Any]]:
    """Each rep who was considered: the first reason against them, or the keys they were ranked by."""
    found = told.decision.taken_from
    if found is None:
        answers = [answer for step in told.decision.steps for answer in step.eligibles]
        if not answers:
            return []
        found = answers[-1]
    listed = [
        {"rep": rep, "against": reasons[0], "words": f"{rep} {IN_WORDS[reasons[0]]}"}
        for rep, reasons in found.reasons.items()
    ]
    return [{"rep": rep, "against": None, **_keys(told, found, rep)} for rep in found.takers] + listed


def _keys(told: Told, found: Eligibles, rep: str) -> dict[str, Any]:
    rule, roster, team = told.decision.rule, told.roster, found.ask.team
    if rule is None or team is None:
        return {}
    last = roster.ledger(team).last.get(rep)
    keys: dict[str, Any] = {"last_lead_at": last.isoformat() if last else None, "position": roster.position(team, rep)}
    if rule.order in FAIR_SHARE and told.decision.owed is not None:
        keys |= {"lag": str(told.lags.get(rep, Fraction(0))), "share": str(told.decision.owed.share(rep))}
    elif rule.order == "least_loaded":
        keys |= {"open": roster.load(rep).open, "open_cap": open_cap(roster, team, rep)}
    elif rule.order == "best_match":
        wanted = rule.wanted(told.decision.qualified.facts, roster.people.skills)
        skills = roster.people.reps[rep].skills
        keys |= {
            "levels": {skill: skills[skill] for skill in sorted(wanted) if skill in skills},
            "seniority": roster.people.reps[rep].seniority,
        }
    return keys


def _ledger(told: Told) -> dict[str, dict[str, str]] | None:
    """Each rep's balance before and after, in leads, exactly; None where no ledger moved."""
    owed, rep = told.decision.owed, told.decision.rep
    if owed is None or rep is None:
        return None
    shares = {name: owed.share(name) for name, _ in owed.members}
    return {
        name: {"before": str(lag), "after": str(lag + shares.get(name, Fraction(0)) - (1 if name == rep else 0))}
        for name, lag in told.lags.items()
    }


def _words(told: Told, plan: CompiledPlan) -> list[str]:
    """The decision in a few plain sentences."""
    row, decision = told.row, told.decision
    when = row.at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M UTC")
    words = [f"Decided at {when} by version {row.plan_version_id} of the plan."]
    qualified = decision.qualified
    if plan.qualification.present:
        words.append(f"It scores {qualified.score}, which is {qualified.band}.")
    if qualified.disqualifier is not None:
        return [*words, f"It was set aside by {qualified.disqualifier.name}: {qualified.disqualifier.reason}."]
    if qualified.territory is not None:
        words.append(f"It belongs to the territory {qualified.territory.name}.")
    if decision.returned_by is not None:
        return [
            *words,
            f"{decision.rep} already had a lead of the same {decision.returned_by}, so it returned to them.",
        ]
    for step in decision.steps[:-1]:
        words.append(f"“{step.rule.name}” matched, but nobody could take it.")
    if decision.rule is None:
        return [*words, "No rule matched it."]
    words.append(_of_rule(decision.rule, decision))
    if decision.rep is not None and decision.owed is not None:
        lag = told.lags.get(decision.rep, Fraction(0))
        words.append(f"{decision.rep} was next by fair share, {in_leads(lag)} before this lead.")
    return words


def _of_rule(rule: Rule, decision: Decision) -> str:
    if decision.outcome == "waiting":
        why = IN_WORDS.get(decision.reason, "cannot take it")
        return f"“{rule.name}” matched; it waits, because nobody can take it: mostly, whoever is asked {why}."
    if decision.outcome == "pooled":
        return f"“{rule.name}” matched; it was put into the pool of {decision.team}, to be taken by {rule.delivery}."
    if rule.rep is not None and decision.team is None:
        return f"“{rule.name}” matched; it goes to {decision.rep} alone."
    return f"“{rule.name}” matched; {decision.rep} was chosen {CHOSEN_BY[rule.order]}."


def in_leads(lag: Fraction) -> str:
    """A balance as people say it: 0.4 leads ahead, or behind their share."""
    if lag == 0:
        return "exactly at their share"
    return f"{abs(float(lag)):.1f} leads {'behind' if lag > 0 else 'ahead of'} their share"
