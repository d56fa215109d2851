"""An output with its interval as a small picture; what it says stands beside it in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Final

from reports.statistics.output import Output

WIDTH: Final = 200
"""Of the picture, in its own units; a page stretches it."""


@dataclass(frozen=True)
class Interval:
    """Where things stand, from the left: the ends of the interval, the output, and 1, which is what was expected."""

    low: float
    high: float
    middle: float
    one: float
    width: int = WIDTH

    @property
    def length(self) -> float:
        return round(self.high - self.low, 1)


def scale_of(outputs: Iterable[Output]) -> float:
    """The output at the right edge: one scale for all who are compared, in steps of a half, from 0."""
    return max(2.0, ceil(2 * max((one.high for one in outputs), default=0)) / 2)


def drawn(output: Output, scale: float) -> Interval:
    """An output on a scale that ends at `scale`."""

    def at(value: float) -> float:
        return round(min(value / scale, 1) * WIDTH, 1)

    return Interval(at(output.low), at(output.high), at(output.allowing_for_luck), at(1))
