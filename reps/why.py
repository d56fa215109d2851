"""Why me, and why not me: an explanation, cut to what its reader may know, in the second person.

Takes what `routing.explain.explanation` tells after `routing.access.told_to` has cut it. Plain text, no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from routing.engine import eligibility
from routing.engine.sentences import Names, both, of_condition

AGAINST_YOU: Final = {
    eligibility.INACTIVE: "you were not active",
    eligibility.NOT_MEMBER: "you are not in the team it was for",
    eligibility.NOT_IN_TERRITORY: "you are not one of its territory’s reps",
    eligibility.LACKS_SKILL: "you lack a skill that was asked for",
    eligibility.SENIORITY: "another seniority was asked for",
    eligibility.NO_WEIGHT: "your weight in the team was 0",
    eligibility.TRIED: "you had this lead before",
    eligibility.PAUSED: "you were not taking leads",
    eligibility.TIME_OFF: "you were on time off",
    eligibility.OFF_SHIFT: "you were off shift",
    eligibility.CAPPED: "you had reached a cap",
    eligibility.CATCHING_UP: "you had just been given as many waiting leads as one gets at once",
}
"""Every reason against a rep, as they are told it themselves."""

CHOSEN_BY: Final = {
    "round_robin": "fair share",
    "weighted": "fair share by weight",
    "least_loaded": "who was least loaded",
    "best_match": "the best match of skills",
    "priority": "the team’s own order",
    "random": "lot",
}
GOT_BY: Final = {
    "claim": "You claimed it: you were first.",
    "pick": "You picked it from the pool.",
    "blind": "You asked for the next lead of the blind pool, and this was it.",
    "import": "You brought it along.",
}


@dataclass(frozen=True)
class Asked:
    """One rule that was asked about the lead: whether it fitted, and what each condition found."""

    name: str
    verdict: str
    fits: bool
    conditions: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Got:
    """How somebody came by the lead, by the line of its history that is in force."""

    method: str
    by: str = ""
    note: str = ""


@dataclass(frozen=True)
class Why:
    """The answer: sentences that say it all, then what they rest on."""

    sentences: tuple[str, ...]
    points: tuple[tuple[str, int], ...] = ()
    asked: tuple[Asked, ...] = ()


def why(
    told: Mapping[str, Any],
    *,
    me: str,
    mine: bool,
    owner: str = "",
    got: Got | None = None,
    order: str = "",
    names: Names,
    facts_shown: bool,
) -> Why:
    """What the reader is told. `me` is their username, `owner` who has the lead now, `order` that of the deciding rule.

    With `facts_shown` false nothing is said that rests on a single fact of the lead: no condition, no points.
    """
    decision = told.get("decision")
    if decision is None:
        return Why(tuple(by_hand(got, mine, owner)) or ("No rule has been asked about this lead.",))
    sentences = [*first(told, names), *decided(told, names)]
    if mine:
        sentences += by_hand(got, mine, owner) or chosen(told, me, order)
    else:
        sentences += by_hand(got, mine, owner) + not_chosen(told, me, owner, order)
    if not facts_shown:
        return Why(tuple(sentences))
    points = tuple((because["name"], because["points"]) for because in (told.get("score") or {}).get("because", ()))
    return Why(tuple(sentences), points, tuple(asked(rule, names) for rule in told.get("rules") or ()))


def first(told: Mapping[str, Any], names: Names) -> Iterator[str]:
    """What the lead was found to be."""
    score = told.get("score") or {}
    if score.get("points"):
        yield f"It scored {score['points']} of 100, which makes it {score['band']}."
    if territory := told.get("territory"):
        yield f"It belongs to the territory {names.territories.get(territory, territory)}."


def decided(told: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Which rule decided, and what it said."""
    decision = told["decision"]
    rules = {rule["rule"]: rule for rule in told.get("rules") or ()}
    for rule in rules.values():
        if rule["answer"] == "nobody could take it" and rule["rule"] != decision["rule"]:
            yield f"The rule “{rule['name']}” fitted, but nobody could take it."
    name = rules.get(decision["rule"], {}).get("name") or decision["rule"]
    team = names.teams.get(decision["team"] or "", decision["team"] or "")
    to = f" to {team}" if team else ""
    match decision["outcome"]:
        case "disqualified":
            yield "It was set aside before any rule was asked."
        case _ if decision["rule"] == "returning":
            yield "It returned to whoever had this person or company before, as the plan says."
        case "waiting" if name:
            yield f"The rule “{name}” sends it{to}; it waits until somebody there can take it."
        case "pooled" if name:
            yield f"The rule “{name}” put it into the pool{f' of {team}' if team else ''}."
        case _ if name:
            yield f"The rule “{name}” sent it{to}."
        case _:
            yield "No rule fitted it."


def by_hand(got: Got | None, mine: bool, owner: str) -> list[str]:
    """What people did after the rules: claimed, picked, handed over. Empty where the rules alone decided."""
    if got is None:
        return []
    if got.method == "manual":
        whom = "you" if mine else owner
        who = got.by or "A manager"
        return [f"{who} handed it to {whom}" + (f": {got.note}" if got.note else ".")]
    if mine and got.method in GOT_BY:
        return [GOT_BY[got.method]]
    if not mine and got.method in ("claim", "pick", "blind"):
        return [f"{owner} took it from the pool."]
    return []


def chosen(told: Mapping[str, Any], me: str, order: str) -> list[str]:
    """Why, of all who could take it, it was you."""
    keys = entry(told, me)
    if told["decision"]["rep"] != me or keys is None:
        return []
    sentences = [
        f"Of all who could take it you were next, by {CHOSEN_BY.get(order, order.replace('_', ' ') or 'turn')}."
    ]
    if balance := (told.get("ledger") or {}).get(me):
        before, after = Fraction(balance["before"]), Fraction(balance["after"])
        sentences.append(f"You were {in_leads(before)} before this lead, and {in_leads(after)} after it.")
    return sentences + ranked(keys)


def not_chosen(told: Mapping[str, Any], me: str, owner: str, order: str) -> list[str]:
    """Why it was not you; nothing where nobody was chosen."""
    decision = told["decision"]
    if decision["outcome"] in ("pooled", "disqualified") or decision["rule"] == "returning" or not me:
        return []
    keys = entry(told, me)
    if keys is None:
        return ["You were not asked: you are not in the team it was for."]
    if keys["against"] is not None:
        return [f"It was not you, because {AGAINST_YOU[keys['against']]}."]
    somebody = owner or "somebody else"
    sentences = [
        f"You could have taken it; {somebody} was next, by {CHOSEN_BY.get(order, order.replace('_', ' ') or 'turn')}."
    ]
    if "lag" in keys:
        sentences.append(f"You were {in_leads(Fraction(keys['lag']))} then.")
    return sentences + ranked(keys)


def entry(told: Mapping[str, Any], me: str) -> Mapping[str, Any] | None:
    """What is told of one rep."""
    return next((rep for rep in told.get("reps") or () if rep["rep"] == me), None)


def ranked(keys: Mapping[str, Any]) -> list[str]:
    """By what you were ranked, where it was not fair share."""
    if "open" in keys:
        return [f"You held {keys['open']} of {keys['open_cap']} open leads."]
    if levels := keys.get("levels"):
        skills = both([f"{skill.replace('-', ' ')} (level {level})" for skill, level in levels.items()])
        return [f"Wanted, and yours: {skills}."]
    return []


def asked(rule: Mapping[str, Any], names: Names) -> Asked:
    """One rule with what each of its conditions found."""
    verdict = rule["answer"] or ("fitted" if rule["matched"] else "did not fit")
    verdict = {"delivered": "fitted, and decided", "pooled": "fitted, and decided"}.get(verdict, verdict)
    conditions = tuple(leaves(rule["conditions"], names)) if rule["conditions"] else ()
    return Asked(rule["name"], verdict, bool(rule["matched"]), conditions)


def leaves(node: Mapping[str, Any], names: Names) -> Iterator[tuple[str, bool]]:
    """Each condition in words, with what was found and whether it held."""
    if "field" not in node:
        for kind in ("all", "any", "none"):
            for member in node.get(kind, ()):
                yield from leaves(member, names)
        return
    actual = node["actual"]
    found = "not known" if actual is None else f"“{found_as(actual)}”"
    yield f"{of_condition(node, names=names)}: {found}", node["holds"]


def found_as(actual: str) -> str:
    """A value without empty decimals; text as it is."""
    whole, dot, rest = actual.partition(".")
    if dot and whole.lstrip("-").isdecimal() and rest.isdecimal():
        return f"{actual.rstrip('0').rstrip('.')}"
    return actual


def in_leads(lag: Fraction) -> str:
    """A balance as people say it: 0.4 leads behind, 1 lead ahead, exactly at your share."""
    shown = figure_of(abs(lag))
    if shown == "0":
        return "exactly at your share"
    return f"{shown} lead{'' if shown == '1' else 's'} {'behind' if lag > 0 else 'ahead'}"


def figure_of(value: Fraction) -> str:
    """To a tenth, without an empty one."""
    return f"{float(value):.1f}".removesuffix(".0")
