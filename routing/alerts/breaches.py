"""Teams that answer too few of their leads in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from routing.models import AlertKind, SlaClock

from .found import Found, Teams, settings_of

ANSWERED = Q(stopped_because="touched")


def breaches(teams: Teams, at: datetime) -> list[Found]:
    """Teams whose share of breaches is over what they allow: of the leads whose time was up in the last hours, those
    that were not answered by then. A lead that was handed on before its time was up counts for nobody. Two queries at
    most; the second, which counts what was answered in time, is of teams only that may be over.
    """
    watched = {pk: settings for pk, team in teams.items() if (settings := settings_of(team)).breaches}
    hours = sorted({settings.breach_hours for settings in watched.values()})
    if not hours:
        return []
    over = Q(breached_at__lte=at, breached_at__gt=at - timedelta(hours=hours[-1]))
    late = _counts(SlaClock.objects.filter(over, kind=SlaClock.Kind.RESPONSE), "breached_at", hours, at)
    troubled = {
        pk: late[pk, settings.breach_hours]
        for pk, settings in watched.items()
        if 100 * late.get((pk, settings.breach_hours), 0) > settings.breach_percent * settings.breach_at_least
        or late.get((pk, settings.breach_hours), 0) >= settings.breach_at_least
    }
    if not troubled:
        return []
    of_these = Q(team__in=[pk for pk in troubled if pk is not None]) | (
        Q(team=None) if None in troubled else Q(pk=None)
    )
    due = SlaClock.objects.filter(
        of_these,
        ANSWERED,
        kind=SlaClock.Kind.RESPONSE,
        breached_at=None,
        breach_at__lte=at,
        breach_at__gt=at - timedelta(hours=hours[-1]),
    )
    in_time = _counts(due, "breach_at", hours, at)
    found = []
    for pk, count in troubled.items():
        settings, team = watched[pk], teams[pk]
        total = count + in_time.get((pk, settings.breach_hours), 0)
        if total >= settings.breach_at_least and 100 * count > settings.breach_percent * total:
            whose = f"{team}'s leads" if team is not None else "the leads of no team"
            span = "hour" if settings.breach_hours == 1 else f"{settings.breach_hours} hours"
            found.append(
                Found(
                    pk,
                    AlertKind.BREACHES,
                    f"{round(100 * count / total)} % of {whose} were not answered in time in the last {span}:"
                    f" {count} of {total}.",
                    {"breaches": count, "due": total, "hours": settings.breach_hours},
                )
            )
    return found


def _counts(
    clocks: QuerySet[SlaClock], moment: str, hours: Iterable[int], at: datetime
) -> dict[tuple[int | None, int], int]:
    """How many clocks, by team and by hours back. One query."""
    counts = {f"in_{back}": Count("pk", filter=Q(**{f"{moment}__gt": at - timedelta(hours=back)})) for back in hours}
    rows: Iterable[dict[str, Any]] = clocks.order_by().values("team").annotate(**counts)  # type: ignore[assignment]
    return {(row["team"], back): row[f"in_{back}"] for row in rows for back in hours}
