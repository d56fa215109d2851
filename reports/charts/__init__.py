"""Pictures of a table, drawn by the server: geometry here, marks in templates/reports/charts/."""

from __future__ import annotations

from reports.charts.bars import Bars, bars
from reports.charts.funnel import Funnel, funnel
from reports.charts.heat import Heat, heat
from reports.charts.intervals import Intervals, intervals
from reports.charts.line import Line, line
from reports.columns import Column
from reports.table import Table

__all__ = [
    "Bars",
    "Chart",
    "Funnel",
    "Heat",
    "Intervals",
    "Line",
    "bars",
    "drawn",
    "funnel",
    "heat",
    "intervals",
    "line",
]

Chart = Bars | Line | Heat | Intervals | Funnel


def drawn(table: Table, key: str, shape: str) -> Chart | None:
    """The picture of the column with this key: bars, a line or heat. None where it would tell nothing."""
    column: Column | None = next((column for column in table.columns if column.key == key), None)
    if column is None:
        return None
    match shape:
        case "line":
            return line(table.rows, column)
        case "heat":
            return heat(table.rows, column)
    return bars(table.rows, column, aim=table.aims.get(key))
