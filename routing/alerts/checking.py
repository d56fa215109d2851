"""Looks once a minute whether something is wrong, and tells what began since the last look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists

from routing import outbox
from routing.models import AlertCheck, AlertState, Revision, Team

from .breaches import breaches
from .found import Found, Teams
from .leads import unclaimed_too_long, waiting_too_long
from .shifts import nobody_on

EVERY: Final = timedelta(minutes=1)


def oldest(at: datetime) -> datetime | None:
    """Since when the next look is due. Before a plan is published nothing is anybody's to take."""
    is_planned = Exists(Revision.objects.filter(plan__gt=0))
    return AlertCheck.objects.filter(is_planned, due_at__lte=at).values_list("due_at", flat=True).first()


def check_due(at: datetime) -> list[Found]:
    """Looks, where it is due; gives what began. As many queries whatever there is, but for a change of many at once."""
    if oldest(at) is None:
        return []
    found = look(at)
    with transaction.atomic():
        # One at a time: what another has told meanwhile is not told again.
        if AlertCheck.objects.select_for_update().filter(due_at__lte=at).first() is None:
            return []
        begun = _write(found, at)
        AlertCheck.objects.update(due_at=at + EVERY)
    return begun


def look(at: datetime) -> list[Found]:
    """Everything that is wrong at an instant."""
    teams: Teams = {
        None: None,
        **{team.pk: team for team in Team.objects.filter(archived_at=None).select_related("alert_settings")},
    }
    return [
        *waiting_too_long(teams, at),
        *unclaimed_too_long(teams, at),
        *nobody_on(teams, at),
        *breaches(teams, at),
    ]


def _write(found: list[Found], at: datetime) -> list[Found]:
    """Keeps what is wrong now, and tells of what was not wrong before."""
    states = {(state.team_id, state.kind): state for state in AlertState.objects.select_for_update()}
    new, changed, begun = [], [], []
    for one in found:
        state = states.pop((one.team_id, one.kind), None)
        if state is None:
            new.append(
                AlertState(team_id=one.team_id, kind=one.kind, raised_at=at, text=one.text[:400], detail=one.detail)
            )
            begun.append(one)
            continue
        if state.raised_at is None:
            state.raised_at, state.cleared_at = at, None
            begun.append(one)
        elif state.text == one.text:
            continue
        state.text, state.detail = one.text[:400], one.detail
        changed.append(state)
    for state in states.values():
        if state.raised_at is not None:
            state.raised_at, state.cleared_at = None, at
            changed.append(state)
    AlertState.objects.bulk_create(new)
    AlertState.objects.bulk_update(changed, ["raised_at", "cleared_at", "text", "detail"], batch_size=500)
    outbox.tell_all(
        [(f"alert.{one.kind}", at, None, one.team_id, None, {"text": one.text, **one.detail}) for one in begun]
    )
    return begun
