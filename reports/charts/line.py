"""A number over time, as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.columns import Column
from reports.table import Row

WIDTH, HEIGHT = 1000, 200


@dataclass(frozen=True)
class Point:
    """`x`, `y` from the top left; `left` and `wide` are the strip that belongs to it."""

    label: str
    shown: str
    x: float
    y: float
    left: float
    wide: float


@dataclass(frozen=True)
class Line:
    """`paths` are stretches without a gap: where nothing is known, the line stops."""

    title: str
    unit: str
    points: tuple[Point, ...]
    paths: tuple[str, ...]
    highest: str
    lowest: str
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT
    template: str = "reports/charts/line.html"


def line(rows: Sequence[Row], column: Column) -> Line | None:
    """The line of a column over rows in order of time; None where there are not two points."""
    values = [row.values.get(column.key) for row in rows]
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    lowest, highest = min(0.0, *known), max(0.0, *known)
    span = (highest - lowest) or 1.0
    wide = WIDTH / len(rows)
    points: list[Point] = []
    stretches: list[list[Point]] = [[]]
    for number, (row, value) in enumerate(zip(rows, values, strict=True)):
        if value is None:
            stretches.append([])
            continue
        y = HEIGHT - 8 - (HEIGHT - 16) * (float(value) - lowest) / span
        left = number * wide
        point = Point(row.label, column.unit.shown(value), round(left + wide / 2, 1), round(y, 1), round(left, 1),
                      round(wide, 1))  # fmt: skip
        points.append(point)
        stretches[-1].append(point)
    paths = [
        " ".join(f"{'L' if place else 'M'}{one.x} {one.y}" for place, one in enumerate(part)) for part in stretches
    ]
    return Line(
        column.label,
        column.unit.name,
        tuple(points),
        tuple(f"{path} h.01" for path in paths if path),  # a stretch of one point is a dot
        column.unit.shown(highest),
        column.unit.shown(lowest),
        rows[0].label,
        rows[-1].label,
    )
