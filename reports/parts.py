"""A report whose columns are counted from several kinds of rows, side by side: calls, and the first calls of leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from reports.asked import Asked
from reports.columns import Counted, Values
from reports.counting import of_all, of_groups
from reports.dimensions import Dimension, Paths, dimension
from reports.report import Grouped
from reports.table import Row, Table, in_place


@dataclass(frozen=True)
class Part:
    """Rows of one kind, with what is counted of them by column key. `paths` say what they have to be grouped by.

    What `adds_up` (numbers and sums) is counted once, and the row of all is the sum of its groups; a median is not.
    """

    rows: QuerySet[Any]
    paths: Paths
    aggregates: Mapping[str, Any]
    adds_up: bool = True

    def groups(self, by: Dimension, asked: Asked) -> dict[Any, dict[str, Any]]:
        """What is counted of each group, by the group's raw value. One query."""
        found = of_groups(self.rows, by.raw(self.paths, asked.zone), self.aggregates)
        return {raw: self.known(values) for raw, values in found.items()}

    def whole(self) -> Values:
        """What is counted of all. One query."""
        return self.known(of_all(self.rows, self.aggregates))

    def sum_of(self, groups: Mapping[Any, Values]) -> Values:
        """The same, from its groups."""
        return {key: sum(values[key] for values in groups.values()) for key in self.aggregates}

    def known(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """A sum of nothing is zero."""
        return {key: value or 0 if self.adds_up else value for key, value in found.items()}


class Parted(Grouped):
    """A report of parts. A query each, another for each that does not add up, and those of names."""

    def parts(self, asked: Asked) -> Sequence[Part]:
        """What is counted side by side; together they have every counted column."""
        raise NotImplementedError

    def of(self, *keys: str) -> dict[str, Any]:
        """The aggregates that these columns name themselves."""
        return {column.key: column.of for column in self.columns if isinstance(column, Counted) and column.key in keys}

    def table(self, asked: Asked) -> Table:
        by = dimension(asked.group)
        if by is None:
            return Table(self.told, (), self.total(asked))
        parts = self.parts(asked)
        nothing = {key: 0 for part in parts if part.adds_up for key in part.aggregates}
        found: dict[Any, dict[str, Any]] = defaultdict(nothing.copy)
        whole: dict[str, Any] = {}
        for part in parts:
            groups = part.groups(by, asked)
            for raw, values in groups.items():
                found[raw] |= values
            whole |= part.sum_of(groups) if part.adds_up else part.whole()
        rows = self.named(dict(found), by, asked)
        first = self.told[0].key
        return Table(
            self.told,
            in_place(rows, largest=lambda row: row.values.get(first)),
            Row("", "All", self.worked_out(whole)),
        )

    def total(self, asked: Asked) -> Row:
        whole: dict[str, Any] = {}
        for part in self.parts(asked):
            whole |= part.whole()
        return Row("", "All", self.worked_out(whole))
