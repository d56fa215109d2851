"""What a published plan means for one team, in plain sentences. Its rules, one by one, are `engine.sentences`.

Plain functions over the canonical document; what things are called comes in as `Names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from routing.engine.sentences import ORDERS, Names, both, either

WAYS: Final = {
    "assign": "given {order}",
    "offer": "offered {order}",
    "claim": "put on the claim board",
    "pick": "put in the pool to be picked",
    "blind": "put in the blind pool",
    "manual": "handed out by a manager",
}
COUNTED: Final = {"manual": "handed over", "claim": "claimed", "pick": "picked", "blind": "pulled blind"}


def team_in_words(slug: str, plan: Mapping[str, Any], names: Names, *, counts: Mapping[str, bool]) -> list[str]:
    """What the plan means for one team, in two or three sentences. `counts`: which hand-overs its ledger counts."""
    rules = [rule for rule in plan.get("rules") or [] if slug in teams_of(rule, plan)]
    name = names.teams.get(slug, slug)
    if not rules:
        return [f"No rule sends leads to {name}; they come when they are handed over, or return to their owner."]
    listed = both([f"“{rule['name']}”" for rule in rules])
    sentences = [f"{name} gets leads by {'the rule' if len(rules) == 1 else f'{len(rules)} rules'}: {listed}."]
    ways: dict[str, None] = {}
    for rule in rules:
        ways[WAYS[rule["delivery"]].format(order=ORDERS.get(rule["order"], rule["order"]))] = None
    sentences.append(f"They are {either(list(ways))}, as the rule says.")
    fair = any(
        rule["delivery"] in ("assign", "offer") and rule["order"] in ("round_robin", "weighted") for rule in rules
    )
    counted = [word for kind, word in COUNTED.items() if counts.get(kind)]
    if fair:
        sentences.append(
            "Round robin and by weight mean fair share: next is whoever would soonest be a whole lead short"
            + (f"; leads that are {both(counted)} count too." if counted else ".")
        )
    elif counted:
        sentences.append(f"Leads that are {both(counted)} count towards everybody's share.")
    return sentences


def teams_of(rule: Mapping[str, Any], plan: Mapping[str, Any]) -> set[str]:
    """The teams a rule may send a lead to, but for those asked only when nobody can take it.

    One to the lead's territory reaches the teams of all territories, or of those it names as a condition.
    """
    if not rule["to"].get("territory"):
        return {team for team in (rule["to"].get("team"),) if team}
    territories: Mapping[str, Mapping[str, Any]] = plan.get("territories") or {}
    named = territories_named(rule.get("when") or {})
    return {
        one["team"]
        for slug, one in territories.items()
        if one.get("team") and (named is None or named & {slug, *ancestors(slug, territories)})
    }


def territories_named(when: Mapping[str, Any]) -> set[str] | None:
    """The territories a rule demands; None where it demands none."""
    for condition in when.get("all", ()):
        if condition.get("field") == "territory" and condition["op"] in ("is", "in"):
            value = condition["value"]
            return set(value) if isinstance(value, list) else {value}
    return None


def ancestors(slug: str, territories: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    """What a territory lies in, from the nearest up."""
    parent = territories[slug].get("parent")
    while parent:
        yield parent
        parent = territories.get(parent, {}).get("parent")


def returning_in_words(plan: Mapping[str, Any]) -> str:
    """What comes before all rules: leads whose person or company somebody has already."""
    returning = plan.get("returning")
    if not returning:
        return ""
    match = either([{"email": "e-mail", "phone": "phone number"}.get(kind, kind) for kind in returning["match"]])
    return (
        f"Before any rule is asked, a lead with the same {match} as one assigned in the last {returning['days']} days "
        "goes to its owner again."
    )
