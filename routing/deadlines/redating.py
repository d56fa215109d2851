"""Clocks that run by people's hours are dated anew when these hours change: an absence booked, a calendar edited.

A step that was dated too early is put off when it falls due anyway; this brings forward what was dated too late, and
keeps right what pages show. Whose hours changed is told by comparing them with those seen at the last look.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from routing import bulk
from routing.models import HoursSeen, Lead, Revision, SlaClock
from routing.roster import Directory, directory

from .running import batch_size, running_of


def oldest(at: datetime) -> datetime | None:
    """Now, where clocks run and people changed since the last look, or clocks are left of it; None elsewhere."""
    if not SlaClock.objects.filter(due_at__isnull=False).exists():
        return None
    seen = HoursSeen.objects.first()
    people = Revision.objects.values_list("people", flat=True).get()
    return at if seen is None or seen.people != people or seen.to_redate else None


def redate(at: datetime) -> int:
    """Dates the running clocks of everybody whose hours changed since the last look; how many clocks.

    Whose clocks those are is written down first, so that a killed process leaves them to the next.
    """
    names = _look()
    if not names:
        return 0
    who, count, last = directory(), 0, 0
    while ids := _running_of(names, who, after=last):
        last = ids[-1]
        count += _redate_these(ids)
    with transaction.atomic():
        seen = HoursSeen.objects.select_for_update().get()
        seen.to_redate = [name for name in seen.to_redate if name not in names]
        seen.save(update_fields=["to_redate"])
    return count


def _look() -> list[str]:
    """Compares the hours with those seen last, and keeps both; whose clocks are to be dated anew."""
    who = directory()
    hours = _hours(json.loads(who.document))
    with transaction.atomic():
        HoursSeen.objects.get_or_create(pk=1)
        seen = HoursSeen.objects.select_for_update().get()
        if seen.people < who.revision:
            # At the first look nothing is known to have changed, and every clock was dated by the hours there are.
            changed = {name for name in hours if hours[name] != seen.hours.get(name)} if seen.hours else set()
            seen.hours, seen.people = hours, who.revision
            seen.to_redate = sorted({*seen.to_redate, *changed})
            seen.save()
        return list(seen.to_redate)


def _hours(document: Mapping[str, Any]) -> dict[str, str]:
    """A digest of the hours of each rep and team."""
    calendars = document["calendars"]
    reps = {
        f"rep {name}": [calendars.get(rep.get("calendar") or ""), rep.get("time_off")]
        for name, rep in document["reps"].items()
    }
    teams = {f"team {slug}": [calendars.get(team.get("calendar") or "")] for slug, team in document["teams"].items()}
    return {
        name: hashlib.sha256(json.dumps(hours, sort_keys=True).encode()).hexdigest()[:16]
        for name, hours in (reps | teams).items()
    }


def _running_of(names: Sequence[str], who: Directory, *, after: int) -> list[int]:
    reps = [pk for username, pk in who.rep_ids.items() if f"rep {username}" in names]
    teams = [pk for slug, pk in who.team_ids.items() if f"team {slug}" in names]
    running = SlaClock.objects.filter(Q(rep__in=reps) | Q(team__in=teams), due_at__isnull=False, pk__gt=after)
    return list(running.order_by("pk").values_list("pk", flat=True)[: batch_size()])


def _redate_these(ids: Sequence[int]) -> int:
    with transaction.atomic():
        # Whoever holds one is waited for: a clock that is passed over here would stay dated too late.
        of_clocks = SlaClock.objects.filter(pk__in=ids).values_list("lead_id", flat=True)
        locked = Lead.objects.filter(pk__in=list(of_clocks)).order_by("pk").select_for_update()
        leads = list(locked.values_list("pk", flat=True))
        clocks = SlaClock.objects.filter(pk__in=ids, lead__in=leads, due_at__isnull=False).order_by("pk")
        rows = [(running.clock.pk, *running.dates()) for running in running_of(clocks) if running.policy is not None]
        bulk.update(SlaClock, ["due_at", "breach_at"], rows)
    return len(rows)
