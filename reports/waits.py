"""What reports on waits say of the working time: it is stored at the touch, and so not known of all of the past."""

from __future__ import annotations

from dataclasses import replace

from reports.table import Table


def told_of_how_many(table: Table) -> Table:
    """The same with a note, where working time is not known of all that was answered: `timed` of `answered`."""
    if table.total is None:
        return table
    answered, timed = table.total.values["answered"], table.total.values["timed"]
    if timed >= answered:
        return table
    note = f"Working time is known of {timed:,} of the {answered:,} answered: it is stored at the touch."
    return replace(table, notes=(*table.notes, note))
