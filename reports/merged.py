"""A report whose columns are counted from several kinds of rows: those of one group stand in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from reports.asked import Asked
from reports.columns import Values
from reports.dimensions import OF_LEADS, Dimension, Paths
from reports.report import Grouped
from reports.table import Row


@dataclass(frozen=True)
class Part:
    """Some columns, and what they are counted from. The queryset has no order; its rows have what `paths` names."""

    counted: QuerySet[Any]
    keys: tuple[str, ...]
    paths: Paths = OF_LEADS


class Merged(Grouped):
    """Two queries for each part: one of its groups, one of all. Each column is counted by the part that names it."""

    def parts(self, asked: Asked) -> Sequence[Part]:
        """What is counted."""
        raise NotImplementedError

    def groups(self, asked: Asked, by: Dimension) -> dict[Any, Values]:
        aggregates = self.aggregates(asked)
        found: dict[Any, Values] = {}
        for part in self.parts(asked):
            wanted = {f"n_{key}": aggregates[key] for key in part.keys}
            for group in part.counted.values(n_by=by.raw(part.paths, asked.zone)).annotate(**wanted):
                raw = group.pop("n_by")
                counted = {key.removeprefix("n_"): value for key, value in group.items()}
                found[raw] = {**found.get(raw, self.nothing()), **counted}
        return found

    def total(self, asked: Asked) -> Row:
        aggregates = self.aggregates(asked)
        found: dict[str, Any] = {}
        for part in self.parts(asked):
            counted = part.counted.aggregate(**{f"n_{key}": aggregates[key] for key in part.keys})
            found |= {key.removeprefix("n_"): value for key, value in counted.items()}
        return Row("", "All", self.worked_out(found))
