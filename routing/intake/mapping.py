"""Which column of a source is which field of a lead: read from a file, or guessed from the headers."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml

from routing.engine.fields import ATTRIBUTE_PREFIX, COMPUTED, FIELDS, Kind, kind_of

from .headers import FULL_NAME, folded_header, known_field

IGNORED: Final = "ignore"
_FIRST_FILLED: Final = frozenset(
    {"external_id", "email", "phone", "country", "region", "postcode", "captured_at", "stage"}
    | {field.name for field in FIELDS.values() if field.kind is Kind.NUMBER}
)
_WORTH_ASKING: Final = ("email", "phone", "company", "country")
_META_ID = re.compile(r"(?:l|ag|as|c|f):(\d+)")
_TEST_LEAD = "<test lead: dummy data"


class BadMapping(ValueError):
    """A mapping that cannot be used; `problems` holds one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Column -> field. Fields are those of a lead, `attributes.NAME`, `full_name` (split into first and last name),
    `ignore`, and what the caller allows besides. With `keep_rest`, other columns become attributes."""

    columns: Mapping[str, str] = field(default_factory=dict)
    keep_rest: bool = False


def read_mapping(text: str, *, keep_rest: bool = False, also: Collection[str] = ()) -> ColumnMapping:
    """The mapping in a YAML text `{column: field}`; `also` are fields that the caller knows besides a lead's.

    Every scalar is text, so that a column named `No` stays one. Raises BadMapping with all that is wrong."""
    try:
        pairs = yaml.load(text, Loader=_Texts)  # noqa: S506  (a loader that makes text only)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise BadMapping([f"the mapping is no YAML{place}: {getattr(error, 'problem', None) or error}"]) from error
    if not isinstance(pairs, dict):
        raise BadMapping(["the mapping must be lines of `column: field`"])
    return make_mapping(pairs, keep_rest=keep_rest, also=also)


def make_mapping(
    pairs: Mapping[object, object], *, keep_rest: bool = False, also: Collection[str] = ()
) -> ColumnMapping:
    """A checked mapping. Raises BadMapping with all that is wrong."""
    problems: list[str] = []
    columns: dict[str, str] = {}
    for column, wanted in pairs.items():
        if not isinstance(column, str) or not (name := _column(column)):
            problems.append(f"{column!r} is no name of a column")
            continue
        if wanted is None or wanted in ("", IGNORED):
            columns[name] = IGNORED
        elif not isinstance(wanted, str):
            problems.append(f"{name}: must be the name of one field")
        elif problem := field_problem(wanted.strip(), also=also):
            problems.append(f"{name}: {problem}")
        elif columns.setdefault(name, wanted.strip()) != wanted.strip():
            problems.append(f"{name}: is mapped twice")
    if problems:
        raise BadMapping(problems)
    return ColumnMapping(columns, keep_rest)


def field_problem(name: str, *, also: Collection[str] = ()) -> str | None:
    """Why a column cannot be mapped to `name`, with what may have been meant; None if it can."""
    if name in also or name in (FULL_NAME, IGNORED):
        return None
    if name in COMPUTED:
        return f"{name!r} is worked out by LeadOps and cannot be brought"
    if kind_of(name) is not None:
        return None
    known = [*(one for one in FIELDS if one not in COMPUTED), *also, FULL_NAME]
    close = difflib.get_close_matches(name.lower().replace(" ", "_").replace("-", "_"), known, n=1)
    meant = close[0] if close else known_field(name)
    if meant is None:
        return f"{name!r} is not a field; to keep the column, map it to {ATTRIBUTE_PREFIX}{attribute_name(name)}"
    return f"{name!r} is not a field; did you mean {meant!r}?"


def missing_columns(mapping: ColumnMapping, headers: Iterable[str]) -> list[str]:
    """One sentence for each mapped column that the table does not have."""
    there = list(headers)
    known = {folded_header(header) for header in there}
    found = []
    for column in mapping.columns:
        if folded_header(column) not in known:
            close = difflib.get_close_matches(column, there, n=1)
            meant = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(map(repr, there[:20]))}"
            found.append(f"the file has no column {column!r}; {meant}")
    return found


def guess_mapping(
    headers: Iterable[str], *, keep_rest: bool = True, also: Collection[str] = ()
) -> tuple[ColumnMapping, list[str]]:
    """A mapping from what headers are called by the systems and in the languages that are known, and notes on the
    columns that look like a field without being called one. The first column for a field has it."""
    columns: dict[str, str] = {}
    taken: set[str] = set()
    notes: list[str] = []
    called = {folded_header(name): name for name in also}
    for header in headers:
        name = header.strip()
        wanted = called.get(folded_header(name)) or known_field(name)
        if wanted is None and name.startswith(ATTRIBUTE_PREFIX) and kind_of(name) is not None:
            wanted = name
        if wanted is None:
            folded = folded_header(name)
            close: list[str] = [one for one in ("email", "phone") if one in folded.split()]
            if close or (close := difflib.get_close_matches(folded, _WORTH_ASKING, n=1, cutoff=0.75)):
                notes.append(f"the column {name!r} looks like {close[0]}, but is not called so; map it to make it so")
        elif wanted not in taken:
            taken.add(wanted)
            columns[name] = wanted
    if FULL_NAME in taken and taken & {"first_name", "last_name"}:
        # Beside `Prénom`, `Nom` is the last name; beside both, a full name says nothing new.
        other = {"first_name", "last_name"} - taken
        columns = {
            name: other_name
            for name, wanted in columns.items()
            if (other_name := next(iter(other), None) if wanted == FULL_NAME else wanted)
        }
    return ColumnMapping(columns, keep_rest), notes


def apply(mapping: ColumnMapping, row: Mapping[str, object]) -> dict[str, object]:
    """The row under field names, ready for normalise(). Several columns of one field: the first filled one for
    contacts, places, numbers and dates; joined with a space for other text."""
    exact = mapping.columns
    # A header that differs in capitals or accents only is meant, unless the file has the one that was named, too.
    alike = {folded_header(column): wanted for column, wanted in exact.items() if column not in row}
    raw: dict[str, object] = {}
    for column, value in row.items():
        wanted = exact.get(column)
        if wanted is None and alike:
            wanted = alike.get(folded_header(column))
        if wanted is None:
            if not mapping.keep_rest:
                continue
            wanted = f"{ATTRIBUTE_PREFIX}{attribute_name(column)}"
            # Two columns may come to one name; neither may be lost.
            again, base = 2, wanted
            while wanted in raw:
                wanted = f"{base}_{again}"
                again += 1
        if wanted == IGNORED or value is None:
            continue
        if isinstance(value, str):
            value = value.strip()
            if not value:
                continue
            if found := _META_ID.fullmatch(value):
                value = found.group(1)
        before = raw.get(wanted)
        if before is None:
            raw[wanted] = value
        elif wanted not in _FIRST_FILLED and isinstance(before, str) and isinstance(value, str):
            raw[wanted] = f"{before} {value}"
    if FULL_NAME in raw:
        first, last = split_name(str(raw.pop(FULL_NAME)))
        for name, part in (("first_name", first), ("last_name", last)):
            if part:
                raw.setdefault(name, part)
    return raw


def split_name(full: str) -> tuple[str, str]:
    """First and last name of a full name: `Last, First` by its comma, else the first word and the rest."""
    words = " ".join(full.split())
    last, comma, first = words.partition(", ")
    if comma and first and last:
        return first.strip(), last.strip()
    first, _, last = words.partition(" ")
    return first, last


def is_test_lead(row: Mapping[str, object]) -> bool:
    """Whether the row is one of Meta's test leads, whose fields say `<test lead: dummy data for ...>`."""
    return any(isinstance(value, str) and _TEST_LEAD in value for value in row.values())


def attribute_name(column: str) -> str:
    """A column's name as an attribute's: lower case, words parted by underscores, letters of any script."""
    parted = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in column.lower())
    return "_".join(parted.split())[:100] or "column"


def _column(name: str) -> str:
    return " ".join(name.split())


class _Texts(yaml.BaseLoader):
    """YAML whose scalars are all text, and which has no anchors to blow up with."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed in a mapping", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen if isinstance(key.value, str) else False:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is mapped twice", key.start_mark)
            if isinstance(key.value, str):
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)
