"""Measures route_leads on an empty database: `python -m tests.bench.routing DATABASE --rules N --reps N --leads N`.

Prints one line of JSON: leads a second, queries a lead, and a bare bulk insert of as many rows beside it.
"""

import argparse
import json
import time
from typing import Any

from tests.bench import company
from tests.bench.database import on


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", choices=("sqlite", "postgres"))
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--reps", type=int, default=100)
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--profile", help="write a profile of the routing to this file")
    options = parser.parse_args()
    with on(options.database):
        print(json.dumps(measure(options.rules, options.reps, options.leads, options.profile)))  # noqa: T201


def measure(rules: int, reps: int, count: int, profile: str | None = None) -> dict[str, Any]:
    # Django is set up by now, and not before.
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from routing import pipeline  # noqa: PLC0415
    from routing.models import Event, Lead  # noqa: PLC0415

    prepare(rules, reps)
    fill(count, rules)
    pipeline.route(limit=1)  # what a process loads once
    began = time.perf_counter()
    if profile:
        import cProfile  # noqa: PLC0415

        with cProfile.Profile() as profiled:
            summary = pipeline.route()
        profiled.dump_stats(profile)
    else:
        summary = pipeline.route()
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    Event.objects.bulk_create((Event(kind="bare", detail={}) for _ in range(count)), batch_size=500)
    bare = time.perf_counter() - began
    fill(2_000, rules, start=count)
    with CaptureQueriesContext(connection) as many:
        pipeline.route()
    fill(1, rules, start=count + 2_000)
    lead = Lead.objects.get(status="new")
    with CaptureQueriesContext(connection) as single:
        pipeline.route_leads([lead.pk])
    return {
        "rules": rules,
        "reps": reps,
        "leads": count,
        "routed": summary.routed,
        "waiting": summary.waiting,
        "leads_a_second": round((count - 1) / seconds),
        "microseconds_a_lead": round(seconds / count * 1e6, 1),
        "bare_insert_rows_a_second": round(count / bare),
        "queries_a_lead_in_batches": round(statements(many) / 2_000, 4),
        "queries_of_a_single_lead": statements(single),
        "rules_hit": Lead.objects.values("rule").distinct().count(),
    }


def statements(captured: Any) -> int:
    """Queries that were sent, without the bounds of transactions."""
    bounds = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return sum(not query["sql"].upper().startswith(bounds) for query in captured.captured_queries)


def prepare(rules: int, reps: int) -> None:
    """The company, its plan published."""
    from django.utils.timezone import now  # noqa: PLC0415

    from routing.plan.document import write  # noqa: PLC0415
    from routing.plan.load import load_file  # noqa: PLC0415

    load_file(write(company.document(rules=rules, reps=reps)), at=now(), and_publish=True)


def fill(count: int, rules: int, *, start: int = 0) -> None:
    """Leads that wait to be routed, as captures would have made them."""
    from datetime import timedelta  # noqa: PLC0415

    from routing.models import Lead, Source, Stage  # noqa: PLC0415

    source, _ = Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    stage = Stage.objects.get(slug="new")
    first = company.arrivals_start()

    def rows() -> Any:
        for number, facts in enumerate(company.leads(start + count, rules=rules)):
            if number < start:
                continue
            attributes = {"campaign": facts.pop("attributes.campaign")}
            domain = facts["email"].partition("@")[2]
            yield Lead(
                source=source,
                stage=stage,
                attributes=attributes,
                email_key=facts["email"],
                email_domain=f"{number}.{domain}",  # everybody of a company of their own: nobody returns
                free_mail=False,
                company_key=f"{number} {facts['company'].lower()}",
                captured_at=first + timedelta(milliseconds=number),
                due_at=first,
                **facts,
            )

    Lead.objects.bulk_create(rows(), batch_size=1000)


if __name__ == "__main__":
    main()
