"""A file of leads, coming in: every row is stored as a capture first, then understood, some hundreds at a time.

An import that is interrupted loses nothing: what was stored is understood by the sweep, and the same file again brings
the rest, each row once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now

from routing import outbox
from routing.export import rows_onto
from routing.intake.file_rows import Counts, Verdict, capture_of, in_words, storable
from routing.intake.headers import folded_header
from routing.intake.inserting import insert_all
from routing.intake.leads import BATCH, Outcome, understand
from routing.intake.mapping import IGNORED, BadMapping, ColumnMapping, guess_mapping, make_mapping, missing_columns
from routing.intake.tabular import NotATable, Row, RowProblem, Table, open_table
from routing.intake.trial import Trial
from routing.models import Capture, ImportRun, Lead, Source, User
from routing.own_files import REJECTS, no_facts

CSV_CHANNEL: Final = "csv"

__all__ = ["BadMapping", "Counts", "NotATable", "Rejects", "import_leads", "source_for"]


def import_leads(
    path: Path,
    *,
    source: Source,
    clock: Callable[[], datetime] = now,
    mapping: ColumnMapping | None = None,
    by: User | None = None,
    dry_run: bool = False,
    rejects: Rejects | None = None,
    progress: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Bring a file's leads in. Without a mapping, the source's is taken, else the headers are recognised.

    Raises NotATable or BadMapping before anything is written where the file as a whole cannot be read.
    """
    with open_table(path) as table:
        columns, notes = columns_of(table, source, mapping)
        counts = Counts(notes=[*table.notes, *notes])
        run = Trial(source, clock) if dry_run else Import(source, clock, table=table, name=path.name, by=by)
        bring_in(table, columns, run, counts, rejects=rejects, progress=progress)
    return counts


def bring_in(
    table: Table,
    columns: ColumnMapping,
    run: Trial | Import,
    counts: Counts,
    *,
    rejects: Rejects | None,
    progress: Callable[[Counts], None],
) -> None:
    """Take a table's rows, some hundreds at a time, and count what becomes of them."""
    for rows in in_batches(iter(table)):
        verdicts = run.take(rows, columns)
        for row, verdict in zip(rows, verdicts, strict=True):
            counts.read += 1
            match verdict.status:
                case Capture.Status.LEAD:
                    counts.created += 1
                case Capture.Status.DUPLICATE:
                    counts.duplicates += 1
                case _:
                    counts.rejected += 1
                    if rejects is not None:
                        rejects.write(row, verdict.why, headers=table.headers)
        run.note(counts)
        progress(counts)
    run.end(counts)


def columns_of(
    table: Table, source: Source, mapping: ColumnMapping | None, *, also: Collection[str] = ()
) -> tuple[ColumnMapping, list[str]]:
    """Which column is which field, with notes for a person. Fields that are known `also` are so by their very names,
    wherever no mapping says otherwise.
    """
    notes: list[str] = []
    left_out = no_facts(table.headers, also=also)
    if mapping is not None:
        if missing := missing_columns(mapping, table.headers):
            raise BadMapping(missing)
    elif source.mapping:
        mapping = make_mapping(source.mapping, keep_rest=True, also=also)
    else:
        mapping, notes = guess_mapping((header for header in table.headers if header not in left_out), also=also)
    if also:
        given = {folded_header(header) for header in mapping.columns}
        called = {folded_header(name): name for name in also}
        named = {header: called.get(folded_header(header), "") for header in table.headers}
        given |= {folded_header(field) for field in mapping.columns.values()}
        more = {
            header: name
            for header, name in named.items()
            if name and not given & {folded_header(header), folded_header(name)}
        }
        mapping = replace(mapping, columns=dict(mapping.columns) | more)
    if left_out:
        mapping = replace(mapping, columns=dict.fromkeys(left_out, IGNORED) | dict(mapping.columns))
    return mapping, notes


def in_batches(rows: Iterator[Row | RowProblem]) -> Iterator[list[Row | RowProblem]]:
    """Some hundreds at a time."""
    while batch := list(islice(rows, BATCH)):
        yield batch


def source_for(slug: str) -> Source:
    """The source of this name; a new one, not stored yet, where there is none."""
    return Source.objects.filter(slug=slug).first() or Source(slug=slug, name=slug, channel=CSV_CHANNEL)


# --- for good -------------------------------------------------------------------------------------


class Import:
    """One file of leads coming in for good."""

    def __init__(
        self,
        source: Source,
        clock: Callable[[], datetime],
        *,
        table: Table,
        name: str,
        by: User | None,
        **of_the_run: bool,
    ) -> None:
        if source._state.adding:
            source.save()
        self.source, self.clock = source, clock
        self.run = ImportRun.objects.create(
            source=source,
            filename=name[:255],
            started_at=clock(),
            by=by,
            state=ImportRun.State.IMPORTING,
            headers=[storable(header) for header in table.headers],
            **of_the_run,
        )

    def take(self, rows: list[Row | RowProblem], columns: ColumnMapping) -> list[Verdict]:
        """Store the rows, then understand them."""
        at = self.clock()
        captures = [capture_of(row, columns, source=self.source, at=at, run=self.run) for row in rows]
        insert_all(captures)
        return settle(captures, at=at)

    def note(self, counts: Counts) -> None:
        """Keep the counts so far, for whoever looks on."""
        self.run.rows = self.run.read = counts.read
        self.run.created, self.run.duplicates, self.run.rejected = counts.created, counts.duplicates, counts.rejected
        self.run.save(update_fields=["rows", "read", "created", "duplicates", "rejected", "finished_at", "state"])

    @transaction.atomic
    def end(self, counts: Counts) -> None:
        """Close the run, and tell each owner once how many of their leads came again."""
        at = self.run.finished_at = self.clock()
        self.run.state = ImportRun.State.FINISHED
        self.note(counts)
        self.tell(at)

    def tell(self, at: datetime) -> None:
        """Tell the owners of leads that came again."""
        tell_owners(self.run, at=at)


def settle(captures: Sequence[Capture], *, at: datetime) -> list[Verdict]:
    """Understand stored rows of a file; what became of each."""
    stored = [capture for capture in captures if capture.status == Capture.Status.STORED]
    return verdicts_of(captures, understand(stored, at=at))


def verdicts_of(captures: Sequence[Capture], outcomes: Sequence[Outcome]) -> list[Verdict]:
    """What became of rows, in their order: those that were never understood were turned away as they were stored."""
    found = {outcome.capture.pk: outcome for outcome in outcomes}
    return [
        Verdict(outcome.status, in_words(outcome.errors))
        if (outcome := found.get(capture.pk))
        else Verdict(capture.status, in_words(capture.error))
        for capture in captures
    ]


def tell_owners(run: ImportRun, *, at: datetime) -> None:
    """Tell each owner once how many of their leads came again in a file."""
    repeated = Lead.objects.filter(captures__run=run, captures__status=Capture.Status.DUPLICATE, owner__isnull=False)
    for owner in repeated.values("owner").annotate(leads=Count("pk", distinct=True)).order_by("owner"):
        outbox.tell(
            "leads.repeated",
            at=at,
            rep_id=owner["owner"],
            detail={"import": run.pk, "source": run.source.slug, "leads": owner["leads"]},
        )


# --- what could not come in -----------------------------------------------------------------------


class Rejects:
    """The rows that were turned away, as a CSV to be mended and brought again: line and reason, then the row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: Any = None
        self.add: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file is not None:
            self.file.close()

    def write(self, row: Row | RowProblem, why: str, *, headers: list[str]) -> None:
        """Add a row. The file is made with the first."""
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8", errors="replace", newline="")
            self.add = rows_onto(self.file)
            self.add([*REJECTS, *headers])
        if isinstance(row, RowProblem):
            self.add([row.line, why, row.text])
            return
        nameless = [cell for name, cell in row.cells.items() if name not in headers]
        self.add([row.line, why, *(row.cells.get(header, "") for header in headers), *nameless])
