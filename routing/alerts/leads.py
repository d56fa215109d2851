"""Leads that wait, or lie unclaimed, for too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from routing.models import AlertKind, AlertSettings, Lead

from .found import Found, Teams, of, roughly, settings_of


def waiting_too_long(teams: Teams, at: datetime) -> Iterator[Found]:
    """Leads that nobody could take, since longer than their team allows. One query."""

    def minutes(settings: AlertSettings) -> int | None:
        return settings.waiting_minutes if settings.waiting else None

    for team_id, allowed, count, since in _over(teams, at, Lead.Status.WAITING, "waiting_since", minutes):
        yield Found(
            team_id,
            AlertKind.WAITING,
            f"{_leads(count)}{of(teams[team_id])} {_has(count)} been waiting for more than {_long(allowed)}"
            f"{_since(count, since, at)}.",
            {"count": count, "since": since.isoformat(), "minutes": allowed},
        )


def unclaimed_too_long(teams: Teams, at: datetime) -> Iterator[Found]:
    """Leads that lie to be claimed, picked, pulled or handed out, since longer than their team allows. One query."""

    def minutes(settings: AlertSettings) -> int | None:
        return settings.unclaimed_minutes if settings.unclaimed else None

    for team_id, allowed, count, since in _over(teams, at, Lead.Status.POOLED, "pooled_at", minutes):
        yield Found(
            team_id,
            AlertKind.UNCLAIMED,
            f"{_leads(count)}{of(teams[team_id])} {_has(count)} lain unclaimed for more than {_long(allowed)}"
            f"{_since(count, since, at)}.",
            {"count": count, "since": since.isoformat(), "minutes": allowed},
        )


def _over(
    teams: Teams, at: datetime, status: str, since: str, minutes: Callable[[AlertSettings], int | None]
) -> Iterator[tuple[int | None, int, int, datetime]]:
    """Team, minutes allowed, how many leads are over that, and since when the oldest is."""
    allowed = {pk: wanted for pk, team in teams.items() if (wanted := minutes(settings_of(team))) is not None}
    if not allowed:
        return
    counts = {
        f"over_{number}": Count("pk", filter=Q(**{f"{since}__lt": at - timedelta(minutes=number)}))
        for number in sorted(set(allowed.values()))
    }
    leads = Lead.objects.filter(
        status=status, is_open=True, **{f"{since}__lt": at - timedelta(minutes=min(allowed.values()))}
    )
    rows: Iterable[dict[str, Any]] = leads.order_by().values("team").annotate(oldest=Min(since), **counts)  # type: ignore[assignment]
    for row in rows:
        limit = allowed.get(row["team"])
        if limit is not None and row[f"over_{limit}"]:
            yield row["team"], limit, row[f"over_{limit}"], row["oldest"]


def _leads(count: int) -> str:
    return "A lead" if count == 1 else f"{count} leads"


def _since(count: int, since: datetime, at: datetime) -> str:
    """How long by now; of several the oldest."""
    return f" ({roughly(since, at)} by now)" if count == 1 else f", the oldest for {roughly(since, at)}"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"


def _long(minutes: int) -> str:
    return "a minute" if minutes == 1 else roughly_minutes(minutes)


def roughly_minutes(minutes: int) -> str:
    """Minutes as a manager set them: in hours where they are whole."""
    if minutes % 60 == 0 and minutes >= 120:
        return f"{minutes // 60} hours"
    return "an hour" if minutes == 60 else f"{minutes} minutes"
