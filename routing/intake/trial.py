"""A file on trial: read and compared with whom we know, writing nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from routing.intake.file_rows import Counts, Verdict, capture_of, in_words
from routing.intake.known import Keys, KnownLeads
from routing.intake.mapping import ColumnMapping
from routing.intake.reading import Reading, read_all
from routing.intake.tabular import Row, RowProblem
from routing.models import Capture, ImportRun, Source


class Trial:
    """What would become of a file's rows, asked some hundreds at a time.

    Of the rows before it keeps a number for each key of a lead, and its line; nothing else grows with the file.
    """

    def __init__(
        self, source: Source, clock: Callable[[], datetime], *, history: bool = False, made: Collection[str] = ()
    ) -> None:
        self.source, self.clock = source, clock
        self.seen: dict[int, int] = {}
        self.run = ImportRun(pk=0, history=history)
        self.made = made

    def take(self, rows: Sequence[Row | RowProblem], columns: ColumnMapping) -> list[Verdict]:
        """What would become of the rows."""
        at = self.clock()
        captures = [capture_of(row, columns, source=self.source, at=at, run=self.run) for row in rows]
        stored = iter(read_all((one for one in captures if one.status == Capture.Status.STORED), made=self.made))
        readings = [
            next(stored) if one.status == Capture.Status.STORED else Reading(one, errors=one.error) for one in captures
        ]
        known = KnownLeads()
        known.look_up(reading.keys for reading in readings if reading.errors is None)
        return [self.verdict(reading, known) for reading in readings]

    def verdict(self, reading: Reading, known: KnownLeads) -> Verdict:
        """What would become of one row."""
        if reading.errors is not None:
            return Verdict(Capture.Status.REJECTED, in_words(reading.errors))
        if (lead := known.find(reading.keys)) is not None:
            return Verdict(Capture.Status.DUPLICATE, lead_id=lead.pk)
        if (line := self.line_of(reading.keys)) is not None:
            return Verdict(Capture.Status.DUPLICATE, f"the same person as on line {line}")
        for key in reading.keys.each():
            self.seen.setdefault(hash(key), reading.capture.row or 0)
        return Verdict(Capture.Status.LEAD)

    def line_of(self, keys: Keys) -> int | None:
        """Where this person stood before in the file."""
        return next((self.seen[hash(key)] for key in keys.each() if hash(key) in self.seen), None)

    def note(self, counts: Counts) -> None:
        """Nothing is kept."""

    def end(self, counts: Counts) -> None:
        """Nothing is kept."""
