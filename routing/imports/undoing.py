"""An import is taken back: its leads are withdrawn, and its rows forgotten, so that the same file can come again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now

from routing import assignment, outbox
from routing.models import Assignment, Capture, ImportRun, Lead

from . import lease

AT_ONCE: Final = 200


def take_back(run: ImportRun) -> Iterator[None]:
    """Withdraws the leads that the import made, but for those that somebody began to work on meanwhile; a pause after
    each two hundred.
    """
    made = Capture.objects.filter(run=run, status=Capture.Status.LEAD)
    while ids := list(made.filter(lead__gt=run.cursor).order_by("lead").values_list("lead", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            lease.keep(run, cursor=ids[-1])
            gone = assignment.withdraw(lead_ids=ids, by=run.undone_by, at=now(), import_id=run.pk)
            lease.keep(run, withdrawn=run.withdrawn + len(gone))
        yield
    with transaction.atomic():
        at = now()
        lease.keep(run, state=ImportRun.State.UNDONE, undone_at=at, due_at=None, error="")
        _forget_rows(run)
        if not run.history:
            _tell_owners(run, at)


def _forget_rows(run: ImportRun) -> None:
    """What came with the import is nobody's any more, and no row of it is known again. Those turned away stay so."""
    rows = run.captures.all()
    made = rows.filter(status=Capture.Status.LEAD, lead__status=Lead.Status.WITHDRAWN)
    repeated = rows.filter(status__in=[Capture.Status.DUPLICATE, Capture.Status.FAILED, Capture.Status.STORED])
    for gone in (made, repeated):
        Capture.objects.filter(pk__in=gone.values("pk")).update(status=Capture.Status.WITHDRAWN, idempotency_key=None)
    rows.filter(status=Capture.Status.REJECTED).update(idempotency_key=None)


def _tell_owners(run: ImportRun, at: datetime) -> None:
    """Tell each rep once how many leads went with the import."""
    lost = Assignment.objects.filter(
        lead__captures__run=run, lead__status=Lead.Status.WITHDRAWN, ended_because=assignment.WITHDRAWN
    )
    for one in lost.order_by("rep").values("rep").annotate(leads=Count("lead", distinct=True)):
        detail = {"import": run.pk, "source": run.source.slug, "leads": one["leads"]}
        outbox.tell("leads.withdrawn", at=at, rep_id=one["rep"], detail=detail)
