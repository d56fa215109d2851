"""Measures how soon the lists of desk, admin and API answer: `python -m tests.bench.pages DATABASE --leads 1000000`.

Through Django's test client, so without network and browser. Prints one line of JSON: for each page its median and its
95th percentile in milliseconds, and its queries. With `--slow` prints the slow queries of the pages above the limit.
"""

import argparse
import json
import statistics
import sys
import time
from typing import Any

from tests.bench.database import on

LIMIT = 200
"""Milliseconds within which every list answers."""

DESK = {
    "queue": "/",
    "queue, second page": "/?page=2",
    "claim board": "/claims/",
    "pool": "/pool/",
    "pool, page 40": "/pool/?page=40",
    "pool, hot": "/pool/?band=hot",
    "pool, searched": "/pool/?search=company 399",
    "my numbers": "/my-numbers/?days=30",
}
LEADS = "/admin/routing/lead/"
ADMIN = {
    "dashboard": "/admin/",
    "leads": LEADS,
    "leads, page 100": f"{LEADS}?p=100",
    "leads waiting": f"{LEADS}?status__exact=waiting",
    "leads assigned": f"{LEADS}?status__exact=assigned",
    "leads unclaimed": f"{LEADS}?pool=unclaimed",
    "leads of this week": f"{LEADS}?came=week",
    "leads that are hot": f"{LEADS}?band__exact=hot",
    "leads by score": f"{LEADS}?o=6",
    "leads searched by name": f"{LEADS}?q=Number+4242",
    "leads searched by company": f"{LEADS}?q=company+399",
    "leads searched by e-mail": f"{LEADS}?q=person-4242@company-4242.example",
    "manual queue": f"{LEADS}manual/",
    "inbox": "/admin/routing/capture/",
    "all captures": "/admin/routing/capture/?status=all",
    "assignments": "/admin/routing/assignment/",
    "decisions": "/admin/routing/decision/",
    "changes of leads": "/admin/routing/leadchange/",
    "events": "/admin/routing/event/",
}
API = {
    "API leads": "/api/v1/leads/",
    "API leads waiting": "/api/v1/leads/?status=waiting",
    "API assignments": "/api/v1/assignments/",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", choices=("sqlite", "postgres"))
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20, help="how often each page is asked")
    parser.add_argument("--slow", action="store_true", help="show the queries of pages above the limit")
    options = parser.parse_args()
    with on(options.database):
        people = prepare(options.leads)
        pages = {f"rep: {name}": (people["rep"], path) for name, path in (DESK | API).items()}
        for role in ("manager", "admin"):
            pages |= {f"{role}: {name}": (people[role], path) for name, path in (ADMIN | API).items()}
        figures = {name: measure(user, path, options) for name, (user, path) in pages.items()}
    over = [name for name, found in figures.items() if found["p95"] > LIMIT]
    print(json.dumps({"leads": options.leads, "limit": LIMIT, "over": over, "pages": figures}))  # noqa: T201


def prepare(count: int) -> dict[str, Any]:
    """The company with its past, and three people: a rep, the manager of two teams, and somebody who sees all."""
    from django.contrib.auth.models import Group  # noqa: PLC0415  # Django is set up by now, and not before
    from django.core.management import call_command  # noqa: PLC0415

    from routing.models import Membership, PlanVersion, Rep, Source, Stage, Team, User  # noqa: PLC0415
    from tests.bench import million, routing  # noqa: PLC0415

    call_command("collectstatic", interactive=False, verbosity=0)
    routing.prepare(rules=50, reps=100)
    began = time.perf_counter()
    million.fill(
        count,
        reps=dict(Membership.objects.order_by("rep_id").values_list("rep_id", "team_id")),
        stages=dict(Stage.objects.values_list("slug", "pk")),
        sources=[Source.objects.get_or_create(slug="bench", defaults={"name": "Bench"})[0].pk],
        version=PlanVersion.objects.latest("number").number,
    )
    say(f"{count:,} leads written in {time.perf_counter() - began:.0f} s")
    rep = User.objects.create_user("rep")
    Rep.objects.filter(pk=Rep.objects.earliest("pk").pk).update(user=rep)
    manager = User.objects.create_user("manager")
    manager.groups.add(Group.objects.get(name="manager"))
    for team in Team.objects.order_by("pk")[:2]:
        team.managers.add(manager)
    return {"rep": rep, "manager": manager, "admin": User.objects.create_superuser("admin")}


def measure(user: Any, path: str, options: argparse.Namespace) -> dict[str, float]:
    """One page, as often as asked after a first time: milliseconds and queries."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(path)
    asked = list(queries.captured_queries)  # the next request forgets them
    assert answer.status_code == 200, (path, answer.status_code)
    took = []
    for _ in range(options.times):
        began = time.perf_counter()
        browser.get(path)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    middle = statistics.median(took)
    say(f"  {user}: {path} median {middle:.0f} ms, p95 {p95:.0f}, least {took[0]:.0f}, {len(asked)} queries")
    if options.slow and took[0] > LIMIT / 2:
        for query in sorted(asked, key=lambda one: -float(one["time"]))[:3]:
            if float(query["time"]) > 0.02:
                say(f"      {query['time']} s: {query['sql'][:1500]}")
    return {"median": round(middle), "p95": round(p95), "least": round(took[0]), "queries": len(asked)}


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
