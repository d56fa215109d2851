"""A file of leads that somebody uploads: read to its end at once, and kept by rows until they come in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO, Final, TextIO, cast

from django.db import transaction

from routing import bulk
from routing.intake.file_rows import storable
from routing.intake.parts import ROWS, rows_as_text
from routing.intake.tabular import NotATable, Row, RowProblem, open_table
from routing.models import ImportPart, ImportRun, Source, User

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a file."""

MOST_ROWS: Final = 100_000
MOST_HEADERS: Final = 300
SAMPLES: Final = 20
SAMPLE_LENGTH: Final = 120
IN_MEMORY: Final = 1024 * 1024
KEPT_UNUSED: Final = timedelta(days=30)
AT_ONCE: Final = 20


@dataclass(slots=True)
class Samples:
    """The first values of each column that are not blank."""

    of: list[list[str]] = field(default_factory=list)

    def look_at(self, row: Row | RowProblem, headers: Sequence[str]) -> None:
        """Keep what this row has of columns that want for values."""
        if isinstance(row, RowProblem):
            return
        for values, header in zip(self.of, headers, strict=True):
            if len(values) < SAMPLES and (cell := row.cells.get(header, "").strip()):
                values.append(storable(cell[:SAMPLE_LENGTH]))


def keep(
    file: BinaryIO, *, name: str, size: int, source: Source, by: User, routes: bool, starts_sla: bool, at: datetime
) -> ImportRun:
    """Keep an uploaded file, its columns still to be named. Raises NotATable where it cannot be read or is too large.

    Nothing is kept of a file that is refused. What somebody uploaded long ago and never imported is thrown away.
    """
    if size > LARGEST:
        raise NotATable(f"the file has {size / 1024 / 1024:.0f} MB; no more than {LARGEST // 1024 // 1024} are read")
    with open_table(file) as table, tempfile.TemporaryFile("w+", encoding="utf-8") as aside:
        headers = table.headers
        if len(headers) > MOST_HEADERS:
            raise NotATable(f"the file has {len(headers):,} columns; no more than {MOST_HEADERS} can be named here")
        samples, rows = Samples([[] for _ in headers]), 0
        for part in in_parts(iter(table)):
            rows += len(part)
            if rows > MOST_ROWS:
                raise NotATable(f"the file has more than {MOST_ROWS:,} rows; split it, and upload the parts")
            for row in part:
                samples.look_at(row, headers)
            aside.write(rows_as_text(part, headers) + "\n")
        if rows == 0:
            raise NotATable("the file has headers, and no row under them")
        aside.seek(0)
        run = ImportRun(
            source=source,
            filename=storable(name)[:255],
            state=ImportRun.State.COLUMNS,
            started_at=at,
            by=by,
            rows=rows,
            headers=[storable(header) for header in headers],
            samples=samples.of,
            notes=[storable(note) for note in table.notes],
            routes=routes,
            starts_sla=starts_sla,
        )
        _store(run, cast(TextIO, aside))
    unused = ImportRun.objects.filter(state__in=[ImportRun.State.COLUMNS, ImportRun.State.CHECKED])
    unused.filter(started_at__lt=at - KEPT_UNUSED).delete()
    return run


def in_parts(rows: Iterator[Row | RowProblem]) -> Iterator[list[Row | RowProblem]]:
    """Some hundreds of rows at a time."""
    while part := list(islice(rows, ROWS)):
        yield part


@transaction.atomic
def _store(run: ImportRun, parts: TextIO) -> None:
    run.save()
    numbered = ((run.pk, number, line.rstrip("\n"), "", 0, 0, 0) for number, line in enumerate(parts))
    columns = ["run_id", "number", "rows", "verdicts", "created", "duplicates", "rejected"]
    while some := list(islice(numbered, AT_ONCE)):
        bulk.insert(ImportPart, columns, some)
