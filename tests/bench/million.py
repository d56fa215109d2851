"""A company with a past: a million leads and all that hangs on them, written by the database itself.

Ten teams of ten reps. Of a hundred leads 88 are closed, 2 are worked on, 4 lie in pools, 1 waits, 5 were set aside.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import JSONField, Model

# What of a hundred each lead is, by its number: where it lies, and how it may be had.
CLOSED, WORKED, CLAIM, PICK, BLIND, MANUAL, WAITING = range(88), (88, 89), (90,), (91,), (92,), (93,), (94,)


def age(count: int, years: int) -> str:
    """When a lead came: evenly over so many years, the first the longest ago."""
    return f"now() - make_interval(secs => ({count} - n) * {31_536_000 * years / count})"


def insert(model: type[Model], rows: str, /, **columns: str) -> None:
    """Rows from a query with these SQL expressions; whatever is not said has the model's default."""
    said = {model._meta.get_field(name).column: expression for name, expression in columns.items()}
    for field in model._meta.concrete_fields:
        if not field.primary_key and field.column not in said:
            said[field.column] = literal(field)
    names = ", ".join(f'"{name}"' for name in said)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(said.values())} {rows}')


def literal(field: Any) -> str:
    """A field's default, as SQL."""
    value = field.get_default()
    if isinstance(field, JSONField):
        return "NULL" if value is None else f"'{json.dumps(value)}'::jsonb"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return "now()"
    if value is None:
        return "NULL" if field.null else "''"
    return str(value) if isinstance(value, int) else f"'{value}'"


def among(numbers: range | tuple[int, ...]) -> str:
    """Whether a lead's number is one of these of a hundred."""
    return f"n % 100 between {min(numbers)} and {max(numbers)}"


def fill(
    count: int,
    *,
    reps: Mapping[int, int],
    stages: Mapping[str, int],
    sources: Sequence[int],
    version: int,
    years: int = 1,
) -> None:
    """Leads and their past. `reps` gives each rep's team, `stages` each stage's id by its slug."""
    from reps.models import Activity  # noqa: PLC0415  # Django is set up by now, and not before
    from routing.models import (  # noqa: PLC0415
        Assignment,
        Capture,
        Decision,
        Event,
        Lead,
        LeadChange,
    )

    came = age(count, years)
    owned = f"{among(CLOSED)} OR {among(WORKED)}"
    owners = f"(ARRAY{list(reps)})[1 + (n / 100 + n) % {len(reps)}]"
    teams = f"(ARRAY{list(reps.values())})[1 + (n / 100 + n) % {len(reps)}]"
    lying = f"{among(CLAIM)} OR {among(PICK)} OR {among(BLIND)} OR {among(MANUAL)}"
    stage = f"CASE WHEN {among(range(12))} THEN {stages['won']} WHEN {among(CLOSED)} THEN {stages['lost']} ELSE {stages['new']} END"  # noqa: E501
    insert(
        Lead,
        f"FROM generate_series(1, {count}) AS n",
        source=f"(ARRAY{list(sources)})[1 + (n / 3) % {len(sources)}]",
        stage=stage,
        email="'person-' || n || '@company-' || n % 40000 || '.example'",
        email_key="'person-' || n || '@company-' || n % 40000 || '.example'",
        email_domain="'company-' || n % 40000 || '.example'",
        phone_key="'+1555' || lpad(n::text, 7, '0')",
        first_name="(ARRAY['Priya', 'Jonas', 'Ann', 'Mina', 'Luis'])[1 + n % 5]",
        last_name="'Number ' || n",
        company="'Company ' || n % 40000",
        company_key="'company ' || n % 40000",
        industry="(ARRAY['healthcare', 'retail', 'finance', 'energy'])[1 + n % 4]",
        country="(ARRAY['US', 'DE', 'FR', 'GB'])[1 + n % 4]",
        score="n % 101",
        band="(ARRAY['hot', 'warm', 'cold', 'cold'])[1 + (n / 7) % 4]",
        captured_at=came,
        updated_at=came,
        is_open=f"NOT ({among(CLOSED)} OR {among(range(95, 100))})",
        status=f"CASE WHEN {owned} THEN 'assigned' WHEN {lying} THEN 'pooled' WHEN {among(WAITING)} THEN 'waiting' ELSE 'disqualified' END",  # noqa: E501
        owner=f"CASE WHEN {owned} THEN {owners} END",
        team=f"CASE WHEN n % 100 < 95 THEN {teams} END",
        delivery=f"CASE WHEN {among(CLAIM)} THEN 'claim' WHEN {among(PICK)} THEN 'pick' WHEN {among(BLIND)} THEN 'blind' WHEN {among(MANUAL)} THEN 'manual' ELSE 'assign' END",  # noqa: E501
        assigned_at=f"CASE WHEN {owned} THEN {came} + interval '1 minute' END",
        pooled_at=f"CASE WHEN {lying} THEN {came} END",
        waiting_since=f"CASE WHEN {among(WAITING)} THEN {came} END",
        first_touch_at=f"CASE WHEN {among(CLOSED)} OR n % 200 < 89 THEN {came} + interval '1 minute' * (1 + n % 60) END",  # noqa: E501
        working_wait=f"CASE WHEN {among(CLOSED)} THEN 60 * (n % 60) END",
        contacted_at=f"CASE WHEN {among(range(70))} THEN {came} + interval '2 hours' END",
        meeting_at=f"CASE WHEN {among(range(40))} THEN {came} + interval '3 days' END",
        opportunity_at=f"CASE WHEN {among(range(26))} THEN {came} + interval '5 days' END",
        proposal_at=f"CASE WHEN {among(range(18))} THEN {came} + interval '8 days' END",
        value=f"CASE WHEN {among(range(12))} THEN 100 + n % 9000 END",
        rule="'rule-' || n % 50",
        won_at=f"CASE WHEN {among(range(12))} THEN least(now(), {came} + interval '20 days') END",
        lost_at=f"CASE WHEN {among(range(12, 88))} THEN least(now(), {came} + interval '9 days') END",
        plan_version=str(version),
        due_at="NULL",
    )
    leads = "FROM routing_lead AS lead"
    theirs = f"{leads} WHERE owner_id IS NOT NULL"
    insert(
        Assignment,
        theirs,
        lead="id",
        rep="owner_id",
        team="team_id",
        method="'assign'",
        rule="rule",
        assigned_at="assigned_at",
        first_touch_at="first_touch_at",
        working_wait="working_wait",
        ended_at="NULL",
    )
    insert(
        Activity,
        f"{theirs} AND first_touch_at IS NOT NULL",
        lead="id",
        kind="CASE WHEN id % 3 = 0 THEN 'meeting' ELSE 'call' END",
        outcome="CASE WHEN id % 3 = 0 THEN '' ELSE 'reached' END",
        at="first_touch_at",
        rep="owner_id",
        logged_at="first_touch_at",
    )
    insert(Event, leads, lead="id", kind="'lead.assigned'", at="captured_at", team="team_id", rep="owner_id",
           dispatched_at="captured_at")  # fmt: skip
    insert(LeadChange, leads, lead="id", kind="'facts'", origin="'api'", at="captured_at")
    insert(
        Capture,
        leads,
        source="source_id",
        channel="'api'",
        received_at="captured_at",
        body="""'{"email": "' || email || '"}'""",
        status="CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'lead' END",
        lead="CASE WHEN id % 1000 = 0 THEN NULL ELSE id END",
    )
    insert(
        Decision,
        leads,
        lead="id",
        at="captured_at",
        outcome="status",
        plan_version=str(version),
        team="team_id",
        rep="owner_id",
        explanation="'{}'",
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
