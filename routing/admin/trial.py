"""“Try a lead”: what the draft would do with a lead of these facts now. Nothing is locked, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from routing import owned
from routing.engine.conditions import Condition, Group
from routing.engine.decide import Decision, Qualified, decide, qualify
from routing.engine.eligibility import IN_WORDS, Eligibles
from routing.engine.facts import Facts
from routing.engine.fairness import Ledger
from routing.engine.loads import Load as EngineLoad
from routing.engine.ordering import FAIR_SHARE, Orders, open_cap
from routing.engine.plan import CompiledPlan, Rule
from routing.engine.returning import KnownOwners
from routing.engine.roster import Roster
from routing.intake.normalise import Normalised, normalise
from routing.leadfacts import Taken
from routing.models import Load, TeamLedger
from routing.roster import Directory, directory

_COUNTERS = ("open", "hour_key", "hour", "day_key", "day", "week_key", "week", "month_key", "month")
MOST_RULES = 300


@dataclass(frozen=True, slots=True)
class AskedRule:
    """One rule that was asked: whether it matched, what came of it, and each condition's answer."""

    number: int
    rule: Rule
    matched: bool
    outcome: str
    reasons: list[tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Considered:
    """One rep: chosen, able, or the reasons against."""

    username: str
    chosen: bool
    words: str


@dataclass(slots=True)
class Trial:
    """The path of a lead through the plan, and everybody who could or could not have had it."""

    qualified: Qualified
    decision: Decision
    scored: list[tuple[str, int]]
    rules: list[AskedRule]
    reps: list[Considered]
    not_asked: list[str]
    read: Normalised
    left_out: int = 0
    facts: list[tuple[str, Any]] = field(default_factory=list)


def try_lead(
    values: Mapping[str, object],
    document: Mapping[str, Any],
    *,
    at: datetime,
    lead_id: str = "0",
    is_known: bool = True,
) -> Trial:
    """What a plan document does with a lead of these facts (field name to what was typed) at an instant.

    `is_known`: whether it may return to the owner of its person or company.
    """
    who = directory()
    plan = CompiledPlan(document)
    read = normalise(values)
    raw: dict[str, Any] = {**read.facts, **{f"attributes.{name}": text for name, text in read.attributes.items()}}
    raw.setdefault("captured_at", at)
    if read.keys.email_domain:
        raw["email_domain"] = read.keys.email_domain
    if read.keys.free_mail is not None:
        raw["free_mail"] = "yes" if read.keys.free_mail else "no"
    qualified = qualify(Facts(raw, id=lead_id, calendars=who.people.calendars), plan, at=at)
    roster = present_roster(who)
    decision = decide(
        qualified, plan, roster, Orders(roster), at=at, history=_history(read, plan, who, at) if is_known else None
    )
    rules, left_out = _asked(plan, decision)
    reps = list(_considered(decision, roster))
    named = {rep.username for rep in reps}
    return Trial(
        qualified=qualified,
        decision=decision,
        scored=[(rule.name, rule.points) for rule in plan.qualification.scoring(qualified.facts)],
        rules=rules,
        reps=reps,
        not_asked=[name for name in who.people.reps if name not in named] if reps else [],
        read=read,
        left_out=left_out,
    )


def present_roster(who: Directory) -> Roster:
    """Everybody as they stand now, read without holding anything still: to look at, not to decide by."""
    loads: dict[str, EngineLoad] = {}
    team_loads: dict[tuple[str, str], EngineLoad] = {}
    for rep_id, team_id, *counted in Load.objects.values_list("rep_id", "team_id", *_COUNTERS):
        rep, team = who.usernames.get(rep_id), who.team_slugs.get(team_id) if team_id else None
        if rep is None or (team_id and team is None):
            continue
        load = EngineLoad(counted[0], tuple(counted[1::2]), tuple(counted[2::2]))
        if team is None:
            loads[rep] = load
        else:
            team_loads[team, rep] = load
    ledgers = {
        who.team_slugs[team_id]: Ledger.from_state(json.loads(state))
        for team_id, state in TeamLedger.objects.values_list("team_id", "state")
        if team_id in who.team_slugs
    }
    return Roster(who.people, loads=loads, team_loads=team_loads, ledgers=ledgers)


def behind_or_ahead(lag: Fraction) -> str:
    """A balance as people say it: `0.4 leads behind`, `1.2 leads ahead`, `even`."""
    if abs(lag) < Fraction(1, 20):
        return "even"
    return f"{abs(float(lag)):.1f} leads {'behind' if lag > 0 else 'ahead'}"


def _history(read: Normalised, plan: CompiledPlan, who: Directory, at: datetime) -> KnownOwners:
    keys: dict[str, tuple[tuple[str, str], ...]] = {}
    if read.keys.email_key:
        keys["email"] = (("email", read.keys.email_key),)
    if read.keys.phone_key:
        keys["phone"] = (("phone", read.keys.phone_key),)
    company = []
    if read.keys.free_mail is False and read.keys.email_domain:
        company.append(("domain", read.keys.email_domain))
    if read.keys.company_key:
        company.append(("name", read.keys.company_key))
    if company:
        keys["company"] = tuple(company)
    taken = Taken(0, 1, True, True, ("", "", ""), None, False, {}, keys, 0, 0)
    return KnownOwners(owned.owners_of([taken], plan, who, at), keys)


def _asked(plan: CompiledPlan, decision: Decision) -> tuple[list[AskedRule], int]:
    """Every rule up to the one that decided; at most some hundreds, and how many are left out."""
    if decision.outcome == "disqualified" or decision.returned_by is not None:
        return [], 0
    steps = {step.rule.number: step for step in decision.steps}
    last = max(steps, default=len(plan.rules) - 1)
    facts, territory = decision.qualified.facts, decision.qualified.territory
    found: list[AskedRule] = []
    for rule in plan.rules[: last + 1]:
        matched = rule.matches(facts, territory)
        if not matched and len(found) >= MOST_RULES:
            continue
        outcome = ""
        if rule.number in steps:
            gave = rule is decision.rule and decision.outcome in ("assigned", "offered", "pooled")
            outcome = decision.outcome if gave else "nobody can take it"
        found.append(AskedRule(rule.number + 1, rule, matched, outcome, _reasons(rule, facts, territory)))
    return found, last + 1 - len(found)


def _reasons(rule: Rule, facts: Facts, territory: Any) -> list[tuple[bool, str]]:
    reasons = []
    if rule.to_territory and (territory is None or territory.team is None):
        reasons.append((False, "The lead lies in no territory with a team."))
    if rule.when is None:
        reasons.append((True, "It asks nothing."))
    else:
        reasons += [_answer(member, facts) for member in rule.when.members]
        if rule.when.kind != "all" and len(rule.when.members) > 1:
            wanted = "One of these is enough" if rule.when.kind == "any" else "None of these may hold"
            reasons.append((rule.when.holds(facts), f"{wanted}."))
    return reasons


def _answer(member: Condition | Group, facts: Facts) -> tuple[bool, str]:
    if isinstance(member, Condition):
        against = member.against(facts)
        actual = facts.raw.get(member.field, facts[member.key])
        return (
            against is None,
            against or f"{member.field.replace('_', ' ')} is {'not set' if actual is None else actual}",
        )
    inner = [_answer(one, facts)[1] for one in member.members]
    how = {"all": "all of", "any": "one of", "none": "none of"}[member.kind]
    return member.holds(facts), f"{how}: {'; '.join(inner)}"


def _considered(decision: Decision, roster: Roster) -> Any:
    """Everybody whom the last answer was about, the chosen first, then who could have had it, then the reasons."""
    if decision.returned_by is not None and decision.rep is not None:
        yield Considered(decision.rep, True, f"had a lead of the same {decision.returned_by}, so it returns")
        return
    found = decision.taken_from
    if found is None:
        answers = [answer for step in decision.steps for answer in step.eligibles]
        found = answers[-1] if answers else None
    if found is None:
        return
    takers = sorted(found.takers, key=lambda rep: rep != decision.rep)
    for rep in takers:
        words = _standing(decision, found, roster, rep)
        yield Considered(rep, rep == decision.rep, words)
    for rep, reasons in found.reasons.items():
        yield Considered(rep, False, ", ".join(IN_WORDS[reason] for reason in reasons))


def _standing(decision: Decision, found: Eligibles, roster: Roster, rep: str) -> str:
    rule, team = decision.rule, found.ask.team
    if rule is None or team is None:
        return "can take it"
    if rule.order in FAIR_SHARE and decision.owed is not None:
        return f"{behind_or_ahead(roster.ledger(team).lag(rep))}, share {float(decision.owed.share(rep)):.0%}"
    if rule.order == "least_loaded":
        return f"{roster.load(rep).open} open of {open_cap(roster, team, rep)}"
    if rule.order == "best_match":
        wanted = rule.wanted(decision.qualified.facts, roster.people.skills)
        person = roster.people.reps[rep]
        knows = [f"{skill} {person.skills[skill]}" for skill in sorted(wanted) if skill in person.skills]
        return f"{', '.join(knows) or 'no wanted skill'}; seniority {person.seniority}"
    if rule.order == "priority":
        return f"number {roster.position(team, rep) + 1} in the team"
    return "can take it"
