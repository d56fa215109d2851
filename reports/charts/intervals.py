"""One interval a row on one scale, with its middle, and a line where 1 is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

MOST: Final = 30
"""More than these are no picture; the table has them all."""


@dataclass(frozen=True)
class Interval:
    """Where its ends, its middle and 1 stand, in hundredths of the whole; `words` say the same."""

    label: str
    words: str
    low: float
    high: float
    middle: float
    one: float

    @property
    def width(self) -> float:
        return round(self.high - self.low, 2)


@dataclass(frozen=True)
class Intervals:
    title: str
    intervals: tuple[Interval, ...]
    left_out: int = 0
    template: str = "reports/charts/intervals.html"


Ends = tuple[str, float, float, float]
"""A label, and the low end, the middle and the high end."""


def intervals(title: str, rows: Sequence[Ends]) -> Intervals | None:
    """The picture of these; None of none."""
    drawn = rows[:MOST]
    scale = scale_of(high for _, _, _, high in drawn)
    return Intervals(title, tuple(interval(row, scale) for row in drawn), len(rows) - len(drawn)) if rows else None


def scale_of(highs: Iterable[float]) -> float:
    """The number at the right edge, in steps of a half, so that 1 is never further right than the middle."""
    return max(2.0, ceil(2 * max(highs, default=0.0)) / 2)


def interval(row: Ends, scale: float) -> Interval:
    """One of them on a scale from 0."""
    label, low, middle, high = row

    def place(value: float) -> float:
        return round(100 * min(max(value / scale, 0), 1), 2)

    return Interval(label, f"{middle:.2f} ({low:.2f} to {high:.2f})", place(low), place(high), place(middle), place(1))
