"""Measures a sweep of SLA clocks: 1,000 due among few and among many that run. `python -m tests.bench.timers DATABASE`.

Prints one line of JSON: seconds of a sweep of 1,000 due steps among 10,000 and among a million running clocks.
"""

import argparse
import json
import time
from datetime import timedelta
from statistics import median
from typing import Any

from tests.bench.database import on

FEW, MANY, DUE, ROUNDS = 10_000, 1_000_000, 1_000, 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", choices=("sqlite", "postgres"))
    options = parser.parse_args()
    with on(options.database):
        few = measure(FEW)
        many = measure(MANY)
    figures = {
        "due": DUE,
        "running_few": FEW,
        "running_many": MANY,
        "seconds_among_few": few,
        "seconds_among_many": many,
        "ratio": round(many / few, 2),
    }
    print(json.dumps(figures))  # noqa: T201


def measure(running: int) -> float:
    """The median of some sweeps, each with as many steps due."""
    # Django is set up by now, and not before.
    from django.db import connection  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from routing.deadlines import steps  # noqa: PLC0415
    from routing.models import SlaClock, SlaStep  # noqa: PLC0415

    fill(running)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    taken = []
    for _ in range(ROUNDS):
        at = now()
        SlaStep.objects.all().delete()
        due = SlaClock.objects.order_by("pk").values("pk")[:DUE]
        SlaClock.objects.filter(pk__in=list(due.values_list("pk", flat=True))).update(
            due_at=at, started_at=at - timedelta(minutes=10)
        )
        began = time.perf_counter()
        count = steps.take_due(at)
        taken.append(time.perf_counter() - began)
        assert count == DUE, count
    return round(median(taken), 3)


def fill(running: int) -> None:
    """A company whose leads lie in a pool, each with a clock that runs for a year. Adds what is missing."""
    from django.utils.timezone import now  # noqa: PLC0415

    from routing.models import Lead, Revision, SlaClock, Source, Stage, Team  # noqa: PLC0415
    from routing.plan.load import load_file  # noqa: PLC0415

    at = now()
    load_file(PLAN, at=at, and_publish=True)
    version, team = Revision.objects.get().plan, Team.objects.get()
    if not Lead.objects.exists():
        source = Source.objects.create(slug="bench", name="Bench")
        lead = Lead.objects.create(source=source, stage=Stage.objects.get(slug="new"), team=team, status="pooled")
        SlaClock.objects.create(
            kind="unclaimed",
            lead=lead,
            team=team,
            plan_version_id=version,
            policy="golden",
            started_at=at,
            due_at=at + timedelta(days=365),
        )
    before = Lead.objects.count()
    copy(Lead, running - before)
    clock = SlaClock.objects.order_by("pk").first()
    assert clock is not None
    without = (
        "FROM routing_lead AS lead, routing_slaclock AS t WHERE lead.id NOT IN (SELECT lead_id FROM routing_slaclock)"
    )
    insert_like(SlaClock, f"{without} AND t.id = {clock.pk}", lead_id="lead.id")


def copy(model: Any, count: int) -> None:
    """So many rows like the first."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        series = f"(SELECT generate_series(1, {count}) AS n) AS s"
    else:
        series = (
            f"(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}) SELECT n FROM s) AS s"
        )
    first = model.objects.order_by("pk").values_list("pk", flat=True)[0]
    insert_like(model, f"FROM {model._meta.db_table} AS t, {series} WHERE t.id = {first}")


def insert_like(model: Any, rows: str, **columns: str) -> None:
    """Rows with the values of `t`, but for these columns."""
    from django.db import connection  # noqa: PLC0415

    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [columns.get(name, f't."{name}"') for name in names]
    listed = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({listed}) SELECT {', '.join(values)} {rows}")


PLAN = """
plan: 1
reps: {anna: {}}
teams: {inside: {name: Inside, members: [anna]}}
sla:
  golden:
    clock: always
    steps: [{after: 5m, do: breach}]
    unclaimed: [{after: 5m, do: remind}, {after: 365d, do: escalate}]
rules: [{name: All, to: inside, delivery: claim, sla: golden}]
"""

if __name__ == "__main__":
    main()
