"""A document as YAML that a manager likes to read, and that reads back to the same document."""

from typing import Any

import yaml

from . import defaults
from .conditions import GROUPS
from .hours import ALWAYS, write_hours
from .scalars import write_duration

_WIDTH = 120


def write(document: dict[str, Any]) -> str:
    """The document as a plan file: defaults left out, small things on one line, everything quoted that needs it."""
    head = {"plan": document["plan"]} | ({"name": document["name"]} if document["name"] else {})
    people = {
        "calendars": {slug: _calendar(item) for slug, item in document["calendars"].items()},
        "reps": {username: _rep(username, item) for username, item in document["reps"].items()},
        "teams": {slug: _team(slug, item) for slug, item in document["teams"].items()},
    }
    plan = {
        "territories": {slug: _territory(slug, item) for slug, item in document["territories"].items()},
        "qualification": _qualification(document["qualification"]),
        "sla": {slug: _policy(item) for slug, item in document["sla"].items()},
        "rules": [_rule(item) for item in document["rules"]],
        "returning": _returning(document["returning"]),
    }
    return "\n".join(
        part
        for part in (
            _dump(head),
            _half("people", {key: value for key, value in people.items() if value}),
            _half("the plan", {key: value for key, value in plan.items() if value}),
        )
        if part
    )


class _OneLine(dict[str, Any]):
    """A mapping that is written on one line."""


class _OneLineList(list[Any]):
    """A list that is written on one line."""


class _Off:
    """The bare word `off`."""


class _Dumper(yaml.SafeDumper):
    """Writes mappings in their order, without anchors, lists indented below their key."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """A text as YAML's own rules quote it; one with a line break of other scripts always quoted, as readers differ."""
    style = '"' if any(letter in text for letter in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _OneLine, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)
_Dumper.add_representer(
    _OneLineList, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)
)
_Dumper.add_representer(_Off, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:bool", "off"))


def _half(title: str, sections: dict[str, Any]) -> str:
    if not sections:
        return ""
    rule = f"# --- {title} ".ljust(100, "-")
    return "\n".join([rule, *(_dump({key: value}) for key, value in sections.items())])


def _dump(node: Any) -> str:
    return yaml.dump(node, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)


def _differing(item: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in usual if item[key] != usual[key]}


def _calendar(item: dict[str, Any]) -> dict[str, Any]:
    short: dict[str, Any] = {"timezone": item["timezone"]}
    if item["hours"] != ALWAYS:
        short["hours"] = _lines(write_hours(item["hours"]))
    if item["holidays"]:
        short["holidays"] = item["holidays"]
    if item["closed"]:
        short["closed"] = _OneLineList(item["closed"])
    return short


def _rep(username: str, item: dict[str, Any]) -> dict[str, Any]:
    short = _differing(item, defaults.rep(username))
    for key in ("skills", "caps"):
        if key in short:
            short[key] = _OneLine(short[key])
    if "time_off" in short:
        short["time_off"] = [_OneLine(absence) for absence in short["time_off"]]
    return short or _OneLine()


def _team(slug: str, item: dict[str, Any]) -> dict[str, Any]:
    short = _differing(item, defaults.team(slug))
    if "managers" in short:
        short["managers"] = _OneLineList(short["managers"])
    if "members" in short:
        short["members"] = _members(short["members"])
    if "counts" in short:
        short["counts"] = _OneLine(_differing(short["counts"], defaults.counts()))
    if "make_up" in short:
        short["make_up"] = _lines(short["make_up"])
    if "credit" in short:
        short["credit"] = _OneLineList(short["credit"])
    return short or _OneLine()


def _members(members: dict[str, Any]) -> Any:
    if all(member == defaults.member() for member in members.values()):
        return _OneLineList(members)
    return {username: _lines(_differing(member, defaults.member())) for username, member in members.items()}


def _territory(slug: str, item: dict[str, Any]) -> dict[str, Any]:
    short = _differing(item, defaults.territory(slug))
    if "where" in short:
        short["where"] = [_condition(member) for member in short["where"]]
    if "reps" in short:
        short["reps"] = _OneLineList(short["reps"])
    return short or _OneLine()


def _qualification(item: dict[str, Any] | None) -> dict[str, Any] | None:
    if item is None:
        return None
    short: dict[str, Any] = {}
    if item["scores"]:
        short["scores"] = [{**score, "when": _condition(score["when"])} for score in item["scores"]]
    short["bands"] = _OneLine(item["bands"])
    if item["disqualify"]:
        short["disqualify"] = [{**one, "when": _condition(one["when"])} for one in item["disqualify"]]
    return short


def _policy(item: dict[str, Any]) -> dict[str, Any]:
    return {"clock": item["clock"], "steps": _steps(item["steps"])} | (
        {"unclaimed": _steps(item["unclaimed"])} if item.get("unclaimed") else {}
    )


def _steps(items: list[dict[str, Any]]) -> list[Any]:
    return [_OneLine(after=write_duration(step["after"]), do=step["do"]) for step in items]


def _rule(item: dict[str, Any]) -> dict[str, Any]:
    usual = defaults.rule(item["delivery"])
    short = {"slug": item["slug"], "name": item["name"]}
    if item["when"] is not None:
        short["when"] = _condition(item["when"])
    short["to"] = item["to"]["team"] if "team" in item["to"] else _OneLine(item["to"])
    short |= {key: item[key] for key in usual if key not in ("slug", "name", "when", "to") and item[key] != usual[key]}
    if "requires" in short:
        short["requires"] = _requires(item["requires"])
    if isinstance(item["when_nobody"], dict):
        short["when_nobody"] = _OneLine(item["when_nobody"])
    return short


def _requires(item: dict[str, Any]) -> dict[str, Any]:
    short = _differing(item, defaults.requires())
    if "seniority" in short:
        short["seniority"] = _differing(short["seniority"], defaults.seniority())
    return _lines(short)


def _returning(item: dict[str, Any] | None) -> Any:
    if item is None:
        return _Off()
    return _lines(item)


def _condition(node: dict[str, Any]) -> dict[str, Any]:
    """A condition on one line; a group with a line for each of its members."""
    for kind in GROUPS:
        if kind in node:
            return {kind: [_condition(member) for member in node[kind]]}
    return _lines(node)


def _lines(item: dict[str, Any]) -> _OneLine:
    """A small mapping, and everything in it, on one line."""
    return _OneLine({key: _flat(value) for key, value in item.items()})


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return _lines(value)
    return _OneLineList(_flat(one) for one in value) if isinstance(value, list) else value
