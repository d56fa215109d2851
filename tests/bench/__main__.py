"""`make bench`: everything that is measured, one run, one after the other. Read the figures as ratios:
machines are noisy.
"""

import json
import subprocess
import sys
from typing import Any

DATABASES = ("postgres", "sqlite")


def main() -> None:
    say("route_leads: 10,000 leads waiting, 200 rules, 100 reps, beside a bare bulk insert of as many rows")
    for database in DATABASES:
        show(database, run("routing", database))
    say("the same with few and many rules, few and many reps (microseconds a lead)")
    for database in DATABASES:
        rules = [run("routing", database, "--rules", str(count)) for count in (20, 2000)]
        reps = [run("routing", database, "--reps", str(count)) for count in (10, 1000)]
        say(f"  {database}: rules 20 {cost(rules[0])}, 2,000 {cost(rules[1])}, ratio {ratio(rules)}")
        say(f"  {database}: reps 10 {cost(reps[0])}, 1,000 {cost(reps[1])}, ratio {ratio(reps)}")
    say("lists of desk, admin and API over a million leads on PostgreSQL: those slower than 200 ms (tests.bench.pages)")
    pages = run("pages", "postgres")
    for name, found in pages["pages"].items():
        if name in pages["over"] or name in ("rep: queue", "admin: leads"):
            show(name, found)
    say("reports over a million leads of three years on PostgreSQL: seconds for 30 days, and for all time")
    found = run("reports", "postgres")
    show("seconds", found["seconds"])
    say(f"  over a second for 30 days, or five for all time: {', '.join(found['over']) or 'none'}")
    say("raw exports of a million leads on PostgreSQL: streamed, and written in the background")
    for name, found in run("exports", "postgres").items():
        show(name, found)
    say("simulate: 8,000 leads, 200 rules, 100 reps")
    show("simulate", run("simulation"))
    say("from answer to assignment on the `make run` set-up: 20 captures a second for 60 seconds")
    show("latency", run("latency"))


def run(name: str, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{name}", *words], stdout=subprocess.PIPE, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def cost(figures: dict[str, Any]) -> float:
    return float(figures["microseconds_a_lead"])


def ratio(pair: list[dict[str, Any]]) -> float:
    return round(cost(pair[1]) / cost(pair[0]), 2)


def show(what: str, figures: dict[str, Any]) -> None:
    say(f"  {what}: " + ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in figures.items()))


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
