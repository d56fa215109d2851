"""A row of a file: as the capture that is kept of it, and what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from routing.intake.mapping import ColumnMapping, apply, is_test_lead
from routing.intake.reading import FACTS, ROW, Errors
from routing.intake.tabular import Row, RowProblem
from routing.models import Capture, ImportRun, Source


@dataclass(slots=True)
class Counts:
    """What became of a file's rows."""

    read: int = 0
    created: int = 0
    duplicates: int = 0
    rejected: int = 0
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"read {self.read}, created {self.created}, duplicates {self.duplicates}, rejected {self.rejected}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row, or would: a status of its capture, why, and the lead that it repeats."""

    status: str
    why: str = ""
    lead_id: int | None = None


def capture_of(
    row: Row | RowProblem, columns: ColumnMapping, *, source: Source, at: datetime, run: ImportRun | None
) -> Capture:
    """A row as it is kept: as it stands in the file, and by the fields that its columns were read as."""
    capture = Capture(
        source=source, channel=source.channel, received_at=at, run=run, row=row.line, content_type="text/csv"
    )
    if isinstance(row, RowProblem):
        capture.body = storable(row.text)
        capture.status, capture.error = Capture.Status.REJECTED, {"row": [row.reason]}
        return capture
    cells = json.dumps(row.cells)
    facts = json.dumps(apply(columns, row.cells), default=str)
    capture.body = f'{{"{ROW}": {cells}, "{FACTS}": {facts}}}'
    capture.body_digest = hashlib.sha256(cells.encode()).hexdigest()
    if row.notes:
        capture.notes = list(row.notes)
    if is_test_lead(row.cells):
        capture.status, capture.error = Capture.Status.REJECTED, {"row": ["is a test lead"]}
    return capture


def in_words(errors: Errors | None) -> str:
    """What is wrong with a row, in one line."""
    return "; ".join(f"{name}: {' '.join(words)}" for name, words in (errors or {}).items())


def storable(text: str) -> str:
    """Text that every database keeps."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
