"""A partial document made whole: defaults filled in, laid over what there was before."""

import copy
from collections.abc import Callable
from typing import Any

from . import defaults

_NEW: dict[str, Callable[[str], dict[str, Any]]] = {
    "calendars": defaults.calendar,
    "reps": defaults.rep,
    "teams": defaults.team,
}


def complete(partial: dict[str, Any], base: dict[str, Any] | None = None, *, prune: bool = False) -> dict[str, Any]:
    """The whole canonical document that a partial one makes of `base` (another document, or None).

    What the partial leaves out is left alone: in a calendar, rep or team every key of its own; a territory, policy,
    score or rule is taken whole. Named rules and territories come first, in their order, then those left out, the
    catch-all last. With `prune`, what the partial leaves out is gone or back at its default. Either way an existing
    rep's switch and time off stay as they were.
    """
    old = copy.deepcopy(base) if base is not None else defaults.document()
    new = copy.deepcopy(partial)
    kept = defaults.document() if prune else old
    whole = {
        "plan": defaults.FORMAT,
        "name": new.get("name") or kept["name"] or old["name"],
        "calendars": _items("calendars", new, kept),
        "reps": _items("reps", new, kept),
        "teams": _items("teams", new, kept),
        "territories": new.get("territories", {}) | _left_out(kept["territories"], new.get("territories", {})),
        "qualification": _qualification(new.get("qualification"), kept["qualification"]),
        "sla": kept["sla"] | new.get("sla", {}),
        "rules": _rules(new.get("rules", []), kept["rules"]),
        "returning": new["returning"] if "returning" in new else kept["returning"],
    }
    for username, rep in whole["reps"].items():
        before = old["reps"].get(username)
        if before is not None:
            rep["accepting"], rep["time_off"] = before["accepting"], before["time_off"]
    return whole


def _items(section: str, new: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Calendars, reps or teams: each named one laid over its former self, or over the defaults."""
    items = dict(kept[section])
    for slug, named in new.get(section, {}).items():
        below = items.get(slug) or _NEW[section](slug)
        items[slug] = {key: named.get(key, below[key]) for key in below}
        if section == "teams":
            items[slug]["counts"] = {**below["counts"], **named.get("counts", {})}
    return items


def _left_out(before: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    return {slug: item for slug, item in before.items() if slug not in named}


def _qualification(named: dict[str, Any] | None, before: dict[str, Any] | None) -> dict[str, Any] | None:
    if named is None:
        return before
    below = before or defaults.qualification()
    return {
        "scores": _listed(named.get("scores", []), below["scores"]),
        "bands": {**below["bands"], **named.get("bands", {})},
        "disqualify": _listed(named.get("disqualify", []), below["disqualify"]),
    }


def _listed(named: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    slugs = {item["slug"] for item in named}
    return [*named, *(item for item in before if item["slug"] not in slugs)]


def _rules(named: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rules in order: the named, those left out, then the catch-all; a named catch-all takes the former one's place."""
    rules, catch_all = _apart(named)
    slugs = {rule["slug"] for rule in named}
    former, former_catch_all = _apart(before)
    left_out = [rule for rule in former if rule["slug"] not in slugs]
    if catch_all is None and former_catch_all is not None and former_catch_all["slug"] not in slugs:
        catch_all = former_catch_all
    return [*rules, *left_out, *([catch_all] if catch_all else [])]


def _apart(rules: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The rules, and the catch-all apart: the last one, if it has no conditions."""
    if rules and rules[-1]["when"] is None:
        return rules[:-1], rules[-1]
    return rules, None
