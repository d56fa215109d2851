"""YAML text to a tree of mappings, lists and texts: no scalar is taken for a number, a date or a yes.

Built from the parser's events rather than its objects, so that nesting cannot exhaust the stack, a key written twice is
seen, and aliases cannot grow a small file into a large one.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from .finding import Findings, below

Node: TypeAlias = str | list[Any] | dict[str, Any] | None

LARGEST_FILE: Final = 10_000_000
MOST_NODES: Final = 1_000_000
DEEPEST: Final = 60

_NOTHING: Final = frozenset({"", "~", "null"})
_PLAIN_TAGS: Final = frozenset({None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(ValueError):
    """A file that is no YAML mapping at all; nothing more can be said about it. `place` names the line."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end was not reached yet."""

    holds: dict[str, Any] | list[Any]
    place: str
    anchor: str | None
    nodes: int = 1
    key: str | None = None


def parse(text: str | bytes, found: Findings) -> dict[str, Any]:
    """The file as a tree; raises Unreadable. Keys written twice and YAML tags are added to `found`."""
    if len(text) > LARGEST_FILE:
        raise Unreadable(f"the file is larger than {LARGEST_FILE // 1_000_000} MB")
    tree = _build(_decoded(text), found)
    if tree is None:
        raise Unreadable("the file is empty")
    if not isinstance(tree, dict):
        raise Unreadable("the file must be a mapping, like `name: Acme inbound`, at its top level")
    return tree


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    encoding = "utf-16" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file is not text in UTF-8 (byte {error.start} cannot be read)") from error


def _build(text: str, found: Findings) -> Node:
    stack: list[_Open] = []
    anchors: dict[str, tuple[Node, int]] = {}
    root: Node = None
    node: Node
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable("the file holds a second document (`---`); write one", _line(event))
                continue
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(stack) >= DEEPEST:
                    raise Unreadable(f"nested deeper than {DEEPEST} levels", _line(event))
                if stack and isinstance(stack[-1].holds, dict) and stack[-1].key is None:
                    raise Unreadable("a key must be a plain text, not a mapping or a list", _line(event))
                _refuse_tag(event, found)
                holds: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
                stack.append(_Open(holds, _place(stack), event.anchor))
                continue
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                closed = stack.pop()
                node, nodes, anchor = closed.holds, closed.nodes, closed.anchor
            elif isinstance(event, yaml.ScalarEvent):
                _refuse_tag(event, found)
                node, nodes, anchor = _scalar(event), 1, event.anchor
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in anchors:
                    raise Unreadable(f"the alias *{event.anchor} names nothing written before it", _line(event))
                node, nodes = anchors[event.anchor]
                anchor = None
            else:
                continue
            if anchor:
                anchors[anchor] = (node, nodes)
            if not stack:
                root = node
                continue
            _add(stack[-1], node, nodes, event, found)
    except yaml.YAMLError as error:
        raise _syntax_error(error) from error
    return root


def _add(parent: _Open, node: Any, nodes: int, event: yaml.Event, found: Findings) -> None:
    parent.nodes += nodes
    if parent.nodes > MOST_NODES:
        raise Unreadable(f"the file grows to more than {MOST_NODES:,} values through its aliases", _line(event))
    if isinstance(parent.holds, list):
        parent.holds.append(node)
    elif parent.key is None:
        key = event.value.strip() if isinstance(event, yaml.ScalarEvent) else node
        if not isinstance(key, str):
            raise Unreadable("a key must be a plain text, not a mapping or a list", _line(event))
        if key in parent.holds:
            found.error(below(parent.place, key), f"is written twice ({_line(event)})")
        parent.key = key
    else:
        parent.holds[parent.key] = node
        parent.key = None


def _scalar(event: yaml.ScalarEvent) -> str | None:
    if event.style in (None, "") and event.value in _NOTHING and event.tag in (None, "!"):
        return None
    text: str = event.value
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Unreadable("a text holds a character that cannot be stored", _line(event))
    return text.strip()


def _refuse_tag(event: Any, found: Findings) -> None:
    if event.tag not in _PLAIN_TAGS:
        found.error(_line(event), f"the tag {event.tag!r} is not read here; leave it out")


def _place(stack: list[_Open]) -> str:
    if not stack:
        return ""
    parent = stack[-1]
    if isinstance(parent.holds, list):
        return f"{parent.place}[{len(parent.holds)}]"
    return below(parent.place, parent.key or "")


def _line(event: Any) -> str:
    return f"line {event.start_mark.line + 1}"


def _syntax_error(error: yaml.YAMLError) -> Unreadable:
    if isinstance(error, yaml.reader.ReaderError):
        return Unreadable("the file is not text: it holds a control character that YAML does not allow")
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    problem = getattr(error, "problem", None) or str(error)
    hint = ""
    if "'\\t'" in problem or "token" in problem or "tab" in problem:
        hint = " (YAML is indented with spaces, never with tabs)"
    return Unreadable(f"this is not YAML: {problem}{hint}", place)
