"""The canonical text of a document and its digest: equal plans have equal texts.

Order is kept where it counts (territories, members, rules, conditions) and sorted where it does not; JSON keeps the
order of its keys, so the text must be stored as text, never in a column that sorts them.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from . import defaults
from .hours import WEEKDAYS

_PEOPLE = ("calendars", "reps", "teams")


def canonical(document: dict[str, Any]) -> str:
    """A document, or one half of it, as canonical JSON text."""
    return json.dumps(_ordered(document), ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """The name of a text by its content: SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def people_half(document: dict[str, Any]) -> dict[str, Any]:
    """Calendars, reps and teams: what takes effect at once."""
    return {key: document[key] for key in _PEOPLE}


def plan_half(document: dict[str, Any]) -> dict[str, Any]:
    """What is drafted, checked and published: everything but the people."""
    return {key: value for key, value in document.items() if key not in _PEOPLE}


def _ordered(document: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Callable[[Any], Any]] = {
        "calendars": lambda items: {slug: _calendar(items[slug]) for slug in sorted(items)},
        "reps": lambda items: {username: _rep(items[username]) for username in sorted(items)},
        "teams": lambda items: {slug: _team(items[slug]) for slug in sorted(items)},
        "territories": lambda items: {slug: _territory(slug, item) for slug, item in items.items()},
        "qualification": _qualification,
        "sla": lambda items: {slug: _policy(items[slug]) for slug in sorted(items)},
        "rules": lambda items: [_rule(item) for item in items],
        "returning": lambda item: item and _like(defaults.returning(), item),
    }
    return {
        key: order[key](document[key]) if key in order else document[key]
        for key in defaults.document()
        if key in document
    }


def _like(shape: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """An item with its keys in the order of its shape."""
    return {key: item[key] for key in shape}


def _calendar(item: dict[str, Any]) -> dict[str, Any]:
    hours = {day: sorted(item["hours"][day]) for day in WEEKDAYS}
    return {**_like(defaults.calendar(""), item), "hours": hours, "closed": sorted(set(item["closed"]))}


def _rep(item: dict[str, Any]) -> dict[str, Any]:
    absences = sorted(
        ({"from": one["from"], "to": one["to"]} for one in item["time_off"]), key=lambda one: [*one.values()]
    )
    return {
        **_like(defaults.rep(""), item),
        "skills": dict(sorted(item["skills"].items())),
        "caps": _caps(item["caps"]),
        "time_off": absences,
    }


def _team(item: dict[str, Any]) -> dict[str, Any]:
    return {
        **_like(defaults.team(""), item),
        "managers": sorted(item["managers"]),
        "members": {
            name: {"weight": one["weight"], "caps": _caps(one["caps"])} for name, one in item["members"].items()
        },
        "counts": _like(defaults.counts(), item["counts"]),
        "make_up": item["make_up"]
        and {**_like(defaults.make_up(), item["make_up"]), "reasons": sorted(item["make_up"]["reasons"])},
        "credit": sorted(item["credit"]),
    }


def _caps(caps: dict[str, int]) -> dict[str, int]:
    return {kind: caps[kind] for kind in defaults.CAP_KINDS if kind in caps}


def _qualification(item: dict[str, Any] | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "scores": [_conditional(one, "slug", "name", "points") for one in item["scores"]],
        "bands": _like(defaults.bands(), item["bands"]),
        "disqualify": [_conditional(one, "slug", "name", "reason") for one in item["disqualify"]],
    }


def _territory(slug: str, item: dict[str, Any]) -> dict[str, Any]:
    return {**_like(defaults.territory(slug), item), "where": _conditions(item["where"])}


def _conditional(item: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: item[key] for key in keys} | {"when": _conditions(item["when"])}


def _conditions(node: Any) -> Any:
    """Conditions with their keys in one order; their own order is the manager's, and the explanation's."""
    if isinstance(node, list):
        return [_conditions(member) for member in node]
    if isinstance(node, dict):
        if "field" in node:
            return {key: node[key] for key in ("field", "op", "value") if key in node}
        return {kind: _conditions(members) for kind, members in node.items()}
    return node


def _policy(item: dict[str, Any]) -> dict[str, Any]:
    return {"clock": item["clock"], "steps": _steps(item["steps"])} | (
        {"unclaimed": _steps(item["unclaimed"])} if item.get("unclaimed") else {}
    )


def _steps(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"after": step["after"], "do": step["do"]} for step in items]


def _rule(item: dict[str, Any]) -> dict[str, Any]:
    requires = {
        **_like(defaults.requires(), item["requires"]),
        "skills": dict(sorted(item["requires"]["skills"].items())),
        "seniority": _like(defaults.seniority(), item["requires"]["seniority"]),
    }
    return {**_like(defaults.rule(item["delivery"]), item), "when": _conditions(item["when"]), "requires": requires}
