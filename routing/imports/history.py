"""Leads with their past from another system: nothing is routed, nobody is told, no clock runs; reports count them.

What is stored of a batch, the leads made of it and whose they are go in one transaction: a row of the past is never
left for the sweep, which could not say whose it was. An import that is interrupted has whole batches, and the same file
again brings the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.timezone import now

from routing.assignment.history import Brought, bring_history
from routing.intake.file_rows import Counts, Verdict, capture_of
from routing.intake.importing import Import, Rejects, bring_in, columns_of, verdicts_of
from routing.intake.inserting import insert_all
from routing.intake.leads import Outcome, understand
from routing.intake.mapping import ColumnMapping
from routing.intake.past import ALSO, oddities
from routing.intake.tabular import Row, RowProblem, Table, open_table
from routing.intake.trial import Trial
from routing.models import Capture, Source, User

from .owners import UnknownOwners, ambiguous, make_reps, unknown_owners

AT_ONCE: Final = 200
"""On SQLite nobody else can write meanwhile."""
NAMES_SHOWN: Final = 5


def import_history(
    path: Path,
    *,
    source: Source,
    clock: Callable[[], datetime] = now,
    mapping: ColumnMapping | None = None,
    by: User | None = None,
    make: bool = False,
    dry_run: bool = False,
    rejects: Rejects | None = None,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Bring a file's leads in with their past. Owners that are no reps are made where `make` says so.

    Raises UnknownOwners, NotATable or BadMapping before anything is written.
    """
    with open_table(path) as table:
        columns, notes = columns_of(table, source, mapping, also=ALSO)
        unknown = unknown_owners(iter(table), columns)
    refused = ambiguous(unknown) if make else unknown
    if refused:
        raise UnknownOwners(refused)
    with open_table(path) as table:
        counts = Counts(notes=[*table.notes, *notes, *_made_in_words(unknown, dry_run=dry_run)])
        if dry_run:
            trial = Trial(source, clock, history=True, made=unknown)
            bring_in(table, columns, trial, counts, rejects=rejects, progress=progress)
        else:
            make_reps(list(unknown), at=clock(), by=by)
            run = History(source, clock, table=table, name=path.name, by=by)
            bring_in(table, columns, run, counts, rejects=rejects, progress=progress)
            counts.notes += _odd_in_words(run.odd)
            run.keep(counts.notes)
    return counts


class History(Import):
    """One file of leads of the past coming in for good; `odd` counts what was strange and came in all the same."""

    def __init__(self, source: Source, clock: Callable[[], datetime], *, table: Table, name: str, by: User | None):
        super().__init__(source, clock, table=table, name=name, by=by, history=True, routes=False)
        self.odd: Counter[str] = Counter()

    def take(self, rows: list[Row | RowProblem], columns: ColumnMapping) -> list[Verdict]:
        """What became of the rows."""
        return [
            verdict
            for start in range(0, len(rows), AT_ONCE)
            for verdict in self.take_some(rows[start : start + AT_ONCE], columns)
        ]

    def take_some(self, rows: list[Row | RowProblem], columns: ColumnMapping) -> list[Verdict]:
        """Store the rows, understand them, and give the leads to those who had them: all of them, or none."""
        at = self.clock()
        with transaction.atomic():
            captures = [capture_of(row, columns, source=self.source, at=at, run=self.run) for row in rows]
            insert_all(captures)
            outcomes = understand([one for one in captures if one.status == Capture.Status.STORED], at=at)
            bring_history([one for outcome in outcomes for one in _brought(outcome)], at=at)
        for outcome in outcomes:
            if outcome.status == Capture.Status.LEAD and outcome.past is not None:
                self.odd.update(oddities(outcome.past))
        return verdicts_of(captures, outcomes)

    def keep(self, notes: list[str]) -> None:
        """Keep the notes for whoever looks at the import."""
        self.run.notes = notes
        self.run.save(update_fields=["notes"])

    def tell(self, at: datetime) -> None:
        """Nobody: it is long past."""


def _brought(outcome: Outcome) -> list[Brought]:
    lead, past = outcome.lead, outcome.past
    if outcome.status != Capture.Status.LEAD or lead is None or past is None:
        return []
    return [Brought(lead, past.rep_id, past.moments.get("assigned_at"))]


def _odd_in_words(odd: Counter[str]) -> list[str]:
    return [f"{count:,} {'row' if count == 1 else 'rows'}: {words}" for words, count in odd.most_common()]


def _made_in_words(names: dict[str, int], *, dry_run: bool) -> list[str]:
    if not names:
        return []
    shown = ", ".join(list(names)[:NAMES_SHOWN]) + (", ..." if len(names) > NAMES_SHOWN else "")
    made = "would be made" if dry_run else "were made"
    return [f"{len(names):,} reps {made}, not active and without a log-in: {shown}"]
