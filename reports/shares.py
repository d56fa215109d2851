"""What part of the whole each row is."""

from __future__ import annotations

from dataclasses import replace

from reports.table import Row, Table


def with_shares(table: Table, key: str, *, of: str) -> Table:
    """The table with each row's percentage of the row of all in the column `key`; unknown where all is nothing."""
    whole = table.total.values.get(of) if table.total else None

    def with_share(row: Row) -> Row:
        return replace(row, values={**row.values, key: 100 * float(row.values[of]) / float(whole) if whole else None})

    return replace(
        table, rows=tuple(map(with_share, table.rows)), total=with_share(table.total) if table.total else None
    )
