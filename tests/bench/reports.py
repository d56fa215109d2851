"""Measures every report over a million leads of three years: `python -m tests.bench.reports postgres --leads 1000000`.

Through Django's test client, as somebody who sees all. Prints one line of JSON: for each report its seconds for 30 days
and for all time, by its usual grouping, by rep and by month.
"""

import argparse
import json
import sys
import time
from typing import Any

from tests.bench.database import on

DAYS, EVER = 1.0, 5.0
"""Seconds within which a report of 30 days, and one of all time, answer."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", choices=("sqlite", "postgres"))
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3, help="how often each is asked; the quickest counts")
    parser.add_argument("--only", nargs="*", help="slugs of reports")
    parser.add_argument("--slow", action="store_true", help="show the slowest queries")
    options = parser.parse_args()
    with on(options.database):
        viewer = prepare(options.leads)
        figures = {}
        for name, path in asked(options.only):
            figures[name] = measure(viewer, path, options)
    over = [name for name, took in figures.items() if took > (EVER if name.endswith("ever") else DAYS)]
    print(json.dumps({"leads": options.leads, "over": over, "seconds": figures}))  # noqa: T201


def asked(only: list[str] | None) -> list[tuple[str, str]]:
    """Each report for 30 days and for all time, as people ask it first, and once by rep."""
    from reports.registry import reports  # noqa: PLC0415  # Django is set up by now, and not before

    found = []
    for slug, report in reports().items():
        if only and slug not in only:
            continue
        found.append((f"{slug}, 30 days", f"/reports/{slug}/?period=last-30-days"))
        if report.has_period:
            found.append((f"{slug}, ever", f"/reports/{slug}/?period=all-time"))
            for group in {"rep", "month"} & set(report.groupings) - {report.groupings[0]}:
                found.append((f"{slug} by {group}, ever", f"/reports/{slug}/?period=all-time&group={group}"))
    return found


def prepare(count: int) -> Any:
    """The company with three years behind it, and somebody who sees all."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from routing.models import (  # noqa: PLC0415
        EligibleSet,
        Membership,
        PlanVersion,
        Posting,
        SlaClock,
        SlaStep,
        Source,
        Stage,
        User,
    )
    from tests.bench import million, routing  # noqa: PLC0415

    call_command("collectstatic", interactive=False, verbosity=0)
    routing.prepare(rules=50, reps=100)
    began = time.perf_counter()
    reps = dict(Membership.objects.order_by("rep_id").values_list("rep_id", "team_id"))
    sources = [Source.objects.create(slug=f"bench-{n}", name=f"Bench {n}").pk for n in range(8)]
    number = PlanVersion.objects.latest("number").number
    million.fill(
        count, reps=reps, stages=dict(Stage.objects.values_list("slug", "pk")), sources=sources, version=number, years=3
    )
    for team in sorted(set(reps.values())):
        members = [[rep, 1] for rep, of in reps.items() if of == team]
        EligibleSet.objects.create(digest=f"bench-{team}", members=json.dumps(members))
    theirs = "FROM routing_assignment AS got"
    late = "assigned_at + interval '5 minutes'"
    million.insert(
        SlaClock,
        theirs,
        kind="'response'",
        lead="lead_id",
        assignment="id",
        rep="rep_id",
        team="team_id",
        plan_version=str(number),
        policy="'golden'",
        started_at="assigned_at",
        breach_at=late,
        due_at="NULL",
        breached_at=f"CASE WHEN first_touch_at IS NULL OR first_touch_at > {late} THEN {late} END",
        stopped_at="coalesce(first_touch_at, assigned_at + interval '9 days')",
        stopped_because="CASE WHEN first_touch_at IS NULL THEN 'closed' ELSE 'touched' END",
    )
    million.insert(
        SlaStep,
        "FROM routing_slaclock AS clock WHERE breached_at IS NOT NULL",
        clock="id",
        key="'breach-1'",
        do="'breach'",
        due_at="breached_at",
        taken_at="breached_at",
    )
    million.insert(
        Posting,
        "FROM routing_assignment AS got JOIN routing_eligibleset AS s ON s.digest = 'bench-' || got.team_id",
        team="got.team_id", at="got.assigned_at", winner="got.rep_id", eligible="s.id", reason="'assign'",
        lead="got.lead_id", assignment="got.id",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say(f"{count:,} leads written in {time.perf_counter() - began:.0f} s")
    return User.objects.create_superuser("admin")


def measure(user: Any, path: str, options: argparse.Namespace) -> float:
    """One report, as often as asked: the seconds of the quickest."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    took = []
    with CaptureQueriesContext(connection) as queries:
        for _ in range(options.times):
            began = time.perf_counter()
            answer = browser.get(path)
            took.append(time.perf_counter() - began)
            assert answer.status_code == 200, (path, answer.status_code)
    say(f"  {path} {min(took):.2f} s")
    if options.slow:
        for query in sorted(queries.captured_queries, key=lambda one: -float(one["time"]))[:2]:
            if float(query["time"]) > DAYS / 2:
                say(f"      {query['time']} s: {query['sql'][:2500]}")
    return round(min(took), 2)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
