"""Conditions and their groups: from the file to the canonical form, each checked by the registry of fields."""

from collections.abc import Iterator
from typing import Any, Final

from routing.engine.fields import SCORING_CANNOT_READ, TERRITORIES_CANNOT_READ, BadCondition, operators_of, read_value

from .finding import BAD, Bad, Findings, below, did_you_mean
from .shapes import is_left_out

GROUPS: Final = ("all", "any", "none")
DEEPEST: Final = 4


def a_rule_group(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """The group of a rule's `when`, which may read every field."""
    return _read_group(node, place, found, frozenset(), 1)


def a_scoring_group(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """The group of a score or a disqualifier, which cannot read what follows from it."""
    return _read_group(node, place, found, SCORING_CANNOT_READ, 1)


def a_where(node: Any, place: str, found: Findings) -> list[Any] | Bad:
    """A territory's own conditions: all must hold. The list counts as the first level."""
    return _read_members(node, place, found, TERRITORIES_CANNOT_READ, 1)


def conditions_in(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every single condition of a canonical group or list, with its place."""
    if isinstance(node, list):
        for index, member in enumerate(node):
            yield from conditions_in(member, f"{place}[{index}]")
    elif isinstance(node, dict) and "field" in node:
        yield place, node
    elif isinstance(node, dict):
        for key, members in node.items():
            yield from conditions_in(members, below(place, key))


def _read_group(node: Any, place: str, found: Findings, forbidden: frozenset[str], level: int) -> dict[str, Any] | Bad:
    if not isinstance(node, dict):
        found.error(place, "must be a group of conditions: {all: [...]}, {any: [...]} or {none: [...]}")
        return BAD
    if "field" in node or "op" in node:
        found.error(place, "is a single condition; put it into a group: {all: [...]}, {any: [...]} or {none: [...]}")
        return BAD
    for key in node:
        if key not in GROUPS:
            found.error(below(place, key), f"is not known here; use all, any or none{did_you_mean(key, GROUPS)}")
    kinds = [key for key in node if key in GROUPS]
    if len(kinds) != 1:
        if kinds or not node:
            found.error(place, "a group has exactly one of all, any and none")
        return BAD
    if level > DEEPEST:
        found.error(place, f"groups are nested deeper than {DEEPEST} levels")
        return BAD
    members = _read_members(node[kinds[0]], below(place, kinds[0]), found, forbidden, level)
    return BAD if isinstance(members, Bad) else {kinds[0]: members}


def _read_members(node: Any, place: str, found: Findings, forbidden: frozenset[str], level: int) -> list[Any] | Bad:
    if not isinstance(node, list):
        found.error(place, "must be a list of conditions, like [{field: country, op: is, value: US}]")
        return BAD
    if not node:
        found.error(place, "must not be empty")
        return BAD
    members = []
    for index, item in enumerate(node):
        here = f"{place}[{index}]"
        if isinstance(item, dict) and not {"field", "op", "value"} & item.keys() and set(GROUPS) & item.keys():
            read = _read_group(item, here, found, forbidden, level + 1)
        else:
            read = _read_condition(item, here, found, forbidden)
        if not isinstance(read, Bad):
            members.append(read)
    return members or BAD


def _read_condition(node: Any, place: str, found: Findings, forbidden: frozenset[str]) -> dict[str, Any] | Bad:
    if not isinstance(node, dict):
        found.error(place, "must be a condition, like {field: country, op: is, value: US}, or a group")
        return BAD
    keys = ("field", "op", "value")
    for key in node:
        if key not in keys:
            found.error(below(place, key), f"is not known here; use field, op and value{did_you_mean(key, keys)}")
    missing = [key for key in ("field", "op") if is_left_out(node.get(key))]
    for key in missing:
        found.error(below(place, key), "is missing")
    field, op = node.get("field"), node.get("op")
    for key, name in (("field", field), ("op", op)):
        if key not in missing and not isinstance(name, str):
            found.error(below(place, key), "must be a text")
            missing.append(key)
    if not isinstance(field, str) or "field" in missing:
        return BAD
    try:
        operators_of(field)
        if field in forbidden:
            raise BadCondition(f"{field!r} cannot be read here: it is worked out later", "field")
        if not isinstance(op, str) or "op" in missing:
            return BAD
        value = read_value(field, op, node.get("value"))
    except BadCondition as error:
        found.error(below(place, error.part), error.message)
        return BAD
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}
