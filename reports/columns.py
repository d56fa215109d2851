"""The columns of a report: what is counted, in which unit, and its formula in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable

from reports.units import COUNT, SHARE, Unit

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """`key` is its name in the file and the API, `label` on the page. `better` says which way is good, if any is.

    A headline is told in large figures above the table, from the row of all; `hidden` columns are told there alone.
    """

    key: str
    label: str
    formula: str = ""
    unit: Unit = COUNT
    better: str = ""
    """more, less, or nothing."""
    headline: bool = False
    hidden: bool = False

    @property
    def header(self) -> str:
        """Its name in a file, with the unit where it has one: `median_response (min)`."""
        return f"{self.key} ({self.unit.name})" if self.unit.name else self.key


@dataclass(frozen=True)
class Counted(Column):
    """A column that the database counts: an aggregate over the report's rows."""

    of: Combinable | None = None


@dataclass(frozen=True)
class Derived(Column):
    """A column worked out from the others of its row."""

    from_: Callable[[Values], Any] = lambda values: None


@dataclass(frozen=True)
class Share(Derived):
    """One counted column as a percentage of another; `whole` is the key of what it is a part of."""

    whole: str = ""


@dataclass(frozen=True)
class Unseen(Counted):
    """Counted for a derived column's sake, and not told."""


def share(
    key: str, label: str, part: str, whole: str, *, formula: str, better: str = "more", headline: bool = False
) -> Share:
    """One counted column as a percentage of another; empty where there is nothing to be a part of."""

    def worked_out(values: Values) -> float | None:
        return 100 * values[part] / values[whole] if values.get(whole) else None

    return Share(key, label, formula, SHARE, better, headline, from_=worked_out, whole=whole)


def reached(kind: str, path: str = "") -> Q:
    """Leads that reached a stage of this kind or a later one. `path` leads to the lead: `lead__`."""
    order = ("contacted", "meeting", "opportunity", "proposal", "won")
    condition = Q()
    for later in order[order.index(kind) :]:
        condition |= Q(**{f"{path}{later}_at__isnull": False})
    return condition
