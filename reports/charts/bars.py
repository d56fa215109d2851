"""One bar a row, as long as its number is large. Numbers below zero go to the left of the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.columns import Column
from reports.table import Row

MOST: Final = 30
"""More bars than these are no picture; the table has them all."""


@dataclass(frozen=True)
class Bar:
    """`start` and `width` in hundredths of the whole; `shown` is the number as the table has it."""

    label: str
    shown: str
    start: float
    width: float
    before: float | None = None
    """Where the period before ended, in hundredths."""


@dataclass(frozen=True)
class Bars:
    title: str
    unit: str
    bars: tuple[Bar, ...]
    left_out: int = 0
    aim: float | None = None
    """Where the target lies, in hundredths of the whole; `aimed` is its number."""
    aimed: str = ""
    zero: float | None = None
    """Where nothing is, in hundredths, where some numbers lie below it."""
    template: str = "reports/charts/bars.html"


def bars(rows: Sequence[Row], column: Column, *, aim: float | None = None) -> Bars | None:
    """The bars of a column; None where there is nothing to compare. `aim` is a target to be drawn across them."""
    known = [row for row in rows if row.values.get(column.key) is not None]
    if len(known) < 2:
        return None
    drawn = known[:MOST]
    values = [float(row.values[column.key]) for row in drawn]
    befores = [float(row.value_before(column)) for row in drawn if row.value_before(column) is not None]
    aims = [] if aim is None else [aim]
    lowest, highest = min([0.0, *values, *befores, *aims]), max([0.0, *values, *befores, *aims])
    if lowest == highest:
        return None

    def place(value: float) -> float:
        return round(100 * (value - lowest) / (highest - lowest), 2)

    zero = place(0)
    return Bars(
        column.label,
        column.unit.name,
        tuple(
            Bar(
                row.label,
                column.unit.shown(value),
                min(zero, place(value)),
                round(abs(place(value) - zero), 2),
                None if row.value_before(column) is None else place(float(row.value_before(column))),
            )
            for row, value in zip(drawn, values, strict=True)
        ),
        len(known) - len(drawn),
        None if aim is None else place(aim),
        "" if aim is None else column.unit.shown(aim),
        zero=zero if lowest < 0 else None,
    )
