"""What is left of all leads from stage to stage: one bar a stage, as wide as it is many, and between two of them how
many went on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.columns import Column
from reports.table import Row
from reports.units import SHARE


@dataclass(frozen=True)
class Step:
    """`start` and `width` in hundredths of the whole; `passed` is the share of the step before that came here."""

    label: str
    shown: str
    start: float
    width: float
    passed: str
    of_all: str
    edges: tuple[float, float] | None = None
    """Where the period before began and ended, in hundredths."""


@dataclass(frozen=True)
class Funnel:
    title: str
    steps: tuple[Step, ...]
    template: str = "reports/charts/funnel.html"


def funnel(title: str, total: Row | None, columns: Sequence[Column]) -> Funnel | None:
    """The funnel of a row, one step a column, from the widest to the narrowest; None where nothing went in."""
    counts = [int(total.value(column) or 0) for column in columns] if total else []
    if total is None or not counts or not counts[0]:
        return None
    befores = [total.value_before(column) for column in columns]
    widest = max(counts[0], int(befores[0] or 0))
    steps = []
    for place, (column, count, before) in enumerate(zip(columns, counts, befores, strict=True)):
        width = 100 * count / widest
        passed = 100 * count / counts[place - 1] if place and counts[place - 1] else None
        edge = 50 * int(before) / widest if before is not None else None
        steps.append(
            Step(
                column.label,
                column.unit.shown(count),
                round(50 - width / 2, 2),
                round(width, 2),
                SHARE.shown(passed) if passed is not None else "",
                SHARE.shown(100 * count / counts[0]),
                (round(50 - edge, 2), round(50 + edge, 2)) if edge is not None else None,
            )
        )
    return Funnel(title, tuple(steps))
