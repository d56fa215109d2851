"""The dry run of an upload: every row's verdict, kept beside it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Sum
from django.utils.timezone import now

from routing.intake.file_rows import Verdict
from routing.intake.mapping import ColumnMapping
from routing.intake.parts import rows_of, verdicts_as_text
from routing.intake.trial import Trial
from routing.models import Capture, ImportPart, ImportRun

from . import lease


def try_out(run: ImportRun) -> Iterator[None]:
    """Reads the file through and says of each row what would become of it; a pause after each part."""
    trial, columns = Trial(run.source, now), ColumnMapping(run.mapping, keep_rest=True)
    lease.keep(run, cursor=0)
    while (part := ImportPart.objects.filter(run=run, number=run.cursor).first()) is not None:
        verdicts = trial.take(rows_of(part, run.headers), columns)
        part.verdicts = verdicts_as_text(verdicts)
        part.created, part.duplicates = _count(verdicts, "lead"), _count(verdicts, "duplicate")
        part.rejected = len(verdicts) - part.created - part.duplicates
        with transaction.atomic():
            lease.keep(run, cursor=run.cursor + 1)
            part.save(update_fields=["verdicts", "created", "duplicates", "rejected"])
        yield
    sums = run.parts.aggregate(created=Sum("created"), duplicates=Sum("duplicates"), rejected=Sum("rejected"))
    lease.keep(run, state=ImportRun.State.CHECKED, expected=sums, due_at=None, error="")


def _count(verdicts: list[Verdict], status: str) -> int:
    return sum(verdict.status == Capture.Status(status) for verdict in verdicts)
