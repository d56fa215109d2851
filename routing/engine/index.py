"""Which of many conditions can hold for a lead at all:
found by its values, so that cost hardly grows with their number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from .conditions import Condition, Node
from .facts import Facts, normal_text
from .fields import Kind, kind_of, parse_number

Paths = dict[str, set[Any]]
"""By key the values of which a lead must have one: a node can hold only if that is so for some key."""

_FLATTEN_AT_MOST: Final = 64


class Index:
    """Numbered conditions (None matches everything), asked for the numbers that may hold, in order.

    A condition that can hold only for certain values of a field is listed under these; one that can hold only inside a
    range of numbers is listed under the pieces of the number line it covers; the rest is asked every time.
    """

    __slots__ = ("_always", "_by_range", "_by_value")

    def __init__(self, nodes: Sequence[Node | None]) -> None:
        self._always: list[int] = []
        self._by_value: dict[str, dict[Any, list[int]]] = {}
        ranges: dict[str, list[tuple[Any, Any, int]]] = {}
        for number, node in enumerate(nodes):
            paths = value_paths(node) if node is not None else None
            if paths is not None:
                for key, values in paths.items():
                    by_value = self._by_value.setdefault(key, {})
                    for value in values:
                        by_value.setdefault(value, []).append(number)
                continue
            interval = number_range(node) if node is not None else None
            if interval is not None:
                key, low, high = interval
                ranges.setdefault(key, []).append((low, high, number))
            else:
                self._always.append(number)
        self._by_range: dict[str, _Pieces] = {}
        for key, intervals in ranges.items():
            pieces = _Pieces(intervals)
            if pieces.crowded:
                self._always.extend(number for _, _, number in intervals)
            else:
                self._by_range[key] = pieces
        self._always.sort()

    def candidates(self, facts: Facts) -> list[int]:
        """The numbers of the conditions that may hold for this lead, in order. Every other one surely does not."""
        found: list[list[int]] = [self._always] if self._always else []
        for key, by_value in self._by_value.items():
            numbers = by_value.get(facts[key])
            if numbers:
                found.append(numbers)
        for key, pieces in self._by_range.items():
            value = facts[key]
            if value is not None:
                numbers = pieces.at(value)
                if numbers:
                    found.append(numbers)
        if len(found) == 1:
            return found[0]
        return sorted(set().union(*found)) if found else []


class _Pieces:
    """Closed number ranges cut at their ends: for each piece between, and each end itself, who covers it."""

    __slots__ = ("_at", "_between", "_ends", "crowded")

    def __init__(self, intervals: list[tuple[Any, Any, int]]) -> None:
        ends = sorted({end for low, high, _ in intervals for end in (low, high) if end is not None})
        self._ends = ends
        self._at: list[list[int]] = [[] for _ in ends]
        self._between: list[list[int]] = [[] for _ in range(len(ends) + 1)]
        total = 0
        place = {end: index for index, end in enumerate(ends)}
        for low, high, number in intervals:
            first = 0 if low is None else place[low]
            last = len(ends) - 1 if high is None else place[high]
            for index in range(first, last + 1):
                self._at[index].append(number)
            for index in range(0 if low is None else first + 1, (len(ends) if high is None else last) + 1):
                self._between[index].append(number)
            total += last - first + 1
        self.crowded = total > 64 * len(intervals) and len(intervals) > 64

    def at(self, value: Any) -> list[int]:
        index = bisect_left(self._ends, value)
        if index < len(self._ends) and self._ends[index] == value:
            return self._at[index]
        return self._between[index]


def value_paths(node: Node) -> Paths | None:
    """The values a lead must have one of for this node to hold; None where that cannot be said."""
    if isinstance(node, Condition):
        return _condition_paths(node)
    if node.kind == "none":
        return None
    each = [value_paths(member) for member in node.members]
    if node.kind == "all":
        known = [paths for paths in each if paths is not None]
        return min(known, key=_width) if known else None
    together: Paths = {}
    for paths in each:
        if paths is None:
            return None
        for key, values in paths.items():
            together.setdefault(key, set()).update(values)
    return together if _width(together) <= _FLATTEN_AT_MOST else None


def number_range(node: Node) -> tuple[str, Any, Any] | None:
    """A closed range a lead's number must lie in for this node to hold: key, low, high (None: open);
    the narrowest found.
    """
    found = [interval for member in _conjuncts(node) if (interval := _condition_range(member)) is not None]
    by_key: dict[str, tuple[Any, Any]] = {}
    for key, low, high in found:
        known_low, known_high = by_key.get(key, (None, None))
        low = known_low if low is None else low if known_low is None else max(low, known_low)
        high = known_high if high is None else high if known_high is None else min(high, known_high)
        by_key[key] = (low, high)
    both = [(key, low, high) for key, (low, high) in by_key.items() if low is not None and high is not None]
    for key, low, high in both or [(key, low, high) for key, (low, high) in by_key.items()]:
        return (key, low, high) if low is None or high is None or low <= high else (key, low, low)
    return None


def _width(paths: Paths) -> int:
    return sum(len(values) for values in paths.values())


def _condition_paths(condition: Condition) -> Paths | None:
    kind = kind_of(condition.field)
    if condition.op == "is":
        if kind is Kind.NUMBER:
            return {condition.key: {parse_number(condition.value)}}
        if kind is not Kind.DATETIME:
            return {condition.key: {normal_text(condition.value)}}
    if condition.op == "in":
        return {condition.key: {normal_text(item) for item in condition.value}}
    return None


def _conjuncts(node: Node) -> list[Condition]:
    if isinstance(node, Condition):
        return [node]
    if node.kind == "all" or (node.kind == "any" and len(node.members) == 1):
        return [condition for member in node.members for condition in _conjuncts(member)]
    return []


def _condition_range(condition: Condition) -> tuple[str, Any, Any] | None:
    if condition.op not in ("at_least", "at_most", "more_than", "less_than", "between"):
        return None
    if kind_of(condition.field) is Kind.DATETIME:
        return None
    if condition.op == "between":
        low, high = (parse_number(end) for end in condition.value)
        return condition.key, low, high
    bound = parse_number(condition.value)
    return (condition.key, bound, None) if condition.op in ("at_least", "more_than") else (condition.key, None, bound)
