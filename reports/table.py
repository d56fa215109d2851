"""What a report answers: rows by what it was grouped by, and one of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reports.columns import Column, Values


@dataclass(frozen=True)
class Row:
    """One line. `key` is its slug or number, `label` what people call it; `place` orders rows that have an order."""

    key: str
    label: str
    values: Values
    place: Any = None
    before: Values | None = None
    """The same of the period before, where it was asked for."""
    missed: frozenset[str] = frozenset()
    """The keys of the columns in which it misses its team's target."""

    def value(self, column: Column) -> Any:
        return self.values.get(column.key)

    def value_before(self, column: Column) -> Any:
        return self.before.get(column.key) if self.before else None


@dataclass(frozen=True)
class Table:
    """`total` is the row of all, `beside` that of a rep's team. Rows are in order."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    beside: Row | None = None
    notes: tuple[str, ...] = field(default=())
    aims: Mapping[str, float] = field(default_factory=dict)
    """By column key, the target that all rows are held against, where there is one."""

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns of the table on the page; the others are told in large figures only."""
        return tuple(column for column in self.columns if not column.hidden)

    @property
    def headlines(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.headline or column.hidden)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted at all."""
        counted = [row for row in (self.total, self.beside, *self.rows) if row is not None]
        return not any(
            value for row in counted for values in (row.values, row.before or {}) for value in values.values()
        )

    def sorted_by(self, wanted: str) -> Table:
        """The rows by a column's key, `-` before it for the largest first; unknown values come last."""
        key = wanted.removeprefix("-")
        columns = {column.key for column in self.columns}
        if key == "label":
            return replace(self, rows=tuple(sorted(self.rows, key=by_label, reverse=wanted.startswith("-"))))
        if key not in columns:
            return self
        known = [row for row in self.rows if row.values.get(key) is not None]
        unknown = [row for row in self.rows if row.values.get(key) is None]
        in_order = sorted(sorted(known, key=by_label), key=lambda row: row.values[key], reverse=wanted.startswith("-"))
        return replace(self, rows=(*in_order, *unknown))

    def with_before(self, before: Table) -> Table:
        """Beside each row the same of the period before. Rows that were only then are not told."""
        then = {row.key: row.values for row in before.rows}
        return replace(
            self,
            rows=tuple(replace(row, before=then.get(row.key)) for row in self.rows),
            total=replace(self.total, before=before.total.values if before.total else None) if self.total else None,
        )


def by_label(row: Row) -> tuple[str, str]:
    return row.label.casefold(), row.key


def in_place(rows: Iterable[Row], *, largest: Callable[[Row], Any] | None = None) -> tuple[Row, ...]:
    """Rows in their own order where they have one, else the largest first."""
    rows = list(rows)
    if any(row.place is not None for row in rows):
        return tuple(sorted(rows, key=lambda row: (row.place is None, row.place if row.place is not None else 0)))
    found = sorted(rows, key=by_label)
    if largest is not None:
        found.sort(key=lambda row: largest(row) or 0, reverse=True)
    return tuple(found)
