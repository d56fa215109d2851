"""A table as a file has it: the digits of the page, a row of all, and the period before in columns of its own."""

from __future__ import annotations

from collections.abc import Iterator

from reports.asked import Asked
from reports.columns import Column
from reports.dimensions import dimension
from reports.table import Row, Table


def header(table: Table, asked: Asked) -> list[str]:
    """The names of the columns; the first is what the rows are by."""
    found = [asked.group or "rows"]
    for column in table.columns:
        found.append(column.header)
        if is_compared(table):
            found.append(f"{column.header} before")
    return found


def lines(table: Table) -> Iterator[list[str]]:
    """Each row, then the row of all, then a rep's team."""
    compared = is_compared(table)
    for row in (*table.rows, table.total, table.beside):
        if row is not None:
            yield [row.label, *cells(row, table.columns, compared)]


def cells(row: Row, columns: tuple[Column, ...], compared: bool) -> Iterator[str]:
    for column in columns:
        yield column.unit.written(row.value(column))
        if compared:
            yield column.unit.written(row.value_before(column))


def is_compared(table: Table) -> bool:
    """Whether the period before stands beside anything."""
    return any(row.before is not None for row in (*table.rows, table.total) if row is not None)


def by_words(asked: Asked) -> str:
    """What the rows are by, in words; nothing where there is nothing to be by."""
    by = dimension(asked.group)
    return by.label if by else ""
