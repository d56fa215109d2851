"""What a person asks of an import. Each is done at once, or noted as due and done in the background."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from routing import signs_of_work
from routing.intake import columns
from routing.models import Capture, ImportRun, Lead, User

State = ImportRun.State


class NotNow(Exception):
    """It cannot be done with an import in this state; says why, a sentence for each reason."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def check(*, run: ImportRun, chosen: Mapping[str, str], at: datetime) -> None:
    """Name the columns, and have the file read through on trial. Raises BadColumns, or NotNow once it has begun."""
    columns.check(run, chosen)
    mapping = {header: chosen[header] for header in run.headers}
    _change(
        run, {State.COLUMNS, State.CHECKING, State.CHECKED}, state=State.CHECKING, mapping=mapping, due_at=at, cursor=0
    )


def begin(*, run: ImportRun, at: datetime) -> None:
    """Have the rows come in. Raises NotNow unless the dry run is through."""
    _change(run, {State.CHECKED}, state=State.IMPORTING, due_at=at, cursor=0, started_at=at)


def discard(*, run: ImportRun) -> None:
    """Throw an upload away. Raises NotNow once rows of it have come in."""
    unused = ImportRun.objects.filter(pk=run.pk, state__in=[State.COLUMNS, State.CHECKING, State.CHECKED])
    if not unused.delete()[0]:
        raise NotNow("Its rows are coming in already, or are in.")


@transaction.atomic
def route_now(*, run: ImportRun, at: datetime) -> int:
    """Have the leads of an import routed that was not to be routed; how many."""
    ImportRun.objects.filter(pk=run.pk).update(routes=True)
    return unrouted(run).update(due_at=at)


def unrouted(run: ImportRun) -> QuerySet[Lead]:
    """The leads of an import that wait to be told to be routed."""
    return leads_of(run).filter(status=Lead.Status.NEW, due_at__isnull=True, is_open=True)


def leads_of(run: ImportRun) -> QuerySet[Lead]:
    """The leads that an import made."""
    made = Capture.objects.filter(run=run, status=Capture.Status.LEAD)
    return Lead.objects.filter(pk__in=made.values("lead"))


def why_not_undone(run: ImportRun) -> list[str]:
    """Why an import cannot be taken back, a sentence for each reason; none where it can."""
    if run.state == State.UNDONE:
        return ["It has been undone already."]
    if run.state != State.FINISHED:
        return ["It has not come in yet." if run.state != State.UNDOING else "It is being undone."]
    return [f"{words}." for words in signs_of_work.reasons(leads_of(run))]


def undo(*, run: ImportRun, by: User, at: datetime) -> None:
    """Have an import taken back. Raises NotNow where somebody has worked on one of its leads."""
    if reasons := why_not_undone(run):
        raise NotNow(*reasons)
    _change(run, {State.FINISHED}, state=State.UNDOING, due_at=at, cursor=0, undone_by=by)


def _change(run: ImportRun, states: set[str], **changes: object) -> None:
    """One conditional UPDATE: whoever comes second is told."""
    if not ImportRun.objects.filter(pk=run.pk, state__in=states).update(error="", **changes):
        now_it_is = ImportRun.objects.filter(pk=run.pk).first()
        raise NotNow(f"It is {now_it_is.get_state_display()} by now." if now_it_is else "It is not there any more.")
