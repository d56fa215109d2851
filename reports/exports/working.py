"""The exports that are due: gone on with, some thousands of rows at a time, and thrown away when their time is over.

Each part is stored in the transaction that moves the cursor past its rows: whoever takes an export up after a worker
died goes on behind the last part, and no row is there twice. Until the last part is there, nothing is given out.
"""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min
from django.utils.timezone import now

from reports.models import ExportPart, ExportRun
from reps.notify.oneself import tell_oneself
from routing.export import csv_bytes

from .asked import Asked
from .rights import rights_of
from .sheets import SHEETS

log = logging.getLogger(__name__)

LASTS: Final = timedelta(seconds=30)
"""How long nobody else takes it up after the last that was heard of whoever writes it."""
AGAIN_AFTER: Final = timedelta(minutes=1)
MOST_TRIES: Final = 5
KEPT: Final = timedelta(days=7)
LARGEST: Final = 1024 * 1024 * 1024
"""Bytes of a file."""
TURN: Final = 60.0
"""Seconds after which other work of the lane is let in."""

FULL: Final = ("disk is full", "No space left on device", "could not extend file")

State = ExportRun.State


class Lost(Exception):
    """Somebody else has taken the export up meanwhile, or it was deleted."""


class CannotBe(Exception):
    """Why an export is given up, in a sentence."""


def oldest(at: datetime) -> datetime | None:
    """Since when something has been due; None where nothing is."""
    return ExportRun.objects.filter(due_at__lte=at).aggregate(at=Min("due_at"))["at"]


def work_all(at: datetime) -> int:
    """Throws away what is over, and writes what is due, for a minute; how many were taken up."""
    ExportRun.objects.filter(due_at__lte=at).exclude(state=State.WRITING).delete()
    until, taken = time.monotonic() + TURN, 0
    while time.monotonic() < until and (run := take_due()) is not None:
        taken += 1
        write(run, until=until)
    return taken


def take_due() -> ExportRun | None:
    """An export that is due, the longest waiting one first; it is put off, so that nobody else takes it."""
    due = ExportRun.objects.filter(due_at__lte=now(), state=State.WRITING).select_related("by")
    for run in due.order_by("due_at", "pk")[:10]:
        try:
            keep(run, tries=run.tries + 1)
        except Lost:
            continue
        return run
    return None


def keep(run: ExportRun, **changes: Any) -> None:
    """Go on having it, and write these fields; raises Lost, and writes nothing, where it is somebody else's by now."""
    changes = {"due_at": now() + LASTS} | changes
    if not ExportRun.objects.filter(pk=run.pk, state=run.state, due_at=run.due_at).update(**changes):
        raise Lost(f"export {run.pk}")
    for name, value in changes.items():
        setattr(run, name, value)


def write(run: ExportRun, *, until: float) -> None:
    """Goes on with an export, to its end or until other work is let in. What stands in its way is told on its page."""
    try:
        for _ in parts(run):
            if time.monotonic() >= until:
                keep(run, due_at=now())
                return
    except Lost:
        log.info("export %s was taken up by somebody else, or deleted", run.pk)
    except CannotBe as error:
        give_up(run, str(error))
    except (OperationalError, InterfaceError) as error:
        if not any(words in str(error) for words in FULL):
            raise  # the database: it comes due again by itself
        log.exception("export %s found no room", run.pk)
        give_up(run, "There is no room left on the database's disk. Tell whoever runs LeadOps, or choose less.")
    except Exception:
        log.exception("export %s cannot go on", run.pk)
        if ExportRun.objects.filter(pk=run.pk, tries__gte=MOST_TRIES).exists():
            give_up(run, "It could not be written. Ask for it again; if that fails too, tell whoever runs LeadOps.")
        else:
            ExportRun.objects.filter(pk=run.pk, state=State.WRITING).update(due_at=now() + AGAIN_AFTER)


def parts(run: ExportRun) -> Iterator[None]:
    """Writes the parts that are wanting, then says that it is ready."""
    if run.tries > MOST_TRIES:
        raise CannotBe("Whoever wrote it was stopped again and again. Ask for a shorter period.")
    if not run.rights or rights_of(run.by) != run.rights:
        raise CannotBe("What you may see has changed since you asked for it. Ask for it again.")
    sheet, asked = SHEETS[run.sheet], Asked.as_was_kept(run.asked)
    written = sheet.written_for(run.by, asked, run.settled)
    if not run.parts_so_far:
        store(run, next(csv_bytes(written.header, [], bom=run.bom)), settled=written.settled)
    for last, lines in written.pages(sheet.rows_for(run.by, asked), after=run.cursor):
        _, *pieces = csv_bytes(written.header, lines)
        store(run, b"".join(pieces), cursor=last, rows=run.rows + len(lines))
        yield
    with transaction.atomic():
        at = now()
        keep(run, state=State.READY, ready_at=at, due_at=at + KEPT, error="")
        tell_oneself(run.by, "export.ready", at=at)


def store(run: ExportRun, piece: bytes, **changes: Any) -> None:
    """One part, and where it ends. An export that gets on has not been tried in vain."""
    size = run.size + len(piece)
    if size > LARGEST:
        raise CannotBe(f"The file would be larger than {LARGEST // 1024**3} GB. Choose a shorter period.")
    with transaction.atomic():
        number = run.parts_so_far
        keep(run, size=size, parts_so_far=number + 1, tries=1, **changes)
        ExportPart.objects.create(run=run, number=number, packed=zlib.compress(piece, 5))


def give_up(run: ExportRun, why: str) -> None:
    """Says why there will be no file, and makes room."""
    at = now()
    with transaction.atomic():
        if ExportRun.objects.filter(pk=run.pk, state=State.WRITING).update(
            state=State.FAILED, error=why, due_at=at + KEPT
        ):
            run.parts.all().delete()


def file_of(run: ExportRun) -> Iterator[bytes]:
    """The whole file, a part at a time."""
    for number in range(run.parts_so_far):
        yield zlib.decompress(ExportPart.objects.values_list("packed", flat=True).get(run=run, number=number))
