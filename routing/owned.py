"""Who already owns the people and companies that leads come from: for returning leads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from routing.engine.plan import CompiledPlan
from routing.engine.returning import History, Owners
from routing.leadfacts import Taken
from routing.models import Lead
from routing.roster import Directory

_COLUMN: Final = {"email": "email_key", "phone": "phone_key", "domain": "email_domain", "name": "company_key"}
_KINDS_OF: Final = {"email": ("email",), "phone": ("phone",), "company": ("domain", "name")}


@dataclass(frozen=True, slots=True)
class OtherOwners:
    """What is known of earlier leads, but for those who had this one already and gave it up:
    it does not return to them.
    """

    known: History
    tried: frozenset[str]

    def owners(self, kind: str) -> list[tuple[str, datetime]]:
        """The owners of this lead's person or company, the last assigned first."""
        return [(owner, at) for owner, at in self.known.owners(kind) if owner not in self.tried]


def owners_of(leads: Sequence[Taken], plan: CompiledPlan, who: Directory, at: datetime) -> Owners:
    """The owners of the persons and companies of these leads, assigned within the plan's days; one query."""
    found = Owners()
    if plan.returning is None:
        return found
    wanted: dict[str, set[str]] = {kind: set() for match in plan.returning.match for kind in _KINDS_OF[match]}
    for lead in leads:
        for keys in lead.keys.values():
            for kind, value in keys:
                if kind in wanted:
                    wanted[kind].add(value)
    rows = _last_assigned(wanted, at - timedelta(days=plan.returning.days))
    for kind, value, owner_id, assigned_at, _ in sorted(rows, key=lambda row: (row[3], row[4])):
        owner = who.usernames.get(owner_id)
        if owner is not None:
            found.record([(kind, value)], owner, assigned_at)
    return found


def wake_whose_company_has_an_owner(*, at: datetime) -> int:
    """Makes waiting leads due whose person or company was given an owner since they were last looked at; how many."""
    table = connection.ops.quote_name(Lead._meta.db_table)
    same = " OR ".join(
        f"(w.{column} <> '' AND o.{column} = w.{column}{' AND NOT o.free_mail' if kind == 'domain' else ''})"
        for kind, column in _COLUMN.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT w.id FROM {table} w WHERE w.status = 'waiting' AND w.due_at IS NULL"  # noqa: S608
            f" AND EXISTS (SELECT 1 FROM {table} o"
            f" WHERE o.owner_id IS NOT NULL AND o.assigned_at > w.routed_at AND ({same}))"
        )
        ids = [row[0] for row in cursor.fetchall()]
    waiting = Lead.objects.filter(pk__in=ids, status=Lead.Status.WAITING, due_at=None)
    return waiting.update(due_at=at) if ids else 0


def _last_assigned(wanted: dict[str, set[str]], since: datetime) -> list[tuple[Any, ...]]:
    """Kind, value, owner, when the owner was last assigned a lead with that value, and that lead."""
    parts, values = [], []
    table = connection.ops.quote_name(Lead._meta.db_table)
    listed = f"SELECT value FROM {'json_array_elements_text' if connection.vendor == 'postgresql' else 'json_each'}(%s)"  # noqa: S608
    for kind, keys in wanted.items():
        if not keys:
            continue
        column = _COLUMN[kind]
        not_free = " AND NOT free_mail" if kind == "domain" else ""
        parts.append(
            f"SELECT '{kind}', {column}, owner_id, MAX(assigned_at), MAX(id) FROM {table}"  # noqa: S608
            f" WHERE owner_id IS NOT NULL AND {column} IN ({listed}) AND assigned_at >= %s{not_free}"
            f" GROUP BY {column}, owner_id"
        )
        values += [json.dumps(sorted(keys)), connection.ops.adapt_datetimefield_value(since)]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        rows = cursor.fetchall()
    if connection.vendor == "sqlite":
        return [(*row[:3], _aware(row[3]), row[4]) for row in rows]
    return rows


def _aware(text: str) -> datetime:
    """A date-time as SQLite gives it back from an aggregate."""
    return datetime.fromisoformat(f"{text}+00:00")
