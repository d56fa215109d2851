"""Mappings and lists of a plan, read key by key, every mistake reported and nothing silently dropped."""

from collections.abc import Collection, Mapping
from typing import Any

from .finding import BAD, Bad, Findings, below, did_you_mean, listed
from .scalars import Read


def is_left_out(node: Any) -> bool:
    """Whether a key counts as not written: null, or a blank text."""
    return node is None or node == ""


def read_keys(
    node: Any, place: str, found: Findings, keys: Mapping[str, Read], required: Collection[str] = ()
) -> dict[str, Any]:
    """The keys that a mapping names, each read by its own reader; left-out and unreadable ones are absent."""
    if node is None:
        node = {}
    if not isinstance(node, dict):
        found.error(place, f"must be a mapping with {listed(keys)}")
        return {}
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key not in keys:
            found.error(below(place, key), f"is not known here; use {listed(keys)}{did_you_mean(key, keys)}")
        elif not is_left_out(value):
            read = keys[key](value, below(place, key), found)
            if read is not BAD:
                result[key] = read
    for key in required:
        if is_left_out(node.get(key)):
            found.error(below(place, key), "is missing")
    return result


def mapping_of(key: Read, value: Read) -> Read:
    """A mapping with names of the manager's own, in the order written.

    An entry that cannot be read is kept as far as it can be, so that nothing else is blamed for naming it.
    """

    def read(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
        if not isinstance(node, dict):
            found.error(place, "must be a mapping, like `name: ...`")
            return BAD
        result: dict[str, Any] = {}
        for name, content in node.items():
            known = key(name, below(place, name), found)
            if known is not BAD and known in result:
                found.error(below(place, name), f"names {known!r} a second time")
            content_read = value(content, below(place, name), found)
            if content_read is not BAD:
                result[name if known is BAD else known] = content_read
        return result

    return read


def list_of(item: Read, *, empty: bool = True, unique: bool = False) -> Read:
    """A list whose items are read alike."""

    def read(node: Any, place: str, found: Findings) -> list[Any] | Bad:
        if not isinstance(node, list):
            found.error(place, "must be a list, like [a, b]")
            return BAD
        if not node and not empty:
            found.error(place, "must not be empty")
            return BAD
        result: list[Any] = []
        for index, content in enumerate(node):
            known = item(content, f"{place}[{index}]", found)
            if known is BAD:
                continue
            if unique and known in result:
                found.error(f"{place}[{index}]", f"names {known!r} a second time")
                continue
            result.append(known)
        return result

    return read
