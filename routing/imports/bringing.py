"""The rows of an upload coming in: stored as captures, understood, counted, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now

from routing.intake.file_rows import capture_of
from routing.intake.importing import settle, tell_owners
from routing.intake.inserting import insert_all
from routing.intake.leads import BATCH
from routing.intake.mapping import ColumnMapping
from routing.intake.parts import rows_of
from routing.models import Capture, ImportPart, ImportRun

from . import lease


def bring(run: ImportRun) -> Iterator[None]:
    """Brings the rows in; a pause after each part."""
    yield from _what_was_stored_before(run)
    columns = ColumnMapping(run.mapping, keep_rest=True)
    while (part := ImportPart.objects.filter(run=run, number=run.cursor).first()) is not None:
        at, rows = now(), rows_of(part, run.headers)
        captures = [capture_of(row, columns, source=run.source, at=at, run=run) for row in rows]
        with transaction.atomic():
            lease.keep(run, cursor=run.cursor + 1, read=run.read + len(rows))
            insert_all(captures)
        settle(captures, at=at)
        yield
    with transaction.atomic():
        at = now()
        counts = counted(run)
        lease.keep(run, state=ImportRun.State.FINISHED, finished_at=at, due_at=None, error="", **counts)
        tell_owners(run, at=at)
        run.parts.all().delete()  # every row is kept as a capture


def _what_was_stored_before(run: ImportRun) -> Iterator[None]:
    """Understands what was stored by whoever had the import before, and died."""
    left = Capture.objects.filter(run=run, status=Capture.Status.STORED).select_related("source", "run")
    while stored := list(left.order_by("pk")[:BATCH]):
        lease.keep(run)
        settle(stored, at=now())
        yield


def counted(run: ImportRun) -> dict[str, int]:
    """What became of the rows that have come in so far."""
    found = dict(run.captures.order_by().values_list("status").annotate(Count("pk")))
    created, duplicates = found.get(Capture.Status.LEAD, 0), found.get(Capture.Status.DUPLICATE, 0)
    turned_away = sum(found.get(status, 0) for status in (Capture.Status.REJECTED, Capture.Status.FAILED))
    return {"read": sum(found.values()), "created": created, "duplicates": duplicates, "rejected": turned_away}
