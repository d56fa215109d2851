"""Two plans side by side, in words: what came, what went, what reads differently now."""

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from routing.engine import sentences
from routing.engine.sentences import Names


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which part, what kind (new, gone, changed, moved), its name, and both readings."""

    part: str
    kind: str
    name: str
    before: str = ""
    after: str = ""


def compare(before: Mapping[str, Any], after: Mapping[str, Any], *, names: Names | None = None) -> list[Change]:
    """Every difference between two plan halves, in the order of the plan. `before` may be empty: nothing was there."""
    names = names or Names()
    found = [*_settings(before, after)]
    for part, old, new in (
        ("Territory", _territories(before, names), _territories(after, names)),
        ("Score", _scores(before, names), _scores(after, names)),
        ("Disqualifier", _disqualifiers(before, names), _disqualifiers(after, names)),
        ("Response time", _policies(before), _policies(after)),
        ("Rule", _rules(before, names), _rules(after, names)),
    ):
        found += _items(part, old, new)
    return found


Items = dict[str, tuple[str, str, Any]]
"""By slug the name, the reading, and the item itself."""


def _items(part: str, old: Items, new: Items) -> Iterator[Change]:
    for slug, (name, words, item) in new.items():
        if slug not in old:
            yield Change(part, "new", name, after=words)
            continue
        old_name, old_words, old_item = old[slug]
        if old_name != name:
            yield Change(part, "changed", name, f"Called {old_name}", f"Called {name}")
        if _text(old_item) != _text(item):
            yield Change(part, "changed", name, *_told_apart(old_words, words, old_item, item))
    for slug, (name, words, _) in old.items():
        if slug not in new:
            yield Change(part, "gone", name, before=words)
    kept_before = [slug for slug in old if slug in new]
    kept_after = [slug for slug in new if slug in old]
    places = {slug: place for place, slug in enumerate(kept_before, 1)}
    moved = _moved(kept_before, kept_after)
    for place, slug in enumerate(kept_after, 1):
        if slug in moved:
            yield Change(part, "moved", new[slug][0], f"Number {places[slug]}", f"Number {place}")


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest items whose moving turns one order into the other: all but the longest run that kept its order."""
    place_of = {slug: place for place, slug in enumerate(before)}
    places = [place_of[slug] for slug in after]
    ends: list[int] = []
    last_of: list[int] = []
    previous: list[int | None] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        previous.append(last_of[length - 1] if length else None)
        ends[length:], last_of[length:] = [place, *ends[length + 1 :]], [index, *last_of[length + 1 :]]
    kept = set()
    at = last_of[-1] if last_of else None
    while at is not None:
        kept.add(after[at])
        at = previous[at]
    return set(after) - kept


def _told_apart(before: str, after: str, old: Any, new: Any) -> tuple[str, str]:
    """Both readings; where words are alike, what differs as the file says it."""
    if before != after:
        return before, after
    if isinstance(old, dict) and isinstance(new, dict):
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        return (
            ", ".join(f"{key}: {_text(old.get(key))}" for key in keys),
            ", ".join(f"{key}: {_text(new.get(key))}" for key in keys),
        )
    return _text(old), _text(new)


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    if before and before.get("name") != after.get("name"):
        yield Change("Plan", "changed", "Name", before.get("name", ""), after.get("name", ""))
    old, new = _returning(before), _returning(after)
    if before and old != new:
        yield Change("Plan", "changed", "Returning leads", old, new)
    old, new = _bands(before), _bands(after)
    if before and old != new:
        yield Change("Plan", "changed", "Qualification", old, new)


def _returning(plan: Mapping[str, Any]) -> str:
    returning = plan.get("returning")
    if not returning:
        return "Returning leads go through the rules like others"
    return f"Leads return to the owner of the same {', then '.join(returning['match'])} for {returning['days']} days"


def _bands(plan: Mapping[str, Any]) -> str:
    qualification = plan.get("qualification")
    if not qualification:
        return "Leads are not scored"
    return f"Hot from {qualification['bands']['hot']}, warm from {qualification['bands']['warm']} points"


def _territories(plan: Mapping[str, Any], names: Names) -> Items:
    return {
        slug: (item["name"], territory_in_words(item, names), {k: v for k, v in item.items() if k != "name"})
        for slug, item in (plan.get("territories") or {}).items()
    }


def territory_in_words(item: Mapping[str, Any], names: Names) -> str:
    """A territory as a sentence: where it is, below what, whose."""
    where = sentences.of_where(item["where"], names=names)
    words = [where[:1].upper() + where[1:] if where else "Everything its parent holds"]
    if item["parent"]:
        words.append(f"within {names.territories.get(item['parent'], item['parent'])}")
    if item["team"]:
        words.append(f"to {names.teams.get(item['team'], item['team'])}")
    if item["reps"]:
        words.append(f"only {sentences.either([names.reps.get(rep, rep) for rep in item['reps']])}")
    if item["from"]:
        words.append(f"from {item['from']}")
    if item["to"]:
        words.append(f"until {item['to']}")
    return ", ".join(words)


def _scores(plan: Mapping[str, Any], names: Names) -> Items:
    return {
        item["slug"]: (
            item["name"],
            f"{item['points']:+d} if {sentences.of_group(item['when'], names=names)}",
            {"points": item["points"], "when": item["when"]},
        )
        for item in (plan.get("qualification") or {}).get("scores", [])
    }


def _disqualifiers(plan: Mapping[str, Any], names: Names) -> Items:
    return {
        item["slug"]: (
            item["name"],
            f"Set aside as {item['reason']} if {sentences.of_group(item['when'], names=names)}",
            {"reason": item["reason"], "when": item["when"]},
        )
        for item in (plan.get("qualification") or {}).get("disqualify", [])
    }


def _policies(plan: Mapping[str, Any]) -> Items:
    return {slug: (slug, sentences.of_steps(item), item) for slug, item in (plan.get("sla") or {}).items()}


def _rules(plan: Mapping[str, Any], names: Names) -> Items:
    listed = plan.get("rules") or []
    return {
        rule["slug"]: (
            rule["name"],
            str(sentences.of_rule(rule, names=names, policies=plan.get("sla") or {}, is_last=place == len(listed) - 1)),
            {key: value for key, value in rule.items() if key != "name"},
        )
        for place, rule in enumerate(listed)
    }


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True, ensure_ascii=False)
