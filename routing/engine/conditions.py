"""Conditions over a lead's facts, alone and in groups: whether they hold, and if not, why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from .facts import AS_NUMBER, Facts, normal_text
from .fields import OPERATORS, Kind, kind_of, label_of, parse_instant, parse_number, read_postcode_range

Test = Callable[[Facts], bool]
GROUPS: Final = ("all", "any", "none")
_ORDER_OPS: Final = frozenset({"at_least", "at_most", "more_than", "less_than", "between"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one field. An unset or blank value meets only is_not_set, is_not, not_in and not_contains."""

    field: str
    op: str
    value: Any
    key: str
    holds: Test

    def actual(self, facts: Facts) -> Any:
        """What the lead has there, as it was compared."""
        return facts[self.key]

    def against(self, facts: Facts) -> str | None:
        """Why this condition does not hold, in words a manager reads; None if it holds."""
        if self.holds(facts):
            return None
        actual = facts.raw.get(self.field, facts[self.key])
        have = "not set" if actual is None else f"{actual}"
        return (
            f"{label_of(self.field)} is {have}; it should be that it {OPERATORS[self.op]} {shown(self.value)}".rstrip()
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions and groups taken together: all hold, any holds, or none does."""

    kind: str
    members: tuple[Condition | Group, ...]
    holds: Test

    def conditions(self) -> Iterator[Condition]:
        """Every condition in it, at any depth, in order."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.conditions()
            else:
                yield member


Node = Condition | Group


def compile_node(document: Mapping[str, Any]) -> Node:
    """A condition or group of the canonical document, ready to be asked."""
    for kind in GROUPS:
        if kind in document:
            return compile_group(kind, document[kind])
    return compile_condition(document["field"], document["op"], document.get("value"))


def compile_group(kind: str, documents: Sequence[Mapping[str, Any]]) -> Group:
    """A group of the canonical document. `all` of nothing holds: a territory may have no conditions of its own."""
    members = tuple(compile_node(member) for member in documents)
    tests = tuple(member.holds for member in members)
    return Group(kind, members, _together(kind, tests))


def compile_when(document: Mapping[str, Any] | None) -> Group | None:
    """What a rule asks; None where it matches everything."""
    if document is None:
        return None
    node = compile_node(document)
    return node if isinstance(node, Group) else Group("all", (node,), node.holds)


def compile_condition(field: str, op: str, value: Any) -> Condition:
    """One condition of the canonical document (already checked by fields.read_value)."""
    kind = kind_of(field)
    key = field
    if op == "in_ranges" or (kind is Kind.ATTRIBUTE and op in _ORDER_OPS):
        key = AS_NUMBER + field
    if op == "is_set":
        return Condition(field, op, value, key, lambda facts: facts[key] is not None)
    if op == "is_not_set":
        return Condition(field, op, value, key, lambda facts: facts[key] is None)
    if op in ("within_hours", "outside_hours"):
        return Condition(field, op, value, key, _hours(key, value, inside=op == "within_hours"))
    if op == "in_ranges":
        return Condition(field, op, value, key, _in_ranges(key, value))
    if kind is Kind.NUMBER or kind is Kind.DATETIME or op in _ORDER_OPS:
        return Condition(field, op, value, key, _ordered(key, op, _bounds(kind, value)))
    return Condition(field, op, value, key, _textual(key, op, value))


def shown(value: Any) -> str:
    """A condition's value in words."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def _together(kind: str, tests: tuple[Test, ...]) -> Test:
    if kind == "all":
        if len(tests) == 1:
            return tests[0]
        if len(tests) == 2:
            first, second = tests
            return lambda facts: first(facts) and second(facts)

        def every(facts: Facts) -> bool:
            for test in tests:  # noqa: SIM110  # twice as fast as all(), for every rule and lead
                if not test(facts):
                    return False
            return True

        return every

    def some(facts: Facts) -> bool:
        for test in tests:  # noqa: SIM110  # twice as fast as any(), for every rule and lead
            if test(facts):
                return True
        return False

    return some if kind == "any" else lambda facts: not some(facts)


def _bounds(kind: Kind | None, value: Any) -> list[Any]:
    values = value if isinstance(value, list | tuple) else [value]
    return [parse_instant(str(item)) if kind is Kind.DATETIME else parse_number(item) for item in values]


def _ordered(key: str, op: str, bounds: list[int | Fraction | datetime]) -> Test:
    bound: Any = bounds[0]
    if op == "is":
        return lambda facts: facts[key] == bound
    if op == "is_not":
        return lambda facts: facts[key] != bound
    if op == "at_least":
        return lambda facts: (have := facts[key]) is not None and have >= bound
    if op == "at_most":
        return lambda facts: (have := facts[key]) is not None and have <= bound
    if op == "more_than":
        return lambda facts: (have := facts[key]) is not None and have > bound
    if op == "less_than":
        return lambda facts: (have := facts[key]) is not None and have < bound
    if op == "between":
        last: Any = bounds[1]
        return lambda facts: (have := facts[key]) is not None and bound <= have <= last
    raise ValueError(f"{op!r} is no operator for numbers and date-times")


def _textual(key: str, op: str, value: Any) -> Test:
    if op in ("in", "not_in"):
        wanted = frozenset(normal_text(item) for item in value)
        if op == "in":
            return lambda facts: facts[key] in wanted
        return lambda facts: facts[key] not in wanted
    text: Any = normal_text(value)
    if op == "is":
        return lambda facts: facts[key] == text
    if op == "is_not":
        return lambda facts: facts[key] != text
    if op == "contains":
        return lambda facts: (have := facts[key]) is not None and text in have
    if op == "not_contains":
        return lambda facts: (have := facts[key]) is None or text not in have
    if op == "starts_with":
        return lambda facts: (have := facts[key]) is not None and have.startswith(text)
    if op == "ends_with":
        return lambda facts: (have := facts[key]) is not None and have.endswith(text)
    raise ValueError(f"{op!r} is no operator for text")


def _hours(key: str, calendar: str, *, inside: bool) -> Test:
    def test(facts: Facts) -> bool:
        at = facts[key]
        return at is not None and facts.calendars[calendar].is_open(at) is inside

    return test


def _in_ranges(key: str, entries: Sequence[str]) -> Test:
    prefixes = []
    ranges: dict[int, list[tuple[str, str]]] = {}
    for entry in entries:
        low, high = read_postcode_range(entry)
        if low.endswith("*"):
            prefixes.append(low[:-1])
        else:
            ranges.setdefault(len(low), []).append((low, high))
    starts = tuple(prefixes)

    def test(facts: Facts) -> bool:
        code = facts[key]
        if code is None:
            return False
        return code.startswith(starts) or any(low <= code <= high for low, high in ranges.get(len(code), ()))

    return test
