"""A number by weekday and hour, as a map: the darker, the larger. The number stands in its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.columns import Column
from reports.dimensions import WEEKDAYS
from reports.table import Row

STEPS: Final = 6


@dataclass(frozen=True)
class Cell:
    """`step` from 1 (small) to STEPS (large); 0: nothing known."""

    shown: str
    step: int
    said: str


@dataclass(frozen=True)
class Heat:
    title: str
    unit: str
    hours: tuple[str, ...]
    days: tuple[tuple[str, tuple[Cell, ...]], ...]
    template: str = "reports/charts/heat.html"


def heat(rows: Sequence[Row], column: Column) -> Heat | None:
    """The map of a column over rows whose place is weekday times 24 plus hour; None where nothing is known.

    Steps are of equal numbers of cells, not of equal height: one slow night must not leave all else pale.
    """
    known = ((row.place, row.values.get(column.key)) for row in rows)
    values = {place: float(value) for place, value in known if value is not None}
    if not any(values.values()):
        return None
    in_order = sorted(values.values())

    def cell(place: int) -> Cell:
        value = values.get(place)
        said = f"{WEEKDAYS[place // 24]} {place % 24:02}:00"
        if value is None:
            return Cell("", 0, f"{said}: nothing")
        below = sum(1 for other in in_order if other < value)
        shown = column.unit.shown(value)
        return Cell(
            short(value / column.unit.scale),
            1 + below * STEPS // len(in_order),
            f"{said}: {shown}{column.unit.suffix or ' ' + column.unit.name}",
        )

    return Heat(
        column.label,
        column.unit.name,
        tuple(f"{hour:02}" for hour in range(24)),
        tuple((WEEKDAYS[day], tuple(cell(24 * day + hour) for hour in range(24))) for day in range(7)),
    )


def short(value: float) -> str:
    """A number in at most four characters: 0.4, 12, 1.2k."""
    if abs(value) >= 10_000:
        return f"{value / 1000:.0f}k"
    if abs(value) >= 1_000:
        return f"{value / 1000:.1f}k"
    return f"{value:.0f}" if value == int(value) or abs(value) >= 10 else f"{value:.1f}"
