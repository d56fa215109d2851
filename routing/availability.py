"""What the log of people says about times past: the ground of the availability report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from routing.engine.availability import Changed, Interval, inactive, switched_off
from routing.models import PeopleChange, Rep
from routing.people_changes import switch


def switched_off_times(rep_ids: Iterable[int], *, since: datetime, until: datetime) -> dict[int, list[Interval]]:
    """When each of these reps had switched off, pauses included. Two queries."""
    ids = list(rep_ids)
    changes = _changes(ids, "switch")
    return {
        pk: switched_off(changes[pk], switch(accepting, paused), since=since, until=until)
        for pk, accepting, paused in Rep.objects.filter(pk__in=ids).values_list("pk", "accepting", "paused_until")
    }


def inactive_times(rep_ids: Iterable[int], *, since: datetime, until: datetime) -> dict[int, list[Interval]]:
    """When each of these reps was not active, or not there yet. Two queries."""
    ids = list(rep_ids)
    changes = _changes(ids, "active", "rep")
    return {
        pk: inactive(changes[pk], active, since=since, until=until)
        for pk, active in Rep.objects.filter(pk__in=ids).values_list("pk", "active")
    }


def _changes(rep_ids: list[int], *kinds: str) -> dict[int, list[Changed]]:
    """The log of these kinds by rep, in order. `rep` is the line of somebody who came: what they were is within."""
    found: dict[int, list[Changed]] = defaultdict(list)
    rows = PeopleChange.objects.filter(rep__in=rep_ids, kind__in=kinds).order_by("pk")
    for rep_id, kind, at, before, after in rows.values_list("rep_id", "kind", "at", "before", "after"):
        if kind == "rep":
            before, after = (state and state["active"] for state in (before, after))
        found[rep_id].append(Changed(at, before, after))
    return found
