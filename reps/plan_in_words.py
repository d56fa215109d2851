"""A published plan in plain sentences: its rules in order, and what they mean for one team.

Plain functions over the canonical document; what things are called comes in as `Names`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.humanize.templatetags.humanize import intcomma

from routing.engine.fields import OPERATORS, label_of

ORDERS: Final = {
    "round_robin": "round robin",
    "weighted": "by weight",
    "least_loaded": "least loaded first",
    "best_match": "best match first",
    "priority": "by priority",
    "random": "at random",
}
DELIVERIES: Final = {
    "claim": "{team}, the first to claim it has it",
    "pick": "{team}, to be picked from the pool",
    "blind": "{team}, to be pulled blind",
    "manual": "{team}, to be handed out by hand",
}
WAYS: Final = {
    "assign": "given {order}",
    "offer": "offered {order}",
    "claim": "put on the claim board",
    "pick": "put in the pool to be picked",
    "blind": "put in the blind pool",
    "manual": "handed out by a manager",
}

OTHERWISE: Final = {
    "next_rule": "if nobody can take it, the next rule",
    "anyone": "if nobody can take it, anyone, off shift or paused",
}


@dataclass(frozen=True)
class Names:
    """What slugs stand for, by what they name; an unknown slug stands for itself."""

    teams: Mapping[str, str] = field(default_factory=dict)
    reps: Mapping[str, str] = field(default_factory=dict)
    territories: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, str] = field(default_factory=dict)

    def of(self, field: str, value: Any) -> str:
        """A value of a field as people say it."""
        known = {"territory": self.territories, "source": self.sources, "stage": self.stages}.get(field, {})
        if isinstance(value, int):
            return intcomma(value, use_l10n=False)
        return known.get(str(value), str(value))


def in_words(node: Mapping[str, Any], names: Names, *, inside: bool = False) -> str:
    """A condition or a group: "company size is at least 1,000 and industry is healthcare"."""
    if "field" in node:
        return condition_in_words(node, names)
    kind = next(name for name in ("all", "any", "none") if name in node)
    members = node[kind]
    joined = (" and " if kind == "all" else " or ").join(in_words(one, names, inside=True) for one in members)
    if kind == "none":
        return f"not ({joined})"
    return f"({joined})" if inside and len(members) > 1 else joined


def condition_in_words(condition: Mapping[str, Any], names: Names) -> str:
    """One condition: "industry is one of healthcare or retail"."""
    name, op = condition["field"], condition["op"]
    words = f"{label_of(name).replace('_', ' ')} {OPERATORS[op]}"
    value = condition.get("value")
    if value is None:
        return words
    if op in ("within_hours", "outside_hours"):
        return f"{words} {names.calendars.get(str(value), str(value))}"
    if op == "between":
        return f"{words} {names.of(name, value[0])} and {names.of(name, value[1])}"
    listed = [names.of(name, one) for one in (value if isinstance(value, list) else [value])]
    return f"{words} {either(listed)}"


def rule_in_words(rule: Mapping[str, Any], plan: Mapping[str, Any], names: Names) -> str:
    """One rule as one sentence: "If ...: Enterprise, in turn, respond within 5 minutes."."""
    when = f"If {in_words(rule['when'], names)}" if rule.get("when") else "Everything else"
    parts = [goes_to(rule, names), *demands(rule), *promises(rule, plan), *otherwise(rule, names)]
    return f"{when}: {', '.join(part for part in parts if part)}."


def goes_to(rule: Mapping[str, Any], names: Names) -> str:
    """To whom, and how."""
    to, delivery = rule["to"], rule["delivery"]
    if "rep" in to:
        who = names.reps.get(to["rep"], to["rep"])
        return f"offered to {who}" if delivery == "offer" else f"to {who}"
    team = names.teams.get(to.get("team", ""), to.get("team", "")) or "the team of its territory"
    if delivery in DELIVERIES:
        return DELIVERIES[delivery].format(team=team)
    order = ORDERS.get(rule["order"], rule["order"])
    if delivery == "offer":
        minutes = rule.get("offer_minutes")
        return f"{team}, offered {order}" + (f", with {minutes} minutes to accept" if minutes else "")
    return f"{team}, {order}"


def demands(rule: Mapping[str, Any]) -> list[str]:
    """What a rep must have to be given it."""
    requires = rule.get("requires") or {}
    seniority = requires.get("seniority") or {}
    least, most = seniority.get("at_least"), seniority.get("at_most")
    skills = [
        f"{skill.replace('-', ' ')}{f' at level {level}' if level > 1 else ''}"
        for skill, level in (requires.get("skills") or {}).items()
    ]
    return [
        "on shift only" if requires.get("on_shift") else "",
        f"knowing {both(skills)}" if skills else "",
        f"seniority {least} or more" if least else "",
        f"seniority {most} or less" if most else "",
    ]


def promises(rule: Mapping[str, Any], plan: Mapping[str, Any]) -> list[str]:
    """How fast it is to be answered, and what is not shown before."""
    steps = ((plan.get("sla") or {}).get(rule.get("sla") or "") or {}).get("steps") or []
    breach = next((step["after"] for step in steps if step["do"] == "breach"), None)
    return [
        f"respond within {length(breach)}" if breach else "",
        "contact details only to whoever has it" if rule.get("hide_contact") else "",
    ]


def otherwise(rule: Mapping[str, Any], names: Names) -> list[str]:
    """What happens where nobody can take it; waiting goes without saying."""
    nobody = rule.get("when_nobody") or "wait"
    if isinstance(nobody, Mapping):
        return [f"if nobody there can take it, {names.teams.get(nobody['team'], nobody['team'])}"]
    return [OTHERWISE[nobody]] if nobody in OTHERWISE else []


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


COUNTED: Final = {"manual": "handed over", "claim": "claimed", "pick": "picked", "blind": "pulled blind"}


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


def either(words: Sequence[str]) -> str:
    """a, b or c."""
    return _listed(words, "or")


def both(words: Sequence[str]) -> str:
    """a, b and c."""
    return _listed(words, "and")


def _listed(words: Iterable[str], last: str) -> str:
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def length(seconds: int) -> str:
    """300 is 5 minutes."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
